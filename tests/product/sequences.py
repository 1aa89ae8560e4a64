"""Calls and documents, drawn from the suite's own strategies."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from product.twins import Call, CancelCall, CloseAndOpen, HoldAt, ScheduleCall, Tick

from conformance.contract.records import SystemTime
from conformance.suite.cron_texts import expressions, moments
from conformance.testing.strategies import cron_expressions, legacy_documents, lookalikes, periods, qnames
from conformance.testing.strategies.times import nanos

_STARTS = (1_000_000_000, 1_781_524_800, 2**31 - 1, 2**31, 1_835_395_199, 4_102_444_799)
_LONGEST_PERIOD = 2**62  # a longer one ends in a panic of the engine; see the load cases schedule_periodic_*

instants = st.one_of(
    st.builds(lambda secs, rest: secs * 10**9 + rest, st.sampled_from(_STARTS), nanos),
    moments().map(SystemTime.to_nanos),
)
_no_names = st.sampled_from(("", "nodot", ".", "x.", ".x", "a..", "a\uff0eb"))


@st.composite
def _pools(draw: st.DrawFn) -> list[str]:
    """The names of a sequence: a few, of which some may look alike, and seldom one that is none."""
    alike = lookalikes().map(lambda pair: [pair[0], *pair[1][:8]])
    chosen = draw(st.one_of(st.lists(qnames(), min_size=1, max_size=3), alike))
    return [str(id) for id in chosen] + draw(st.lists(_no_names, max_size=1))


def schedule_calls(name: st.SearchStrategy[str]) -> st.SearchStrategy[ScheduleCall]:
    """Every kind that the call takes, and expressions that it refuses."""
    seconds = periods().map(lambda period: str(period.secs))
    spelled = st.one_of(seconds, seconds.map("+{}".format), seconds.map("00{}".format))
    return st.one_of(
        st.builds(ScheduleCall, name, st.just("cron"), st.one_of(cron_expressions(), expressions())),
        st.builds(ScheduleCall, name, st.just("periodic"), spelled),
        st.builds(ScheduleCall, name, st.just("manual"), st.sampled_from(("", "0 0 * * * *"))),
    )


def stored_calls(names: list[str]) -> st.SearchStrategy[ScheduleCall | CancelCall]:
    """Calls that change a document."""
    name = st.sampled_from(names)
    return st.one_of(schedule_calls(name), st.builds(CancelCall, name))


@st.composite
def sequences(draw: st.DrawFn) -> tuple[int, list[Call]]:
    """An instant to begin at, and calls; half of them begin with all jobs in place."""
    names = draw(_pools())
    first = [draw(schedule_calls(st.just(name))) for name in names] if draw(st.booleans()) else []
    pauses: st.SearchStrategy[Call] = st.sampled_from((CloseAndOpen(), Tick()))
    call = st.one_of(stored_calls(names), stored_calls(names), st.builds(HoldAt, instants), pauses)
    return draw(instants), [*first, *draw(st.lists(call, min_size=1, max_size=12))]


def raw_documents() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows as each version wrote them, mixed, which the product can open; some are dropped on load."""
    rows = legacy_documents().map(lambda rows: [_openable(row) for row in rows])
    return st.builds(_with_dotless_row, rows, st.sampled_from((None, None, 0, 1)))


def _with_dotless_row(rows: list[dict[str, Any]], place: int | None) -> list[dict[str, Any]]:
    if place is None or not rows:
        return rows
    return [*rows[:place], rows[0] | {"qname": "nodot"}, *rows[place:]]


def _openable(row: dict[str, Any]) -> dict[str, Any]:
    match row.get("schedule"):
        case {"Periodic": {"secs": secs, "nanos": rest}}:
            return row | {"schedule": {"Periodic": {"secs": min(secs, _LONGEST_PERIOD), "nanos": rest}}}
    return row
