"""What a check holds: the backend under test, with the story, the counts and the clock of a running check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from conformance.clocks import monotonic_seconds
from conformance.contract.classes import ConformanceClass
from conformance.contract.connection import (
    BackendFault,
    DiedFault,
    Driver,
    EscapedFault,
    TimeoutFault,
)
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SystemTime
from conformance.contract.target import Description
from conformance.errors import KitError
from conformance.oracle.document import StoredRow
from conformance.showing import show
from conformance.testing.clock import BackendClock
from conformance.testing.expect import Nonconformance
from conformance.testing.foreign import ForeignException
from conformance.testing.lagging import looking_again
from conformance.testing.opened import Session
from conformance.testing.planting import document_bytes, raw_row
from conformance.testing.shared import Shared
from conformance.testing.story import Blind, CallPlace, FailedExample, HeldAt, Observer, Planted, Story
from conformance.testing.tally import Tally
from conformance.workspace import DataPath, Workspace

__all__ = ["Backend", "Blind", "FailedExample", "GaveUp", "Observer", "Session"]

_T = TypeVar("_T")
_LONGEST_DOCUMENT_TOLD = 4_000
_CLOCK_IS_HELD = "the clock is held at"
_MOST_DEATHS = 30


class GaveUp(BaseException):
    """Ends a check at once with `error`. Nothing catches it on the way, so that no example is tried again.

    Each try would cost a time limit after a hang and a new process after a death, and be in vain with an
    adapter that breaks the protocol.
    """

    def __init__(self, error: BackendFault | KitError) -> None:
        super().__init__(str(error))
        self.error = error


class Backend:
    """The backend under test, as a check sees it.

    `patience` is a factor: by how much the usual time limit of an operation is stretched.
    """

    def __init__(
        self,
        driver: Driver,
        description: Description,
        workspace: Workspace,
        observer: Observer | None = None,
        exhibits: Path | None = None,
        timeout_scale: float = 1.0,
        shared: Shared | None = None,
    ) -> None:
        """`exhibits` is where checks may leave what shows a failure; `timeout_scale` is for their limits.

        `shared` is what they share with the checks before and after them.
        """
        self.driver = driver
        self.description = description
        self.workspace = workspace
        self.observer: Observer = observer or Blind()
        self.exhibits = exhibits
        self.timeout_scale = timeout_scale
        self.shared = shared or Shared()
        self.clock = BackendClock(driver)
        self.reset()

    def reset(self) -> None:
        """Forget what was counted and seen: a new check begins."""
        self.story = Story(self.observer)
        self.tally = Tally()
        self.arguments: Mapping[str, Any] = {}
        self.failure: FailedExample | None = None
        self.patience = 1.0
        self.exhibited: str | None = None
        self.unmet = ""
        self.finding = ""

    @property
    def keeps_document(self) -> bool:
        """Whether the kit can read and plant the JSON document."""
        return self.has("document") and self.description.conformance_class is ConformanceClass.SIDECAR

    def has(self, capability: str) -> bool:
        """Whether the backend declares the capability."""
        return capability in self.description.capabilities

    def start_example(self, arguments: Mapping[str, Any]) -> None:
        """Note what the next example is called with."""
        self.tally.examples += 1
        self.restart_example(arguments)

    def restart_example(self, arguments: Mapping[str, Any]) -> None:
        """Begin the example anew, with other arguments: the story so far does not count."""
        self.arguments = arguments
        self.story.begin()
        self.tally.begin_example()
        self.patience = 1.0
        self.observer.example(arguments)
        self.driver.said()

    def end_example(self, error: BaseException | None) -> None:
        """Count the example if the precondition came up in it; keep the last one that failed."""
        if isinstance(error, GaveUp):
            error = error.error
        if isinstance(error, Nonconformance | SchedulerPersistenceError | BackendFault):
            self.failure = FailedExample(error, self.arguments, self.story.lines, self.driver.said())
        elif error is not None:
            return
        self.tally.end_example()

    def vacuous(self, why: str = "") -> None:
        """Say that the requirement's precondition did not come up in this example, and why."""
        self.unmet = why or self.unmet
        self.came_up(0)

    def came_up(self, times: int) -> None:
        """Say how often the requirement's precondition came up in this example, where it is not once."""
        self.tally.came_up(times)

    def found(self, words: str) -> None:
        """Say what a check that passes is to be reported with, such as how much it did."""
        self.finding = words

    def narrow(self, arguments: Mapping[str, Any]) -> None:
        """Say with which arguments this example shows the same and does less."""
        self.arguments = arguments
        self.observer.example(arguments)

    def hold_clock(self, now: SystemTime | None) -> SystemTime | None:
        """Hold the clock at `now` where the backend lets the kit; what it is held at, if it is."""
        if now is None or not self.has("clock"):
            self.clock.release()
            return None
        words = f"{_CLOCK_IS_HELD} {show(now)}"
        told = [line.words for line in self.story.lines if line.words.startswith(_CLOCK_IS_HELD)]
        if told[-1:] != [words]:
            self.story.note(words, HeldAt(now))
        if now != self.clock.held:
            self.observed("set_clock", lambda: self.clock.hold(now))
        return now

    @contextmanager
    def fresh(
        self,
        *,
        now: SystemTime | None = None,
        rows: Sequence[Mapping[str, Any]] = (),
        document: bytes | None = None,
    ) -> Iterator[Session]:
        """Open the backend on a fresh data path.

        `now` is where its clock is held, if it can be. `rows` are raw rows that its storage holds already;
        `document` are the document's bytes, for a backend that keeps one.
        """
        self.hold_clock(now)
        with self.workspace.lend() as data, self.open(data, rows=rows, document=document) as session:
            yield session

    @contextmanager
    def open(
        self, data: DataPath, *, rows: Sequence[Mapping[str, Any]] = (), document: bytes | None = None
    ) -> Iterator[Session]:
        """Open the backend on a data path that exists, once `rows` or `document` are planted there."""
        if rows and self.keeps_document:
            document, rows = document_bytes(rows), ()
        if document is not None:
            planted = Planted(self.story.path(data.path), document)
            self.story.note(f"the document is {_shortened(document)}", planted)
            data.write_document(document)
        session = Session(self, data)
        try:
            if rows:
                session.plant_rows(rows)
                session.reopen()
            yield session
        except BaseException as error:
            with looking_again(session, error), suppress(Exception):
                self.observed("close", session.handle.close)
            raise
        session.close()

    def loads(self, rows: Iterable[StoredRow | Mapping[str, Any]]) -> bool:
        """Whether such rows load at all; where they do not, it is no use to look at what becomes of them.

        That no rows load is RT-10's, and taken for granted.
        """
        raw = [raw_row(row) if isinstance(row, StoredRow) else row for row in rows]
        if not raw:
            return True
        with self.aside():
            try:
                with self.fresh(rows=raw) as store:
                    store.load_all()
            except SchedulerPersistenceError as error:
                self.unmet = f"rows such as {show(raw[0])} do not load at all: {error}"
                return False
        return True

    @property
    def last_operation(self) -> str:
        """The operation that came last in this example."""
        return self.story.last_operation

    def aside(self) -> AbstractContextManager[None]:
        """Leave what is done here out of the story of this example, unless it ends here."""
        return self.story.aside()

    def is_wrong_aside(self, run: Callable[[], object]) -> bool:
        """A control experiment: whether `run` goes wrong, too. Left out of the story."""
        with self.aside():
            try:
                run()
            except (Nonconformance, SchedulerPersistenceError, BackendFault):
                return True
        return False

    def blame(self, run: Callable[[], object], *controls: Callable[[], object]) -> None:
        """Raise what `run` raises, unless a control experiment goes wrong, too.

        Then it is the affair of another requirement.
        """
        try:
            run()
        except (Nonconformance, SchedulerPersistenceError, BackendFault) as error:
            if not any(map(self.is_wrong_aside, controls)):
                raise
            self.vacuous(f"what goes wrong goes wrong in a control experiment, too: {error}")

    def note(self, words: str) -> None:
        """Add a line to the story of this example."""
        self.story.note(words)

    @contextmanager
    def patient(self, patience: float) -> Iterator[None]:
        """Allow what is called here so many times the usual time."""
        usual, self.patience = self.patience, patience
        try:
            yield
        finally:
            self.patience = usual

    def observed(self, operation: str, call: Callable[[], _T]) -> _T:
        """Make a call into the backend, watched and timed. Raises GaveUp where it is no use to go on."""
        self.tally.operations += 1
        self.observer.began(operation, self.patience)
        begun = monotonic_seconds()
        try:
            return call()
        except DiedFault as death:
            self.tally.deaths += 1
            if self.tally.deaths < _MOST_DEATHS:
                raise
            raise GaveUp(death) from death
        except (TimeoutFault, KitError) as error:
            raise GaveUp(error) from error
        except EscapedFault as fault:
            raise ForeignException(str(fault)) from fault
        finally:
            self.tally.backend_seconds += monotonic_seconds() - begun
            self.observer.ended()

    def told(
        self,
        operation: str,
        arguments: tuple[object, ...],
        call: Callable[[], _T],
        place: CallPlace | None = None,
    ) -> _T:
        """`observed`, with a line in the story that tells how it ended."""
        line = self.story.call(operation, arguments, place)
        try:
            result = self.observed(operation, call)
        except (Exception, GaveUp) as error:
            cause = error.error if isinstance(error, GaveUp) else error
            line.ending = f" raised {type(cause).__name__}: {cause}"
            raise
        line.ending = ""
        return result


def _shortened(document: bytes) -> str:
    if len(document) <= _LONGEST_DOCUMENT_TOLD:
        return repr(document)
    return f"{document[:_LONGEST_DOCUMENT_TOLD]!r}... ({len(document)} bytes)"
