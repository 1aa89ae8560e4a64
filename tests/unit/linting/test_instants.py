"""Instants are read and written as people write them, to the nanosecond."""

from __future__ import annotations

import pytest

from conformance.contract.records import SystemTime
from conformance.linting.instants import parse_instant, write_instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01", SystemTime(0, 0)),
        ("1970-01-01T00:00:01Z", SystemTime(1, 0)),
        ("1970-01-01 00:01", SystemTime(60, 0)),
        ("1970-01-01T02:00:00.000000001+02:00", SystemTime(0, 1)),
        ("2026-11-25T10:00:00.123456789Z", SystemTime(1795600800, 123456789)),
        ("9999-12-31T23:59:59.5Z", SystemTime(253402300799, 500_000_000)),
    ],
)
def test_an_instant_is_read_exactly(text: str, instant: SystemTime) -> None:
    assert instant == parse_instant(text)


@pytest.mark.parametrize("text", ["", "now", "1969-12-31", "2026-13-01", "2026-11-25T10:00:00.1234567890Z"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_instant(text)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (SystemTime(0, 0), "1970-01-01T00:00:00Z"),
        (SystemTime(1795600800, 120_000_000), "2026-11-25T10:00:00.12Z"),
        (SystemTime(253402300799, 0), "9999-12-31T23:59:59Z"),
        (SystemTime(2**63 - 1, 1), "9223372036854775807.000000001 seconds after 1970"),
    ],
)
def test_an_instant_is_written_as_far_as_calendars_reach(instant: SystemTime, text: str) -> None:
    assert text == write_instant(instant)
