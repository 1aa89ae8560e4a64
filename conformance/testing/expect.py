"""How a check says that a backend is wrong: a claim that does not hold, what was expected, what observed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    SchedulerJobRecord,
    SystemTime,
)
from conformance.oracle.document import StoredRow

_LONGEST_SHOWN = 2000


class Nonconformance(Exception):  # noqa: N818 - the backend's fault, not an error
    """A claim that did not hold. `requirement` is set where it is not the one under check.

    The claim is a fixed sentence, the same for every example: known failures are pinned to it.
    """

    def __init__(self, claim: str, expected: str, observed: str, requirement: str | None = None) -> None:
        super().__init__(claim)
        self.claim = claim
        self.expected = expected
        self.observed = observed
        self.requirement = requirement


@dataclass(frozen=True, slots=True)
class Words:
    """Text to be shown as it is, not as a value."""

    text: str


_ABSENT = Words("nothing")


def show(value: object) -> str:
    """A value as a person reads it, cut where it is very long."""
    text = _show(value)
    if len(text) <= _LONGEST_SHOWN:
        return text
    return f"{text[:_LONGEST_SHOWN]}... ({len(text)} characters)"


def _show(value: object) -> str:
    match value:
        case Words(text):
            return text
        case QName(namespace, local):
            return f"QName({namespace!r}, {local!r})"
        case SystemTime(secs, nanos) | Duration(secs, nanos):
            return f"{type(value).__name__}({secs}, {nanos})"
        case Once(inner) | Periodic(inner) | Cron(inner):
            return f"{type(value).__name__}({_show(inner)})"
        case Manual():
            return "Manual()"
        case SchedulerJobRecord():
            return _show_record(value)
        case StoredRow():
            return _show_row(value)
        case list() | tuple():
            return "[" + ", ".join(_show(item) for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{_show(key)}: {_show(item)}" for key, item in value.items()) + "}"
        case _:
            return repr(value)


def _show_row(row: StoredRow) -> str:
    return (
        f"row {row.qname!r} (status {row.status!r}, consecutive_failures {row.consecutive_failures},"
        f" {_show(row.schedule)}, next_fire_at {_show(row.next_fire_at)})"
    )


def _show_record(record: SchedulerJobRecord) -> str:
    run = (
        f"last_started_at {_show(record.last_started_at)}, last_finished_at {_show(record.last_finished_at)}"
    )
    return (
        f"record {str(record.id)!r} ({record.status.value}, next_fire_at {_show(record.next_fire_at)}, {run},"
        f" consecutive_failures {record.consecutive_failures}, {_show(record.schedule)})"
    )


def expect(
    holds: bool, claim: str, *, expected: object, observed: object, requirement: str | None = None
) -> None:
    """Raise Nonconformance unless `holds`."""
    if not holds:
        raise Nonconformance(claim, show(expected), show(observed), requirement)


def expect_equal(observed: object, expected: object, claim: str, *, requirement: str | None = None) -> None:
    """Raise Nonconformance unless the two are equal."""
    expect(observed == expected, claim, expected=expected, observed=observed, requirement=requirement)


def expect_entries(observed: Mapping[str, object], expected: Mapping[str, object], claim: str) -> None:
    """Raise Nonconformance unless each entry of `expected` was observed; those that were are not told."""
    wrong = [name for name in expected if observed.get(name, _ABSENT) != expected[name]]
    found = {name: observed.get(name, _ABSENT) for name in wrong}
    expect_equal(found, {name: expected[name] for name in wrong}, claim)


def expect_same_records(
    observed: Iterable[SchedulerJobRecord],
    expected: Iterable[SchedulerJobRecord],
    claim: str,
    *,
    requirement: str | None = None,
) -> None:
    """Raise Nonconformance unless both hold the same records by dotted id, in whatever order."""
    expect_equal(_in_order(observed), _in_order(expected), claim, requirement=requirement)


def _in_order(records: Iterable[SchedulerJobRecord]) -> Sequence[object]:
    return sorted((essence(record) for record in records), key=show)


def essence(record: SchedulerJobRecord) -> tuple[object, ...]:
    """What a record says of its job; that status and run are those of a fresh start is RT-12's business."""
    return str(record.id), record.schedule, record.next_fire_at, record.consecutive_failures


def attempt(operation: Callable[[], object]) -> bool:
    """Whether it was done; the backend may refuse."""
    try:
        operation()
    except SchedulerPersistenceError:
        return False
    return True


@contextmanager
def expect_refusal(claim: str) -> Iterator[None]:
    """Raise Nonconformance unless the block raises SchedulerPersistenceError."""
    try:
        yield
    except SchedulerPersistenceError:
        return
    raise Nonconformance(claim, "SchedulerPersistenceError", "it returned as if all were well")
