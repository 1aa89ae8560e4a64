"""Instants and durations, with the corners of their seconds and nanoseconds."""

from __future__ import annotations

from itertools import product

from hypothesis import strategies as st

from conformance.contract.records import (
    MAX_DURATION_SECS,
    MAX_INSTANT_SECS,
    NANOS_PER_SECOND,
    Duration,
    SystemTime,
)

_SECONDS = (
    0,
    1,
    59,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**53 - 1,
    2**53,
    2**53 + 1,
    10**17 + 1,
    253_402_300_799,
    253_402_300_800,
    1_795_409_110,
)
_NANOS = (
    *(0, 1, 90, 999, 1_000, 54_321, 999_999, 1_000_000, 12_345_678, 98_765_430, 100_000_000, 123_456_789),
    *(500_000_000, 999_999_999),
)
"""Of every number of digits, with and without zeros at the end."""
nanos = st.one_of(st.sampled_from(_NANOS), st.integers(0, NANOS_PER_SECOND - 1))


def _corners(highest: int) -> list[int]:
    return sorted({*(second for second in _SECONDS if second <= highest), highest - 1, highest})


def _seconds(highest: int) -> st.SearchStrategy[int]:
    return st.one_of(st.sampled_from(_corners(highest)), st.integers(0, highest))


def corner_seconds(highest: int) -> list[tuple[int, int]]:
    """Every corner of the seconds up to `highest` with every corner of the nanoseconds."""
    return list(product(_corners(highest), _NANOS))


def instants() -> st.SearchStrategy[SystemTime]:
    """Instants from the epoch to 2^63-1 seconds after it."""
    return _INSTANTS


_INSTANTS = st.builds(SystemTime, _seconds(MAX_INSTANT_SECS), nanos)
_LONGEST_SAFE_PERIOD = 2**62
_PERIODS = st.builds(Duration, _seconds(_LONGEST_SAFE_PERIOD), nanos)
_ALL_DURATIONS = st.builds(Duration, _seconds(MAX_DURATION_SECS), nanos)


def periods() -> st.SearchStrategy[Duration]:
    """Periods whose next instant can be represented, whatever the clock says in this millennium."""
    return _PERIODS


def durations() -> st.SearchStrategy[Duration]:
    """Any duration of the format."""
    return _ALL_DURATIONS
