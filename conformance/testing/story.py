"""What is done in an example, a line a step, and who watches while it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from conformance.contract.connection import BackendFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.showing import show
from conformance.testing.expect import Nonconformance


class Observer(Protocol):
    """Watches from outside, so that a hang or a death of the backend can be told apart and explained.

    `patience` is a factor: by how much the usual time limit of an operation is stretched.
    """

    def example(self, arguments: Mapping[str, Any]) -> None: ...
    def told(self, step: str) -> None: ...
    def began(self, operation: str, patience: float) -> None: ...
    def ended(self) -> None: ...


class Blind:
    """An observer that looks at nothing."""

    def example(self, arguments: Mapping[str, Any]) -> None: ...
    def told(self, step: str) -> None: ...
    def began(self, operation: str, patience: float) -> None: ...
    def ended(self) -> None: ...


class StoryLine:
    """A line of the story, put into words only when somebody asks."""

    __slots__ = ("arguments", "ending", "words")

    def __init__(self, words: str, arguments: tuple[object, ...] | None = None, ending: str = "") -> None:
        self.words = words
        self.arguments = arguments
        self.ending = ending

    def __str__(self) -> str:
        if self.arguments is None:
            return self.words + self.ending
        return f"{self.words}({', '.join(map(show, self.arguments))}){self.ending}"


class Story:
    """The lines of one example, oldest first."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._lines: list[StoryLine] = []

    def begin(self) -> None:
        """A new example begins: nothing has been done in it."""
        self._lines = []

    @property
    def lines(self) -> tuple[StoryLine, ...]:
        """What was done so far."""
        return tuple(self._lines)

    @property
    def last_operation(self) -> str:
        """What was done last, without its arguments; empty where nothing was."""
        return self._lines[-1].words if self._lines else ""

    def note(self, words: str) -> None:
        """Add a line."""
        self._lines.append(StoryLine(words))
        self._observer.told(words)

    def call(self, operation: str, arguments: tuple[object, ...]) -> StoryLine:
        """Add a line for a call that begins; whoever makes it sets `ending` when the call is over."""
        line = StoryLine(operation, arguments, " ... did not return")
        self._lines.append(line)
        self._observer.told(operation)
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
    def operation(self) -> str:
        """The operation that came last."""
        return self.lines[-1].words if self.lines else "open"
