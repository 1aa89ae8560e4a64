"""When a schedule fires next (NF-01 to NF-07)."""

from __future__ import annotations

from typing import assert_never

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, Schedule, SystemTime
from reference_impl.cron import next_fire_after


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    """The instant at which `schedule`, recorded at `now`, fires next; None when it never does.

    None too when that instant lies beyond 2^63-1 seconds (NF-07): like a cron expression that cannot be
    parsed (NF-06), such a job is better kept without a fire time than refused, for its row round-trips.
    """
    match schedule:
        case Once(at):
            return at if at >= now else None
        case Periodic(every):
            return _later(now, every)
        case Cron(expr):
            return _next_match(expr, now)
        case Manual():
            return now
        case _:
            assert_never(schedule)


def _later(now: SystemTime, every: Duration) -> SystemTime | None:
    try:
        return SystemTime.from_nanos(now.to_nanos() + every.to_nanos())
    except ValueError:
        return None


def _next_match(expression: str, now: SystemTime) -> SystemTime | None:
    try:
        return next_fire_after(expression, now)
    except ValueError:
        return None
