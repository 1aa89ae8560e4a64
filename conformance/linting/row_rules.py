"""What is to be said of one row that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from conformance.contract.records import (
    MAX_INSTANT_SECS,
    NANOS_PER_SECOND,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    Schedule,
    SchedulerJobStatus,
    SystemTime,
)
from conformance.linting.instants import write_instant
from conformance.oracle.cypher_tokens import StatementUnclear, string_literal
from conformance.oracle.next_fire import next_fire
from conformance.oracle.rows import StoredRow, restored_qname

_KNOWN_STATUS = frozenset(status.value for status in SchedulerJobStatus)


class Remark(NamedTuple):
    """A rule that a row trips, at a member or at the value of its schedule's variant."""

    rule: str
    member: str
    variant: str | None
    message: str


def row_remarks(row: StoredRow, now: SystemTime, *, decides: bool) -> Iterator[Remark]:
    """All remarks on a row. `decides` tells whether it is the row that its job's schedule is taken from."""
    yield from _qname_remarks(row.qname)
    if row.status not in _KNOWN_STATUS:
        yield Remark("unknown-status", "status", None, f"the status {row.status!r}")
    if restored_qname(row.qname) is None:
        return  # never registered, so its schedule does not matter
    if isinstance(row.schedule, Periodic) and _overflows(now, row.schedule.every):
        message = f"{row.schedule.every.secs} seconds from now is more than 2^63-1 seconds after 1970"
        yield Remark("period-too-long", "schedule", "Periodic", message)
    elif decides:
        yield from _schedule_remarks(row.schedule, now)


def _qname_remarks(qname: str) -> Iterator[Remark]:
    namespace, dot, local = qname.rpartition(".")
    if not dot:
        yield Remark("no-dot", "qname", None, f"the qname {qname!r} has no dot")
    elif not namespace or not local:
        part = "local name" if not local else "namespace"
        yield Remark("empty-name-part", "qname", None, f"the {part} of the qname {qname!r} is empty")
    if "\\" in qname:
        yield from _mirror_remarks(qname)


def _mirror_remarks(qname: str) -> Iterator[Remark]:
    """What becomes of a qname in a literal as uni-db writes it: quotes doubled, backslashes left alone."""
    literal = "'" + qname.replace("'", "''") + "'"
    try:
        meaning, end = string_literal(literal, 0)
    except StatementUnclear as unclear:
        yield Remark("cypher-altered", "qname", None, f"in Cypher the qname {qname!r} breaks: {unclear}")
        return
    if end < len(literal):
        message = f"in Cypher the qname {qname!r} ends early, and {literal[end:-1]!r} is run"
        yield Remark("cypher-injection", "qname", None, message)
    elif meaning != qname:
        yield Remark("cypher-altered", "qname", None, f"in Cypher the qname {qname!r} means {meaning!r}")


def _overflows(now: SystemTime, period: Duration) -> bool:
    return (now.to_nanos() + period.to_nanos()) // NANOS_PER_SECOND > MAX_INSTANT_SECS


def _schedule_remarks(schedule: Schedule, now: SystemTime) -> Iterator[Remark]:
    match schedule:
        case Manual():
            yield Remark("manual", "schedule", None, "the schedule is Manual")
        case Periodic(every) if not every.to_nanos():
            yield Remark("period-zero", "schedule", "Periodic", "the period is zero")
        case Once(at) if at < now:
            yield Remark("once-past", "schedule", "Once", f"{write_instant(at)} has passed")
        case Cron(expr):
            yield from _cron_remarks(expr, now)


@lru_cache(maxsize=1024)
def _cron_remarks(expression: str, now: SystemTime) -> tuple[Remark, ...]:
    try:
        fires = next_fire(expression, now)
    except ValueError as error:
        return (Remark("cron-unparsable", "schedule", "Cron", f"not a cron expression: {error}"),)
    if fires is None:
        return (Remark("cron-never", "schedule", "Cron", f"{expression!r} never matches up to 2100"),)
    return ()
