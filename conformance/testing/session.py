"""What a check holds: the backend under test, and a session with it on a data path of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from conformance.clocks import monotonic_seconds
from conformance.contract.classes import ConformanceClass
from conformance.contract.connection import (
    BackendFault,
    DiedFault,
    Driver,
    EscapedFault,
    Handle,
    LogLine,
    Statement,
    TimeoutFault,
)
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    NANOS_PER_SECOND,
    QName,
    Schedule,
    SchedulerJobRecord,
    SystemTime,
)
from conformance.contract.target import Description
from conformance.errors import KitError
from conformance.oracle.document import DocumentRefused, StoredRow, read_document
from conformance.oracle.model import (
    FlushCheckpoint,
    Mutation,
    NextFire,
    Reopen,
    carry_out,
    next_fire_after,
)
from conformance.results.verdict import Effort
from conformance.showing import Words, show
from conformance.testing.expect import Nonconformance, expect
from conformance.testing.foreign import ForeignException
from conformance.testing.lagging import Reading, looking_again
from conformance.testing.planting import document_bytes, raw_row
from conformance.workspace import DataPath, Workspace

_T = TypeVar("_T")
_MICROSECOND = 1_000
_LONGEST_DOCUMENT_TOLD = 400
_CLOCK_IS_HELD = "the clock is held at"
_MOST_DEATHS = 30
_MANY_ROWS = 20


class Observer(Protocol):
    """Watches from outside, so that a hang or a death of the backend can be told apart and explained."""

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


class GaveUp(BaseException):
    """Ends a check at once with `error`. Nothing catches it on the way, so that no example is tried again.

    Each try would cost a time limit after a hang and a new process after a death, and be in vain with an
    adapter that breaks the protocol.
    """

    def __init__(self, error: BackendFault | KitError) -> None:
        super().__init__(str(error))
        self.error = error


class Backend:
    """The backend under test, as a check sees it."""

    def __init__(
        self,
        driver: Driver,
        description: Description,
        workspace: Workspace,
        observer: Observer | None = None,
        exhibits: Path | None = None,
        timeout_scale: float = 1.0,
    ) -> None:
        """`exhibits` is where checks may leave what shows a failure; `timeout_scale` is for their limits."""
        self.driver = driver
        self.description = description
        self.workspace = workspace
        self.observer: Observer = observer or Blind()
        self.exhibits = exhibits
        self.timeout_scale = timeout_scale
        self._held: SystemTime | None = None
        self.reset()

    def reset(self) -> None:
        """Forget what was counted and seen: a new check begins."""
        self.examples = 0
        self.exercised = 0
        self.operations = 0
        self.backend_seconds = 0.0
        self.arguments: Mapping[str, Any] = {}
        self._steps: list[_Step] = []
        self.failure: Failure | None = None
        self.patience = 1.0
        self._held_times = 1
        self.exhibited: str | None = None
        self.unmet = ""
        self._deaths = 0

    @property
    def keeps_document(self) -> bool:
        """Whether the kit can read and plant the JSON document."""
        return self.has("document") and self.description.conformance_class is ConformanceClass.SIDECAR

    def has(self, capability: str) -> bool:
        """Whether the backend declares the capability."""
        return capability in self.description.capabilities

    def start_example(self, arguments: Mapping[str, Any]) -> None:
        """Note what the next example is called with."""
        self.examples += 1
        self.restart_example(arguments)

    def restart_example(self, arguments: Mapping[str, Any]) -> None:
        """Begin the example anew, with other arguments: the story so far does not count."""
        self.arguments = arguments
        self._steps = []
        self.patience = 1.0
        self._held_times = 1
        self.observer.example(arguments)
        self.driver.said()

    def end_example(self, error: BaseException | None) -> None:
        """Count the example if the requirement's precondition held in it; keep the last one that failed."""
        if isinstance(error, GaveUp):
            error = error.error
        if isinstance(error, Nonconformance | SchedulerPersistenceError | BackendFault):
            self.failure = Failure(error, self.arguments, tuple(self._steps), self.driver.said())
        elif error is not None:
            return
        self.exercised += self._held_times

    def vacuous(self, why: str = "") -> None:
        """Say that the requirement's precondition did not hold in this example, and why."""
        self.unmet = why or self.unmet
        self.held(0)

    def held(self, times: int) -> None:
        """Say how often the requirement's precondition held in this example, where it is not once."""
        self._held_times = times

    def narrow(self, arguments: Mapping[str, Any]) -> None:
        """Say with which arguments this example shows the same and does less."""
        self.arguments = arguments
        self.observer.example(arguments)

    def effort(self, seconds: float) -> Effort:
        """What was counted since the last reset."""
        return Effort(self.examples, self.operations, seconds, self.backend_seconds)

    def release_clock(self) -> None:
        """Let the backend's clock go."""
        if self._held is not None:
            self._held = None
            self.driver.set_clock(None)

    def hold_clock(self, now: SystemTime | None) -> SystemTime | None:
        """Hold the clock at `now` where the backend lets the kit; what it is held at, if it is."""
        if now is None or not self.has("clock"):
            self.release_clock()
            return None
        words = f"{_CLOCK_IS_HELD} {show(now)}"
        told = [step.words for step in self._steps if step.words.startswith(_CLOCK_IS_HELD)]
        if told[-1:] != [words]:
            self.note(words)
        if now != self._held:
            self.observed("set_clock", lambda: self.driver.set_clock(now))
            self._held = now
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
            self.note(f"the document is {_shortened(document)}")
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
        """Whether such rows load at all; where they do not, it is no use to look at what becomes of them."""
        raw = [raw_row(row) if isinstance(row, StoredRow) else row for row in rows]
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
        return self._steps[-1].words if self._steps else ""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave what is done here out of the story of this example, unless it ends here."""
        told, self._steps = self._steps, []
        try:
            yield
        except BaseException:
            self._steps = told + self._steps
            raise
        self._steps = told

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
        self._steps.append(_Step(words))
        self.observer.told(words)

    def observed(self, operation: str, call: Callable[[], _T]) -> _T:
        """Make a call into the backend, watched and timed. Raises GaveUp where it is no use to go on."""
        self.operations += 1
        self.observer.began(operation, self.patience)
        begun = monotonic_seconds()
        try:
            return call()
        except DiedFault as death:
            self._deaths += 1
            if self._deaths < _MOST_DEATHS:
                raise
            raise GaveUp(death) from death
        except (TimeoutFault, KitError) as error:
            raise GaveUp(error) from error
        except EscapedFault as fault:
            raise ForeignException(str(fault)) from fault
        finally:
            self.backend_seconds += monotonic_seconds() - begun
            self.observer.ended()

    def told(self, operation: str, arguments: tuple[object, ...], call: Callable[[], _T]) -> _T:
        """`observed`, with a line in the story that tells how it ended."""
        step = _Step(operation, arguments, " ... did not return")
        self._steps.append(step)
        self.observer.told(operation)
        try:
            result = self.observed(operation, call)
        except (Exception, GaveUp) as error:
            cause = error.error if isinstance(error, GaveUp) else error
            step.ending = f" raised {type(cause).__name__}: {cause}"
            raise
        step.ending = ""
        return result


class _Step:
    """A line of the story, put into words only when somebody asks."""

    __slots__ = ("arguments", "ending", "words")

    def __init__(self, words: str, arguments: tuple[object, ...] | None = None, ending: str = "") -> None:
        self.words = words
        self.arguments = arguments
        self.ending = ending

    def line(self) -> str:
        if self.arguments is None:
            return self.words + self.ending
        return f"{self.words}({', '.join(map(show, self.arguments))}){self.ending}"


@dataclass(frozen=True, slots=True)
class Failure:
    """A failing example: what came out of it, what it was called with, what was done, what was logged."""

    error: Nonconformance | SchedulerPersistenceError | BackendFault
    arguments: Mapping[str, Any]
    steps: tuple[_Step, ...]
    said: str = ""

    @property
    def story(self) -> tuple[str, ...]:
        """What was done, a line a step; then what the backend's process wrote to its standard error."""
        said = (f"on its stderr: {self.said}",) if self.said else ()
        return (*(step.line() for step in self.steps), *said)

    @property
    def operation(self) -> str:
        """The operation that came last."""
        return self.steps[-1].words if self.steps else "open"


class Session:
    """The open backend on one data path. Its operations are those of the interface."""

    def __init__(self, backend: Backend, data: DataPath) -> None:
        self.backend = backend
        self.data = data
        self.window = (SystemTime(0, 0), SystemTime(0, 0))
        self.reading: Reading | None = None
        self.handle = self._open()

    def _open(self) -> Handle:
        driver = self.backend.driver
        return self.backend.told("open", (), lambda: driver.open(self.data.path))

    def close(self) -> None:
        """Close the backend."""
        self.backend.told("close", (), self.handle.close)

    def reopen(self) -> None:
        """Close the backend and open it again on the same data path."""
        self.close()
        self.handle = self._open()

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Call record_scheduled; `window` then tells between which instants the backend read its clock."""
        before = self._now()
        self.backend.told(
            "record_scheduled", (id, schedule), lambda: self.handle.record_scheduled(id, schedule)
        )
        self.window = (before[0], self._now()[1])

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        """Call record_started."""
        self.backend.told(
            "record_started", (id, started_at), lambda: self.handle.record_started(id, started_at)
        )

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        """Call record_finished."""
        self.backend.told(
            "record_finished",
            (id, finished_at, success),
            lambda: self.handle.record_finished(id, finished_at, success),
        )

    def cancel(self, id: QName) -> None:
        """Call cancel."""
        self.backend.told("cancel", (id,), lambda: self.handle.cancel(id))

    def flush_checkpoint(self) -> None:
        """Call flush_checkpoint."""
        self.backend.told("flush_checkpoint", (), lambda: self.handle.flush_checkpoint())

    def load_all(self) -> list[SchedulerJobRecord]:
        """Call load_all."""
        return self.backend.told("load_all", (), lambda: self.handle.load_all())

    def spoil_last_load(self) -> None:
        """Put something else into the list that load_all returned last."""
        self.backend.note("the caller changes the list that it was given")
        self.handle.spoil_last_load()

    def perform(self, operation: Mutation | FlushCheckpoint | Reopen) -> None:
        """Call what a value of the model stands for."""
        match operation:
            case FlushCheckpoint():
                self.flush_checkpoint()
            case Reopen():
                self.reopen()
            case _:
                carry_out(operation, self)

    def plant_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put raw rows into the storage of a backend that offers it."""
        told: object = list(rows)
        if len(rows) > _MANY_ROWS:
            told = Words(f"{len(rows)} rows, from {show(rows[0])} to {show(rows[-1])}")
        self.backend.told("plant_rows", (told,), lambda: self.handle.plant_rows(rows))

    def wire_mirror(self, *, fail: bool = False) -> None:
        """Wire one more recording executor; one that raises if `fail`."""
        words = "wire an executor that raises" if fail else "wire an executor"
        self.backend.told(words, (), lambda: self.handle.wire_mirror(fail=fail))

    def mirror_statements(self) -> tuple[Statement, ...]:
        """All statements sent so far."""
        return self.backend.observed("mirror_statements", self.handle.mirror_statements)

    def mirror_log(self) -> tuple[LogLine, ...]:
        """What the backend logged so far."""
        return self.backend.observed("mirror_statements", self.handle.mirror_log)

    def one(self, id: QName) -> SchedulerJobRecord:
        """The one record that load_all returns for a job."""
        records = self.load_all()
        found = [record for record in records if str(record.id) == str(id)]
        claim = "load_all returns one record for the job"
        expect(len(found) == 1, claim, expected=Words(f"one record of {str(id)!r}"), observed=records)
        return found[0]

    def expected_next_fire(self, schedule: Schedule) -> NextFire:
        """What the last record_scheduled may have stored as next fire time."""
        return next_fire_after(schedule, *self.window)

    def document(self) -> bytes | None:
        """What the document holds now; None where there is none."""
        self.reading = Reading(self.data.read_document(), self.backend.operations)
        return self.reading.content

    def rows(self) -> tuple[StoredRow, ...]:
        """The rows of the document, read by the oracle; none where there is no document."""
        content = self.document()
        try:
            return read_document(content or b"")
        except DocumentRefused as refusal:
            raise Nonconformance(
                "the document can be read back", "a document of the format", f"{refusal}: {show(content)}"
            ) from None

    def row(self, id: QName) -> StoredRow:
        """The one row of the document for a job."""
        rows = self.rows()
        found = [row for row in rows if row.qname == str(id)]
        claim = "the document holds one row for the job"
        expect(len(found) == 1, claim, expected=Words(f"one row of {str(id)!r}"), observed=rows)
        return found[0]

    def contents(self) -> dict[str, StoredRow | SchedulerJobRecord]:
        """All that is stored, by dotted id: rows where there is a document, else what load_all restores."""
        if self.backend.keeps_document:
            return {row.qname: row for row in self.rows()}
        return {str(record.id): record for record in self.load_all()}

    def concurrently(self, story: str, jobs: Sequence[Callable[[], None]], *, patience: float = 3.0) -> None:
        """Run each job in a thread of its own, all at once; raise the first exception that came out."""
        barrier = threading.Barrier(len(jobs))
        errors: list[BaseException] = []

        def run(job: Callable[[], None]) -> None:
            try:
                barrier.wait()
                job()
            except BaseException as error:
                errors.append(error)

        def all_at_once() -> None:
            threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        usual, self.backend.patience = self.backend.patience, patience
        try:
            self.backend.told(story, (), all_at_once)
        finally:
            self.backend.patience = usual
        if errors:
            raise errors[0]

    def _now(self) -> tuple[SystemTime, SystemTime]:
        """Between which instants the backend's clock stands now."""
        held = self.backend._held
        if held is None:
            nanos = time.clock_gettime_ns(time.CLOCK_REALTIME)
            return _around(nanos)
        if held.nanos_since_epoch in {0, NANOS_PER_SECOND // 2}:
            return held, held
        return _around(held.to_nanos())


def _shortened(document: bytes) -> str:
    if len(document) <= _LONGEST_DOCUMENT_TOLD:
        return repr(document)
    return f"{document[:_LONGEST_DOCUMENT_TOLD]!r}... ({len(document)} bytes)"


def _around(nanos: int) -> tuple[SystemTime, SystemTime]:
    """A microsecond to either side: clocks are read through floats, and freezegun's time_ns is one."""
    return SystemTime.from_nanos(max(0, nanos - _MICROSECOND)), SystemTime.from_nanos(nanos + _MICROSECOND)
