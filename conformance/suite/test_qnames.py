"""QN: dotted qnames, where they are split, and which are one job."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Cron, Manual, QName, SystemTime
from conformance.oracle.document import StoredRow
from conformance.oracle.model import Mutation, loaded
from conformance.suite.expect import expect_equal, expect_same_records
from conformance.suite.planting import raw_row
from conformance.suite.session import Backend
from conformance.suite.strategies import (
    documents,
    lookalikes,
    mutations,
    names,
    qnames,
    same_dotted_form,
)
from conformance.suite.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
NEIGHBOUR = QName("kit", "neighbour")
_PARTS = st.sampled_from(("a", "b.c", "a.b", "..", ".x", "x..y", "é.日本", " . ", "a.b.c.d"))


@verifies("QN-01")
@given(
    namespace=st.one_of(_PARTS, names),
    local=st.one_of(_PARTS.filter(lambda p: p[-1] != "."), qnames().map(str)),
)
def test_QN_01_a_stored_qname_is_split_at_its_last_dot(backend: Backend, namespace: str, local: str) -> None:
    id = QName(namespace, local)
    with backend.fresh() as store:
        store.record_started(id, AN_INSTANT)
        store.reopen()

        found = [(record.id.namespace, record.id.local) for record in store.load_all()]
        split = QName.parse(str(id))
        claim = "a stored qname is split at its last dot"
        expect_equal(found, [(split.namespace, split.local)], claim)


@verifies("QN-02")
@given(id=qnames(), namespace=_PARTS)
def test_QN_02_the_dotted_form_is_the_same_after_a_restart(
    backend: Backend, id: QName, namespace: str
) -> None:
    ids = {str(id), str(QName(namespace, id.local)), str(QName(id.namespace, f"{namespace}x"))}
    with backend.fresh() as store:
        for dotted in sorted(ids):
            store.record_scheduled(QName.parse(dotted), Manual())
        store.reopen()

        found = sorted(str(record.id) for record in store.load_all())
        expect_equal(found, sorted(ids), "the dotted form of an id is the same after a restart")


def _others_load(backend: Backend, dropped: str, others: list[StoredRow], place: int, claim: str) -> None:
    bad = raw_row(StoredRow(dropped, "Pending", 0, Cron("0 0 0 1 1 *"), None))
    rows = [raw_row(row) for row in others]
    rows.insert(place, bad)
    try:
        with backend.fresh(rows=rows) as store:
            expect_same_records(store.load_all(), loaded(others), claim)
    except SchedulerPersistenceError:
        if backend.keeps_document or backend.last_operation != "plant_rows":
            raise
        backend.vacuous()


@verifies("QN-03")
@given(
    name=names.map(lambda name: name.replace(".", "_")), others=documents(max_size=2), place=st.integers(0, 2)
)
def test_QN_03_a_row_whose_qname_has_no_dot_is_dropped(
    backend: Backend, name: str, others: list[StoredRow], place: int
) -> None:
    claim = "a row whose qname has no dot is dropped, and the other rows load"
    _others_load(backend, name, others, place, claim)


@verifies("QN-04")
@given(
    shape=st.sampled_from((".{}", "{}.", ".", "", "..", "{}..", "...")),
    name=names.map(lambda name: name.replace(".", "_")),
    others=documents(max_size=2),
    place=st.integers(0, 2),
)
def test_QN_04_a_row_with_an_empty_part_never_aborts_the_load(
    backend: Backend, shape: str, name: str, others: list[StoredRow], place: int
) -> None:
    claim = "a row whose namespace or local name is empty is dropped, and the other rows load"
    _others_load(backend, shape.replace("{}", name), others, place, claim)


@verifies("QN-05")
@given(
    dropped=st.sampled_from(("nodot", "", ".", ".x", "x.", "a．b")),
    mutation=mutations([NEIGHBOUR]),
    known=st.booleans(),
)
def test_QN_05_dropped_rows_stay_in_the_document(
    backend: Backend, dropped: str, mutation: Mutation, known: bool
) -> None:
    row = StoredRow(dropped, "Running", 7, Cron("@daily"), SystemTime(2**40, 1))
    neighbour = StoredRow(str(NEIGHBOUR), "Pending", 0, Manual(), None)
    with backend.fresh(rows=[raw_row(row), *([raw_row(neighbour)] * known)]) as store:
        store.load_all()
        store.perform(mutation)
        store.reopen()
        store.load_all()
        store.record_started(NEIGHBOUR, AN_INSTANT)

        kept = [found for found in store.rows() if found.qname == dropped]
        claim = "a row that load_all drops stays in the document, unchanged, when other jobs are mutated"
        expect_equal(kept, [row], claim)


@verifies("QN-06")
@given(alike=lookalikes())
def test_QN_06_ids_are_compared_by_exact_code_points(
    backend: Backend, alike: tuple[QName, list[QName]]
) -> None:
    ids = [alike[0], *alike[1]]
    with backend.fresh() as store:
        for each in ids:
            store.record_scheduled(each, Cron(str(each)))
        store.reopen()

        found = {str(record.id): record.schedule for record in store.load_all()}
        expected = {str(each): Cron(str(each)) for each in ids}
        claim = "case, normal form, blanks and every other code point distinguish two jobs"
        expect_equal(found, expected, claim)


@verifies("QN-07")
@given(id=qnames(), inner=names, reopened=st.booleans())
def test_QN_07_two_ids_with_one_dotted_form_are_one_job(
    backend: Backend, id: QName, inner: str, reopened: bool
) -> None:
    first = QName(id.namespace, f"{inner}.{id.local}")
    second = same_dotted_form(first)
    claim = "two ids with one dotted form are one job"
    with backend.fresh() as store:
        store.record_scheduled(first, Manual())
        if reopened:
            store.reopen()
        store.record_scheduled(second, Cron("@daily"))
        store.record_started(first, AN_INSTANT)
        found = [(str(record.id), record.schedule) for record in store.load_all()]
        expect_equal(found, [(str(first), Cron("@daily"))], claim)
        store.cancel(second)
        expect_equal(store.load_all(), [], claim)
