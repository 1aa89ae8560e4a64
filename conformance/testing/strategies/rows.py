"""Rows of a document: any, plain ones, and raw ones as released versions wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from hypothesis import strategies as st

from conformance.contract.records import Periodic, QName, SystemTime
from conformance.oracle.document import StoredRow
from conformance.testing.planting import raw_row
from conformance.testing.strategies.names import plain_ids, qnames, scalars
from conformance.testing.strategies.schedules import PLAIN_SCHEDULES, plain_schedules, schedules
from conformance.testing.strategies.times import durations, instants

KNOWN_STATUSES = ("Pending", "Running", "Idle", "FailedRetrying", "Cancelled")
known_statuses = st.sampled_from(KNOWN_STATUSES)
STRANGE_STATUSES = (
    *("", "pending", "RUNNING", "Bogus", "Idle ", " Idle", "é\n\x00", "Failed", "Scheduled", "null", "0"),
    *("Succeeded at last " * 20, "e\u0301 \u212b", "'quoted' \"\\", "\u2028"),
)
strange_statuses = st.text(scalars, max_size=5).filter(lambda text: text not in KNOWN_STATUSES)
FAILURES = (0, 1, 2, 255, 256, 2**16, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)
failures = st.one_of(st.sampled_from(FAILURES), st.integers(0, 2**32 - 1))


@st.composite
def _rows(draw: st.DrawFn, ids: st.SearchStrategy[QName]) -> StoredRow:
    schedule = draw(st.one_of(schedules(), st.builds(Periodic, durations())))
    next_fire_at = draw(st.one_of(st.none(), instants()))
    return StoredRow(str(draw(ids)), draw(known_statuses), draw(failures), schedule, next_fire_at)


def rows(ids: st.SearchStrategy[QName] | None = None) -> st.SearchStrategy[StoredRow]:
    """A stored row with any values the format allows, but a status that the product writes."""
    return _rows(qnames() if ids is None else ids)


def documents(
    *, min_size: int = 0, max_size: int = 4, ids: st.SearchStrategy[QName] | None = None
) -> st.SearchStrategy[list[StoredRow]]:
    """The rows of a document, each of another job; `write_document` makes its bytes."""
    return st.lists(rows(ids), min_size=min_size, max_size=max_size, unique_by=lambda row: row.qname)


_OMISSIONS: Sequence[tuple[str, ...]] = ((), ("schedule",), ("next_fire_at",), ("schedule", "next_fire_at"))


def legacy_shapes(row: StoredRow) -> tuple[dict[str, Any], ...]:
    """A row as each version may have written it: current first, then without what came later."""
    whole = raw_row(row)
    return tuple({name: whole[name] for name in whole if name not in missing} for missing in _OMISSIONS)


def legacy_rows(ids: st.SearchStrategy[QName] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """A raw row, a JSON object, as a released version wrote it: whole, or without what came later."""
    return rows(ids).flatmap(lambda row: st.sampled_from(legacy_shapes(row)))


@st.composite
def _legacy_documents(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [draw(st.sampled_from(legacy_shapes(row))) for row in draw(documents(max_size=3))]


def legacy_documents() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Raw rows, current and legacy ones mixed, each of another job."""
    return _legacy_documents()


_LONG_PAST = SystemTime(1_000_000_000, 0)
_IN_FUTURE = SystemTime(2_000_000_000, 0)
_EVERY_KIND = product(KNOWN_STATUSES, (0, 3), PLAIN_SCHEDULES, (None, _LONG_PAST, _IN_FUTURE))
ROWS_OF_ALL_KINDS = tuple(
    StoredRow(f"kit.row.n{number}", status, count, schedule, next_fire_at)
    for number, (status, count, schedule, next_fire_at) in enumerate(_EVERY_KIND)
)
"""Plain rows: every status, with and without failures, each kind of schedule, overdue, due and never due."""
_PLAIN_INSTANTS = st.sampled_from((SystemTime(2_000_000_000, 0), SystemTime(2_000_000_060, 0)))


@st.composite
def _plain_rows(draw: st.DrawFn, ids: st.SearchStrategy[QName]) -> StoredRow:
    next_fire_at = draw(st.one_of(st.none(), _PLAIN_INSTANTS))
    count = draw(st.integers(0, 3))
    return StoredRow(str(draw(ids)), "Pending", count, draw(plain_schedules()), next_fire_at)


def plain_rows(ids: st.SearchStrategy[QName] | None = None) -> st.SearchStrategy[StoredRow]:
    """A stored row of plain values, due in the future if ever."""
    return _plain_rows(plain_ids() if ids is None else ids)


def plain_documents(*, min_size: int = 0, max_size: int = 4) -> st.SearchStrategy[list[StoredRow]]:
    """Plain rows, each of another job."""
    return st.lists(plain_rows(), min_size=min_size, max_size=max_size, unique_by=lambda row: row.qname)
