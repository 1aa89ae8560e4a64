"""LD: what older versions left behind, and lenient reading."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import Duration, Manual, Once, Periodic, QName, Schedule, SystemTime
from conformance.oracle.document import StoredRow, read_document
from conformance.oracle.model import Mutation, RecordScheduled, RecordStarted, loaded
from conformance.suite.expect import expect_equal, expect_same_records
from conformance.suite.planting import document_bytes, raw_row
from conformance.suite.session import Backend, Session
from conformance.suite.strategies import (
    legacy_shapes,
    plain_documents,
    plain_rows,
    plain_schedules,
    strange_statuses,
)
from conformance.suite.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
JOB = QName("kit", "job")
OTHER = QName("kit.other", "job")
NOON = SystemTime(1_800_000_000, 0)
IN_FUTURE = SystemTime(2_000_000_000, 0)
ROW = StoredRow(str(JOB), "Pending", 3, Manual(), IN_FUTURE)
MEMBERS = ("qname", "status", "consecutive_failures", "schedule", "next_fire_at")
MUTATIONS_OF_ANOTHER: tuple[Mutation, ...] = (
    RecordStarted(OTHER, AN_INSTANT),
    RecordScheduled(OTHER, Manual()),
)


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


@verifies("LD-01")
@given(row=plain_rows(), bare=st.booleans())
def test_LD_01_a_row_without_schedule_loads_as_manual(backend: Backend, row: StoredRow, bare: bool) -> None:
    missing = ("schedule", "next_fire_at") if bare else ("schedule",)
    with backend.fresh(rows=[_without(raw_row(row), *missing)]) as store:
        found = [record.schedule for record in store.load_all()]
        expect_equal(found, [Manual()], "a row without schedule loads as Manual")


@verifies("LD-02")
@given(row=plain_rows(), null=st.booleans())
def test_LD_02_a_row_without_next_fire_at_loads_without_one(
    backend: Backend, row: StoredRow, null: bool
) -> None:
    planted = _without(raw_row(row), "next_fire_at") | ({"next_fire_at": None} if null else {})
    with backend.fresh(rows=[planted]) as store:
        found = [record.next_fire_at for record in store.load_all()]
        expect_equal(found, [None], "a row whose next_fire_at is missing or null loads without one")


@verifies("LD-03")
@given(rows=plain_documents(min_size=2), shapes=st.permutations(range(4)))
def test_LD_03_legacy_and_current_rows_load_together(
    backend: Backend, rows: list[StoredRow], shapes: list[int]
) -> None:
    planted = [legacy_shapes(row)[shape] for row, shape in zip(rows, shapes, strict=False)]
    alone = []
    for row in planted:
        with backend.fresh(now=NOON, rows=[row]) as store:
            alone += store.load_all()
    with backend.fresh(now=NOON, rows=planted) as store:
        claim = "legacy and current rows load together as each of them loads alone"
        expect_same_records(store.load_all(), alone, claim)


_UNKNOWN_NAMES = (
    "note",
    "last_started_at",
    "STATUS",
    "Schedule",
    "NEXT_FIRE_AT",
    "consecutiveFailures",
    "",
    "qname ",
    "é",
    "secs",
    "schedule\u0000",
)
_UNKNOWN_VALUES = {
    "null": "null",
    "a truth value": "true",
    "a text": '"text"',
    "minus nought": "-0",
    "a fraction": "60.0",
    "a number beyond every float": "1e400",
    "a long number": "-12345678901234567890123456789012345678901234567890",
    "an empty array": "[]",
    "a member twice": '{"a": 1, "a": 2}',
    "a row of wrong types": '{"qname": "x.y", "status": null, "schedule": {"Never": 5}}',
    "mixed nesting": '["\\ud83d\\ude00", {"b": [{}, [[[]]]]}]',
    "200 arrays": "[" * 200 + "]" * 200,
    "5,000 objects": '{"d":' * 5000 + "0" + "}" * 5000,
    "20,000 arrays": "[" * 20_000 + "]" * 20_000,
}
_unknown = st.dictionaries(
    st.sampled_from(_UNKNOWN_NAMES), st.sampled_from(sorted(_UNKNOWN_VALUES)), min_size=1, max_size=4
)


@verifies("LD-04")
@given(
    row=plain_rows(),
    unknown=_unknown,
    place=st.integers(0, 5),
)
def test_LD_04_unknown_members_of_a_row_are_ignored(
    backend: Backend, row: StoredRow, unknown: dict[str, str], place: int
) -> None:
    members = [f"{json.dumps(key)}: {json.dumps(item)}" for key, item in raw_row(row).items()]
    members[place:place] = [f"{json.dumps(name)}: {_UNKNOWN_VALUES[kind]}" for name, kind in unknown.items()]
    document = "[{" + ", ".join(members) + "}]"
    with backend.fresh(document=document.encode("utf-8")) as store:
        claim = "an unknown member of a row is ignored, whatever it holds"
        expect_same_records(store.load_all(), loaded([row]), claim)


@verifies("LD-05")
@given(missing=st.sampled_from(("file", "directory", "content")))
def test_LD_05_no_document_or_an_empty_one_means_nothing_persisted(backend: Backend, missing: str) -> None:
    with backend.fresh(document=None if missing == "directory" else b"") as store:
        if missing == "file":
            store.data.document.unlink()
        claim = "a missing file, a missing _system and a zero-byte file all mean: nothing persisted yet"
        expect_equal(store.load_all(), [], claim)
        store.record_started(JOB, AN_INSTANT)
        expect_equal([str(record.id) for record in store.load_all()], [str(JOB)], claim)


@verifies("LD-06")
@given(
    others=plain_documents(max_size=3),
    shape=st.integers(0, 3),
    mutation=st.sampled_from(MUTATIONS_OF_ANOTHER),
    own=st.booleans(),
)
def test_LD_06_the_first_mutation_completes_legacy_rows(
    backend: Backend, others: list[StoredRow], shape: int, mutation: Mutation, own: bool
) -> None:
    legacy = [legacy_shapes(row)[shape] for row in others if row.qname != str(JOB)]
    rows = [_without(raw_row(ROW), "schedule", "next_fire_at"), *legacy]
    with backend.fresh(rows=rows) as store:
        store.load_all()
        store.perform(RecordStarted(JOB, AN_INSTANT) if own else mutation)
        expected = list(read_document(document_bytes(rows)))
        if backend.keeps_document:
            claim = "the first mutation writes legacy rows back complete, with the five members of a row"
            written = json.loads(store.data.read_document() or b"[]")
            missing = [(name, row) for row in written for name in MEMBERS if name not in row]
            expect_equal(missing, [], claim)
            if own:
                expected[0] = replace(expected[0], status=store.row(JOB).status)
        _rows_are_kept(store, expected, "a completed row keeps its old values and gets the defaults")


def _rows_are_kept(store: Session, expected: list[StoredRow], claim: str) -> None:
    contents = store.contents()
    if store.backend.keeps_document:
        expect_equal({row.qname: contents.get(row.qname) for row in expected}, _by_qname(expected), claim)
    else:
        wanted = loaded(expected)
        names = {str(record.id) for record in wanted}
        found = [record for record in store.load_all() if str(record.id) in names]
        expect_same_records(found, wanted, claim)


def _by_qname(rows: list[StoredRow]) -> dict[str, StoredRow]:
    return {row.qname: row for row in rows}


@verifies("LD-07")
@given(row=plain_rows(st.just(JOB)), status=strange_statuses, mutation=st.sampled_from(MUTATIONS_OF_ANOTHER))
def test_LD_07_any_stored_status_is_accepted_and_kept(
    backend: Backend, row: StoredRow, status: str, mutation: Mutation
) -> None:
    planted = raw_row(row) | {"status": status}
    with backend.fresh(rows=[planted]) as store:
        claim = "a row with any status loads"
        expect_equal([str(record.id) for record in store.load_all()], [str(JOB)], claim)
        store.perform(mutation)
        store.reopen()
        expect_equal(str(store.one(JOB).id), str(JOB), claim)
        if backend.keeps_document:
            claim = "a stored status stays on disk until the job's next status change"
            expect_equal(store.row(JOB).status, status, claim)


_BLANKS = ("", " ", "\n", "\r\n", "\t", " \n\t\r ")


@verifies("LD-08")
@given(
    rows=plain_documents(min_size=1, max_size=2),
    order=st.permutations(MEMBERS),
    swapped=st.booleans(),
    blanks=st.lists(st.sampled_from(_BLANKS), min_size=3, max_size=3),
)
def test_LD_08_member_order_and_white_space_do_not_matter(
    backend: Backend, rows: list[StoredRow], order: list[str], swapped: bool, blanks: list[str]
) -> None:
    before, between, after = blanks
    values = [_reordered(raw_row(row), order, swapped) for row in rows]
    text = json.dumps(values, separators=(f"{before},{between}", f"{before}:{after}"), ensure_ascii=False)
    with backend.fresh(document=f"{before}{text}{after}".encode()) as store:
        claim = "member order within a row and insignificant white space do not matter"
        expect_same_records(store.load_all(), loaded(rows), claim)


def _reordered(row: Mapping[str, Any], order: list[str], swapped: bool) -> dict[str, Any]:
    def turned(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        members = [(name, turned(item)) for name, item in value.items()]
        return dict(reversed(members) if swapped else members)

    return {name: turned(row[name]) for name in order}


@verifies("LD-09")
@given(
    schedule=plain_schedules(),
    carried=st.sampled_from((0, 500_000_000)),
    spelling=st.sampled_from(("array 3", "array 4", "array 5", "manual", "instant", "duration", "nanos")),
)
def test_LD_09_other_spellings_load_and_are_written_back_in_the_usual_one(
    backend: Backend, schedule: Schedule, carried: int, spelling: str
) -> None:
    whole = raw_row(StoredRow(str(JOB), "Idle", 2, schedule, IN_FUTURE))
    planted, row = _other_spelling(spelling, whole, schedule, carried)
    with backend.fresh(document=document_bytes([planted])) as store:
        claim = "a spelling that the product reads loads like the usual one"
        expect_same_records(store.load_all(), loaded([row]), claim)
        store.record_started(OTHER, AN_INSTANT)
        written = json.loads(store.data.read_document() or b"[]")
        kept = [each for each in written if not isinstance(each, dict) or each["qname"] != str(OTHER)]
        expect_equal(kept, [raw_row(row)], "another spelling is written back in the usual one")


def _other_spelling(
    spelling: str, whole: dict[str, Any], schedule: Schedule, carried: int
) -> tuple[Any, StoredRow]:
    """A raw row in another spelling, and the row it means."""
    at, every = IN_FUTURE, Duration(60, 0)

    def meant(schedule: Schedule, next_fire_at: SystemTime | None) -> StoredRow:
        return StoredRow(str(JOB), "Idle", 2, schedule, next_fire_at)

    match spelling:
        case "array 3":
            return list(whole.values())[:3], meant(Manual(), None)
        case "array 4":
            return list(whole.values())[:4], meant(schedule, None)
        case "array 5":
            return list(whole.values()), meant(schedule, at)
        case "manual":
            return whole | {"schedule": {"Manual": None}}, meant(Manual(), at)
        case "instant":
            pair = [at.secs_since_epoch, at.nanos_since_epoch]
            return whole | {"schedule": {"Once": pair}, "next_fire_at": pair}, meant(Once(at), at)
        case "duration":
            pair = [every.secs, every.nanos]
            return whole | {"schedule": {"Periodic": pair}}, meant(Periodic(every), at)
    raw = {"secs": 60, "nanos": 3_000_000_000 + carried}
    return whole | {"schedule": {"Periodic": raw}}, meant(Periodic(Duration(63, carried)), at)
