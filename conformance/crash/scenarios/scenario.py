"""What a backend is asked to do while crashes are tried on it: where it starts, and one to three operations.

The outcome of the mutations among them depends on no clock: instants far ahead, and expressions that no cron
dialect knows. The latter also give a document its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from conformance.contract.records import Cron, Once, QName, SystemTime
from conformance.crash.judging.workload import CrashWorkload, Rows, WireOperation, documents_of
from conformance.errors import UsageError
from conformance.oracle.document import StoredRow, read_document, write_document
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Mutation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    apply,
    loaded,
)
from conformance.showing import essence, show
from conformance.wire.methods import METHODS
from conformance.workspace import DataPath

State: TypeAlias = tuple[StoredRow, ...]

JOB = QName("kit", "job")
FILLER = QName("kit", "filler")
LAST = QName("kit", "last")
LATER = SystemTime(4_102_444_800, 0)  # whole seconds: what becomes of fractions is RT-07's business
AN_INSTANT = SystemTime(1_700_000_000, 0)
MOST_OPERATIONS = 3
_LONGEST_SCHEDULE = 40
_MOST_ROWS_TOLD = 6
USUAL_SIZE = 700
LEFTOVERS = "leftovers"
STARTS = ("nothing", "empty", "document", "document=BYTES", "rows=COUNT", LEFTOVERS)
OPERATIONS = ("schedule", "reschedule", "cancel", "start", "finish", "fail", "flush", "resize=BYTES")
MAINTENANCE = "maintenance"
CrashStep: TypeAlias = Mutation | FlushCheckpoint


@dataclass(frozen=True, slots=True)
class CrashScenario:
    """Where a run starts, one of STARTS, and what is done in it: one to three of OPERATIONS, with commas.

    `errors` is how many injected errors to try.
    """

    start: str
    operations: str
    errors: int = 0

    @property
    def name(self) -> str:
        """The scenario in words."""
        return f"from {self.start}: {self.operations}"


# What came before the crash that left its files behind.
BEFORE_THE_CRASH = CrashScenario("document", "schedule")


def check_words(scenario: CrashScenario) -> None:
    """Raise UsageError for words that stand for nothing."""
    start = BEFORE_THE_CRASH.start if scenario.start == LEFTOVERS else scenario.start
    rows = rows_at(start)
    if count_of(scenario.operations) is None:
        steps_of(rows, scenario.operations)


def count_of(operations: str) -> int | None:
    """How many mutations `maintenance=COUNT` asks for; None for other words. Raises UsageError."""
    word, _, count = operations.partition("=")
    if word != MAINTENANCE:
        return None
    return _count(word, count)


def _count(word: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise UsageError(f"{word} takes a number from 1, not {text!r}")
    return int(text)


def rows_at(start: str) -> State:
    """The rows at a start that needs no crash before it. Raises UsageError."""
    word, _, size = start.partition("=")
    if word in ("nothing", "empty") and not size:
        return ()
    job = StoredRow(str(JOB), "Pending", 0, Once(LATER), LATER)
    if word == "rows":
        names = (f"kit.row{number}" for number in range(1, _count(word, size)))
        others = (StoredRow(name, "Pending", 0, Cron("x"), None) for name in names)  # as operations make them
        return (job, *others)
    if word != "document":
        raise UsageError(f"a run starts from one of {', '.join(STARTS)}, not from {start}")
    return _resized((job,), _bytes(size) if size else USUAL_SIZE)


def steps_of(rows: State, operations: str) -> tuple[CrashStep, ...]:
    """What the words stand for, one after the other. Raises UsageError."""
    words = [word.strip() for word in operations.split(",") if word.strip()]
    if not 1 <= len(words) <= MOST_OPERATIONS:
        raise UsageError(f"a run has one to {MOST_OPERATIONS} operations, not {len(words)}")
    found: list[CrashStep] = []
    for number, word in enumerate(words):
        found.append(_step(rows, word, number))
        rows = changed(rows, found[-1])
    return tuple(found)


def _step(rows: State, word: str, number: int) -> CrashStep:
    later = replace(LATER, secs_since_epoch=LATER.secs_since_epoch + 60 * (1 + number))
    match word.partition("="):
        case ("schedule", "", ""):
            return RecordScheduled(QName("kit", f"new{number}"), Once(later))
        case ("reschedule", "", ""):
            return RecordScheduled(JOB, Once(later))
        case ("cancel", "", ""):
            return Cancel(JOB)
        case ("start", "", ""):
            return RecordStarted(JOB, AN_INSTANT)
        case ("finish" | "fail", "", ""):
            return RecordFinished(JOB, AN_INSTANT, word == "finish")
        case ("flush", "", ""):
            return FlushCheckpoint()
        case ("resize", "=", size):
            filler = next(row for row in _resized(rows, _bytes(size)) if row.qname == str(FILLER))
            return RecordScheduled(FILLER, filler.schedule)
    raise UsageError(f"an operation is one of {', '.join(OPERATIONS)}, not {word}")


def changed(rows: State, step: CrashStep) -> State:
    """The rows after a step."""
    match step:
        case FlushCheckpoint():
            return rows
        case RecordScheduled(schedule=Once(at)):
            return apply(rows, step, at)
        case _:
            return apply(rows, step)


def _resized(rows: State, size: int) -> State:
    """The rows with a filler that makes the document so many bytes long, or as short as it can be."""
    shortest = changed(rows, RecordScheduled(FILLER, Cron("x")))
    missing = size - len(write_document(shortest))
    return changed(rows, RecordScheduled(FILLER, Cron("x" * max(1, missing + 1))))


def _bytes(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise UsageError(f"a size is a number of bytes, not {text!r}")
    return int(text)


def as_operation(step: CrashStep) -> WireOperation:
    """The step as a request of the wire."""
    match step:
        case RecordScheduled(id, schedule):
            return _request("record_scheduled", id=id, schedule=schedule)
        case RecordStarted(id, started_at):
            return _request("record_started", id=id, started_at=started_at)
        case RecordFinished(id, finished_at, success):
            return _request("record_finished", id=id, finished_at=finished_at, success=success)
        case Cancel(id):
            return _request("cancel", id=id)
        case FlushCheckpoint():
            return _request("flush_checkpoint")


def _request(method: str, **values: Any) -> WireOperation:
    return WireOperation(method, METHODS[method].encode_params(values))


def operations_that_make(rows: State) -> Iterator[WireOperation]:
    """How a backend comes to hold these rows by itself."""
    return (as_operation(RecordScheduled(QName.parse(row.qname), row.schedule)) for row in rows)


class View:
    """How rows are seen: what load_all restores and, for a backend that keeps it, what the document holds."""

    def __init__(self, keeps_document: bool) -> None:
        self.keeps_document = keeps_document

    def of_model(self, rows: State) -> Rows:
        """What must be seen of these rows."""
        return self._rows([essence(record) for record in loaded(rows)], rows)

    def of_backend(self, found: Any, data_path: Path) -> Rows:
        """What is seen. Raises ValueError for an answer or a document that cannot be read."""
        return self._rows(self._loaded(found), self._document(data_path) if self.keeps_document else ())

    def of_load(self, found: Any) -> Any:
        """What load_all alone shows. Raises ValueError for an answer that cannot be read."""
        return self.shown(self._rows(self._loaded(found), ()))

    @staticmethod
    def shown(rows: Rows) -> Any:
        """What load_all shows of rows."""
        return rows[0]

    @staticmethod
    def _loaded(found: Any) -> list[tuple[object, ...]]:
        return [essence(record) for record in METHODS["load_all"].decode_result(found)]

    def _rows(self, records: Sequence[tuple[object, ...]], rows: State) -> Rows:
        own = sorted(rows, key=lambda row: row.qname) if self.keeps_document else ()
        return tuple(sorted(records, key=lambda record: str(record[0]))), tuple(own)

    def words(self, seen: Rows) -> str:
        """What was seen, for a person: of a document its rows, else what load_all restored."""
        records, rows = seen
        if not self.keeps_document:
            return self.words_of_load(records)
        return _listed([f"{row.qname} {row.status} {_short(row.schedule)}" for row in rows])

    @staticmethod
    def words_of_load(records: Sequence[tuple[object, ...]]) -> str:
        """What load_all showed, for a person."""
        return _listed([f"{record[0]} {_short(record[1])}" for record in records])

    @staticmethod
    def _document(data_path: Path) -> State:
        try:
            return read_document(DataPath(data_path).read_document() or b"")
        except OSError as error:
            raise ValueError(f"the document cannot be read: {error.strerror}") from error


def _listed(rows: Sequence[str]) -> str:
    told = ", ".join(rows[:_MOST_ROWS_TOLD]) or "no rows"
    return told if len(rows) <= _MOST_ROWS_TOLD else f"{told} and {len(rows) - _MOST_ROWS_TOLD} more"


def _short(schedule: object) -> str:
    text = show(schedule)
    return (
        text if len(text) <= _LONGEST_SCHEDULE else f"{text[:_LONGEST_SCHEDULE]}... ({len(text)} characters)"
    )


def workload_of(
    name: str, rows: State, operations: str, view: View, prepare: Callable[[Path], None]
) -> CrashWorkload:
    """The workload that starts at `rows`, which `prepare` brings about on a data path. Raises UsageError."""
    chosen = steps_of(rows, operations)
    everything = (*chosen, RecordScheduled(LAST, Once(LATER)))
    return CrashWorkload(
        name=name,
        prepare=prepare,
        operations=tuple(map(as_operation, chosen)),
        extra=as_operation(everything[-1]),
        documents=documents_of(rows, everything, changed, view.of_model),
        words=view.words,
        loaded=view.of_load,
        shown=view.shown,
        words_of_load=view.words_of_load,
    )
