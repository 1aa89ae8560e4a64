"""What a backend is asked to do in a run, and what it must show after each part of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

Rows: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class WireOperation:
    """One request of the wire; `params` leave out the handle."""

    method: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CrashWorkload:
    """At most three operations on a prepared data path.

    `documents` maps the numbers of the operations that took effect, in order, to the rows to be seen then;
    `extra` is the operation after the last one (number `len(operations)`), for a second life. `now` is what
    set_clock gets before the backend is opened; None leaves the clock alone. `words` tells rows to a person.
    `loaded` reads what load_all answered, None where nobody can; `shown` is the same of rows, and
    `words_of_load` tells it to a person. `after_a_crash` says that the data path is one that a crash left.
    """

    name: str
    prepare: Callable[[Path], None]
    operations: tuple[WireOperation, ...]
    extra: WireOperation
    documents: Mapping[tuple[int, ...], Rows]
    now: Any = None
    words: Callable[[Rows], str] = repr
    loaded: Callable[[Any], Any] | None = None
    shown: Callable[[Rows], Any] = tuple
    after_a_crash: bool = False
    words_of_load: Callable[[Any], str] = repr

    def states(self, without: frozenset[int] = frozenset()) -> tuple[Rows, ...]:
        """The rows after 0, 1, 2... operations, `extra` last, when those in `without` changed nothing."""
        numbers = range(len(self.operations) + 1)
        return tuple(
            self.documents[tuple(number for number in range(count) if number not in without)]
            for count in range(len(numbers) + 1)
        )


State = TypeVar("State")
Change = TypeVar("Change")


def documents_of(
    initial: State,
    changes: Sequence[Change],
    apply: Callable[[State, Change], State],
    rows: Callable[[State], Rows],
) -> Mapping[tuple[int, ...], Rows]:
    """The `documents` of a workload: what every selection of its operations' changes leads to.

    `changes` includes that of the extra operation, last; `apply` must return a new state.
    """
    reached: dict[tuple[int, ...], State] = {(): initial}
    for number, change in enumerate(changes):
        for taken, state in list(reached.items()):
            reached[(*taken, number)] = apply(state, change)
    return {taken: rows(state) for taken, state in reached.items()}


def prepare_nothing(data_path: Path) -> None:
    """Leave the data path empty."""
