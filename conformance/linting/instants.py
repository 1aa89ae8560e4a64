"""Instants as people write them: RFC 3339, in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from conformance.contract.records import SystemTime

_FRACTION = re.compile(r"(?<=:[0-9]{2})[.,]([0-9]+)")
_DIGITS = 9
_LAST_WRITTEN = int(datetime.max.replace(tzinfo=UTC).timestamp())


def parse_instant(text: str) -> SystemTime:
    """The instant that a date, or a date and a time, means; UTC without an offset. Raises ValueError.

    Nanoseconds are exact: Python's own times stop at microseconds.
    """
    fraction = _FRACTION.search(text)
    if fraction is not None and len(fraction[1]) > _DIGITS:
        raise ValueError(f"more than {_DIGITS} digits after the point")
    nanos = int(fraction[1].ljust(_DIGITS, "0")) if fraction is not None else 0
    moment = datetime.fromisoformat(_FRACTION.sub("", text))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since_epoch = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return SystemTime(since_epoch.days * 86_400 + since_epoch.seconds, nanos)


def write_instant(instant: SystemTime) -> str:
    """2026-11-25T10:00:00.5Z; in seconds after the epoch where no calendar reaches."""
    secs, nanos = instant.secs_since_epoch, instant.nanos_since_epoch
    fraction = f".{nanos:09}".rstrip("0") if nanos else ""
    if secs > _LAST_WRITTEN:
        return f"{secs}{fraction} seconds after 1970"
    return f"{datetime.fromtimestamp(secs, UTC):%Y-%m-%dT%H:%M:%S}{fraction}Z"
