"""FS: choosing a backend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.connection import Handle
from conformance.contract.records import (
    MAX_DURATION_SECS,
    Cron,
    Duration,
    Once,
    Periodic,
    QName,
    Schedule,
    SystemTime,
)
from conformance.oracle.document import DocumentRefused, read_document
from conformance.oracle.model import Operation
from conformance.testing.cases import Each
from conformance.testing.expect import attempt, expect_equal
from conformance.testing.session import Backend
from conformance.testing.strategies import durations, instants, programs, qnames, schedules
from conformance.testing.strategies.names import PLAIN_IDS
from conformance.testing.strategies.schedules import PLAIN_SCHEDULES
from conformance.testing.verifies import verifies
from conformance.workspace import DataPath

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
PLAN = Once(SystemTime(3, 3))
EARLIER = QName("kit", "earlier")


@verifies("FS-01")
@given(program=programs(max_size=8), id=qnames(), schedule=schedules(), at=instants(), success=st.booleans())
def test_FS_01_the_null_backend_accepts_everything_and_keeps_nothing(
    backend: Backend,
    program: list[Operation],
    id: QName,
    schedule: Schedule,
    at: SystemTime,
    success: bool,
) -> None:
    claim = "load_all of the null backend returns no records"
    with backend.fresh() as store:
        expect_equal(store.load_all(), [], claim)
        for operation in program:
            store.perform(operation)
            expect_equal(store.load_all(), [], claim)
        store.record_scheduled(id, schedule)
        store.record_started(id, at)
        expect_equal(store.load_all(), [], claim)
        store.record_finished(id, at, success)
        store.flush_checkpoint()
        expect_equal(store.load_all(), [], claim)
        store.spoil_last_load()
        store.cancel(id)
        expect_equal(store.load_all(), [], claim)
        store.reopen()
        expect_equal(store.load_all(), [], claim)


_MANY = 1_000


@verifies("FS-01", examples=0.2)
@given(every=durations(), at=instants())
def test_FS_01_the_null_backend_accepts_however_much_there_is(
    backend: Backend, every: Duration, at: SystemTime
) -> None:
    """
    Also a period whose next instant cannot be represented: nothing is to be stored.
    """
    with backend.fresh() as store:
        for schedule in (Periodic(every), Periodic(Duration(MAX_DURATION_SECS, 0)), Cron("x" * 100_000)):
            store.record_scheduled(EARLIER, schedule)
        ids = [QName("kit", f"n{number}") for number in range(_MANY)]
        backend.note(f"{_MANY} other jobs are started, one after another")
        with backend.aside():
            accepted = sum(attempt(partial(store.record_started, id, at)) for id in ids)
        expect_equal(accepted, _MANY, "the null backend accepts every operation")
        expect_equal(store.load_all(), [], "load_all of the null backend returns no records")


@contextmanager
def _made_by_factory(backend: Backend, data_path: Path | None) -> Iterator[tuple[Handle, bool]]:
    handle, has_sink = backend.told(
        "the factory",
        (str(data_path) if data_path else None,),
        lambda: backend.driver.open_by_factory(data_path),
    )
    try:
        yield handle, has_sink
    finally:
        backend.observed("close", handle.close)


@verifies("FS-02", cases=Each(id=PLAIN_IDS, existing=(False, True)))
def test_FS_02_the_factory_gives_the_durable_backend_for_a_data_path(
    backend: Backend, id: QName, existing: bool
) -> None:
    claim = "the backend that the factory gives for a data path is the durable one"
    with backend.workspace.lend() as data:
        if existing:
            with backend.open(data) as store:
                store.record_started(EARLIER, AN_INSTANT)
        known = [str(EARLIER)] * existing
        with _made_by_factory(backend, data.path) as (handle, has_sink):
            expect_equal(has_sink, True, "the factory gives a sink for a local data path")
            expect_equal([str(record.id) for record in handle.load_all()], known, claim)
            backend.told("record_scheduled", (id, PLAN), lambda: handle.record_scheduled(id, PLAN))
        stored = sorted([*known, str(id)])
        expect_equal(_stored_in(data), stored, claim)
        with backend.open(data) as store:
            expect_equal(sorted(str(record.id) for record in store.load_all()), stored, claim)


def _stored_in(data: DataPath) -> list[str] | None:
    """The qnames in the document; None where there is no document that can be read."""
    content = data.read_document()
    try:
        return None if content is None else sorted(row.qname for row in read_document(content))
    except DocumentRefused:
        return None


@verifies("FS-02", cases=Each(id=PLAIN_IDS[:1], schedule=PLAIN_SCHEDULES))
def test_FS_02_the_factory_gives_the_null_backend_for_no_data_path(
    backend: Backend, id: QName, schedule: Schedule
) -> None:
    with _made_by_factory(backend, None) as (handle, has_sink):
        expect_equal(has_sink, False, "the factory gives no sink where there is no data path")
        backend.told("record_scheduled", (id, schedule), lambda: handle.record_scheduled(id, schedule))
        backend.told("record_started", (id, AN_INSTANT), lambda: handle.record_started(id, AN_INSTANT))
        claim = "the backend that the factory gives for no data path keeps nothing"
        expect_equal(handle.load_all(), [], claim)


@verifies("FS-02", cases=Each(id=PLAIN_IDS))
def test_FS_02_the_sink_that_the_factory_gives_is_the_backends_own(backend: Backend, id: QName) -> None:
    """
    A backend opened as usual tells how many statements an operation sends; without a mirror there are none.
    """
    usual = 0
    if backend.has("mirror"):
        with backend.fresh() as store:
            store.wire_mirror()
            store.record_started(id, AN_INSTANT)
            usual = len(store.mirror_statements())
    with backend.workspace.lend() as data, _made_by_factory(backend, data.path) as (handle, has_sink):
        expect_equal(has_sink, True, "the factory gives a sink for a local data path")
        if usual:
            backend.told("wire_mirror", (), lambda: handle.wire_mirror(fail=False))
            backend.told("record_started", (id, AN_INSTANT), lambda: handle.record_started(id, AN_INSTANT))
            claim = "the sink that the factory gives is the one its backend sends to"
            expect_equal(len(handle.mirror_statements()), usual, claim)
