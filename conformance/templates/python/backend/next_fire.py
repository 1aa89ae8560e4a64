"""When a schedule fires next."""

from __future__ import annotations

from backend.cron import next_match
from interface import NANOS_PER_SECOND, Cron, Instant, Manual, Once, Periodic, Schedule

_LAST_SECOND = 2**63 - 1


def next_fire(schedule: Schedule, now: Instant) -> Instant | None:
    """The next instant; None when there is none, or when it cannot be represented (NF-01 to NF-07)."""
    match schedule:
        case Periodic(every):
            carry, nanos = divmod(now.nanos_since_epoch + every.nanos, NANOS_PER_SECOND)
            secs = now.secs_since_epoch + every.secs + carry
            return Instant(secs, nanos) if secs <= _LAST_SECOND else None
        case Once(at):
            return at if at >= now else None
        case Manual():
            return now
        case Cron(expression):
            match_at = next_match(expression, now.secs_since_epoch)
            return None if match_at is None else Instant(match_at, 0)
