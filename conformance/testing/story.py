"""What is done in an example, a line a step, and who watches while it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from conformance.contract.connection import BackendFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SystemTime
from conformance.results.counterexample import encode_value
from conformance.showing import show
from conformance.testing.expect import Nonconformance

UNFINISHED = " ... did not return"
_LARGEST_DOCUMENT = 1 << 16  # bytes: a larger one is told in words


@lru_cache(maxsize=1 << 10, typed=True)
def _remembered(value: object) -> str:
    return show(value)


def _shown(value: object) -> str:
    """`show`, and quick where the same few values come again and again."""
    try:
        return _remembered(value)
    except TypeError:  # a list, a dict
        return show(value)


class Observer(Protocol):
    """Watches from outside, so that a hang or a death of the backend can be told apart and explained.

    `patience` is a factor: by how much the usual time limit of an operation is stretched. What is told is
    put into words by str(), by who wants them: that is half of what a quick operation costs.
    """

    def example(self, arguments: Mapping[str, Any]) -> None: ...
    def told(self, step: object) -> None: ...
    def began(self, operation: str, patience: float) -> None: ...
    def ended(self) -> None: ...


class Blind:
    """An observer that looks at nothing."""

    def example(self, arguments: Mapping[str, Any]) -> None: ...
    def told(self, step: object) -> None: ...
    def began(self, operation: str, patience: float) -> None: ...
    def ended(self) -> None: ...


@dataclass(frozen=True, slots=True)
class CallPlace:
    """Which of the backends that were opened in an example is called, and on which of its data paths."""

    backend: int
    path: int


@dataclass(frozen=True, slots=True)
class HeldAt:
    """That the clock is held."""

    now: SystemTime


@dataclass(frozen=True, slots=True)
class Planted:
    """That a document is put in place."""

    path: int
    content: bytes


class StoryLine:
    """A line of the story, put into words only when somebody asks.

    A call has its arguments and, where it is one of the interface's, its place. What else is done has words,
    and `deed` where it can be done again without the kit.
    """

    __slots__ = ("arguments", "deed", "ending", "place", "words")

    def __init__(
        self,
        words: str,
        arguments: tuple[object, ...] | None = None,
        ending: str = "",
        place: CallPlace | None = None,
        deed: HeldAt | Planted | None = None,
    ) -> None:
        self.words = words
        self.arguments = arguments
        self.ending = ending
        self.place = place
        self.deed = deed

    def __str__(self) -> str:
        if self.arguments is None:
            return self.words + self.ending
        operation, blank, circumstance = self.words.partition(" ")
        return f"{operation}({', '.join(map(_shown, self.arguments))}){blank}{circumstance}{self.ending}"

    def step(self) -> dict[str, Any]:
        """The line for a replay file: something to do again, or else a note."""
        match self.deed:
            case HeldAt(now):
                return {"clock": encode_value(now)}
            case Planted(path, content) if len(content) <= _LARGEST_DOCUMENT:
                return {"document": encode_value(content), "path": path}
        if self.place is None or self.arguments is None:
            return {"note": str(self)}
        try:
            arguments = encode_value(self.arguments)
        except TypeError:
            return {"note": str(self)}
        called = {"call": self.words, "arguments": arguments, "ending": self.ending.strip()}
        return called | {"backend": self.place.backend, "path": self.place.path}


class Story:
    """The lines of one example, oldest first."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self.begin()

    def begin(self) -> None:
        """A new example begins: nothing has been done in it."""
        self._lines: list[StoryLine] = []
        self._paths: dict[Path, int] = {}
        self._backends = 0

    def path(self, data: Path) -> int:
        """The number of a data path in this example, from 1."""
        return self._paths.setdefault(data, len(self._paths) + 1)

    def place(self, data: Path) -> CallPlace:
        """The place of a backend that is opened on a data path."""
        self._backends += 1
        return CallPlace(self._backends, self.path(data))

    @property
    def lines(self) -> tuple[StoryLine, ...]:
        """What was done so far."""
        return tuple(self._lines)

    @property
    def last_operation(self) -> str:
        """What was done last, without its arguments; empty where nothing was."""
        return self._lines[-1].words if self._lines else ""

    def note(self, words: str, deed: HeldAt | Planted | None = None) -> None:
        """Add a line."""
        self._lines.append(StoryLine(words, deed=deed))
        self._observer.told(words)

    def call(
        self, operation: str, arguments: tuple[object, ...], place: CallPlace | None = None
    ) -> StoryLine:
        """Add a line for a call that begins; whoever makes it sets `ending` when the call is over."""
        line = StoryLine(operation, arguments, UNFINISHED, place)
        self._lines.append(line)
        self._observer.told(line)
        return line

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave out what is done in the block, unless an exception ends it."""
        told, self._lines = self._lines, []
        try:
            yield
        except BaseException:
            self._lines = told + self._lines
            raise
        self._lines = told


@dataclass(frozen=True, slots=True)
class FailedExample:
    """A failing example: what came out of it, what it was called with, what was done, what was logged."""

    error: Nonconformance | SchedulerPersistenceError | BackendFault
    arguments: Mapping[str, Any]
    lines: tuple[StoryLine, ...]
    said: str = ""

    @property
    def story(self) -> tuple[str, ...]:
        """What was done, a line a step; then what the backend's process wrote to its standard error."""
        said = (f"on its stderr: {self.said}",) if self.said else ()
        return (*map(str, self.lines), *said)

    @property
    def steps(self) -> tuple[dict[str, Any], ...]:
        """What was done, for a replay file."""
        return tuple(line.step() for line in self.lines)

    @property
    def operation(self) -> str:
        """The operation that came last."""
        return self.lines[-1].words if self.lines else "open"
