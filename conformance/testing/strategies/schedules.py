"""Cron expressions, and schedules of every kind."""

from __future__ import annotations

from hypothesis import strategies as st

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, Schedule, SystemTime
from conformance.testing.strategies.names import names, scalars
from conformance.testing.strategies.times import instants, periods

VALID_CRONS = (
    "0 0 3 * * SUN",
    "* * * * * *",
    "0 0 0 1 1 *",
    "*/15 * * * * *",
    "0 30 9,17 * * MON-FRI",
    "0 0 0 29 2 * 2028",
    "@daily",
    " @hourly ",
    "0 0 0 ? * 1",
    "0 0 0 1 1 * 2100",
)
_AWKWARD_CRONS = (
    "0  0   3 * * SUN",
    "0 0 3 * * sun",
    "0 0 3 * * Sunday",
    "00 000 03 * * *",
    "0\t0 3 * * *",
    "0 0 3 ? * *",
    "0 0 3 * * *\n",
    "0 0 3 * * *\r\n",
    "\r\n0 0 3 * * * ",
    "0 0 3 * * *\x00",
    "\ufeff0 0 3 * * *",
    "０ ０ ３ * * *",
    "0,0,0 0 3 * * *",
    "e\u0301",
    "\u212b",
    "@DAILY",
    "0 0 3 * * * # at three",
    "'; DROP TABLE jobs; --",
    '"\\',
    "%41 &lt; %s {} $1",
    "null",
    "Manual",
    "1e5",
    "\u2028",
    "😀",
    "0 " * 150,
    "x" * 70_000,
)
_UNPARSABLE = (
    "",
    " ",
    "every day",
    "* * * * *",
    "60 * * * * *",
    "0 0 0 * * 0",
    "0 0 0 30 2 *",
    "@midnight",
    "é",
)
CRON_TEXTS = (*VALID_CRONS, *_UNPARSABLE, *_AWKWARD_CRONS)
"""Expressions, and texts that are none: those, too, that somebody might tidy."""


def cron_expressions() -> st.SearchStrategy[str]:
    """Cron expressions, and texts that are none."""
    return _CRONS


_CRONS = st.one_of(
    st.sampled_from(VALID_CRONS), st.sampled_from(_UNPARSABLE), st.text(scalars, max_size=8), names
)


def schedules() -> st.SearchStrategy[Schedule]:
    """Schedules of every kind that record_scheduled has to take."""
    return _SCHEDULES


_SCHEDULES: st.SearchStrategy[Schedule] = st.one_of(
    st.just(Manual()),
    st.builds(Cron, _CRONS),
    st.builds(Once, instants()),
    st.builds(Periodic, periods()),
)


PLAIN_SCHEDULES: tuple[Schedule, ...] = (
    Manual(),
    Cron("0 0 0 1 1 *"),
    Cron("no expression"),
    Once(SystemTime(1_000_000_000, 0)),
    Once(SystemTime(2_000_000_000, 0)),
    Periodic(Duration(60, 0)),
)
_PLAIN_SCHEDULES = st.sampled_from(PLAIN_SCHEDULES)


def plain_schedules() -> st.SearchStrategy[Schedule]:
    """Schedules of every kind that come back even where corners are cut: whole seconds, small numbers."""
    return _PLAIN_SCHEDULES
