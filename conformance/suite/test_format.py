"""FM: the document on disk."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import (
    MAX_DURATION_SECS,
    MAX_INSTANT_SECS,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SystemTime,
)
from conformance.golden import released_documents
from conformance.oracle.document import StoredRow, check_format, read_document
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Mutation,
    Operation,
    RecordScheduled,
    RecordStarted,
    Reopen,
    loaded,
)
from conformance.showing import Words, show
from conformance.testing.cases import Each
from conformance.testing.expect import expect, expect_equal, expect_same_records
from conformance.testing.planting import raw_row
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import programs, schedules
from conformance.testing.strategies.names import PLAIN_IDS, distinct_ids
from conformance.testing.strategies.programs import upserts
from conformance.testing.strategies.times import nanos
from conformance.testing.verifies import verifies
from conformance.workspace import DOCUMENT_NAME, SYSTEM_DIRECTORY, FileState

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
BEFORE_ALL = SystemTime(1_700_000_000, 0)
JOB = QName("kit", "job")
OTHER = QName("kit.other", "job")
THIRD = QName("kit", "third")
A_ROW = StoredRow(str(JOB), "Idle", 0, Cron("@daily"), None)
DOCUMENT = f"{SYSTEM_DIRECTORY}/{DOCUMENT_NAME}"
_FOREIGN = {
    "data.bin": b"\x00\x01",
    DOCUMENT_NAME: b"[]",
    "_systems/background_jobs.json": b"[ ]",
    "catalog/schema.json": b"{}",
    f"{SYSTEM_DIRECTORY}/declared_plugins.json": b'{"plugins": []}',
    f"{SYSTEM_DIRECTORY}/notes.txt": b"",
    f"{SYSTEM_DIRECTORY}/archive/background_jobs.json": b"not read",
}


@verifies("FM-01", examples=0.6)
@given(existing=st.booleans(), first=upserts(PLAIN_IDS), later=programs(max_size=6), foreign=st.booleans())
def test_FM_01_the_document_is_the_one_file_that_an_operation_touches(
    backend: Backend, existing: bool, first: Mutation, later: list[Operation], foreign: bool
) -> None:
    with backend.fresh(rows=[raw_row(A_ROW)] if existing else ()) as store:
        if foreign:
            _plant_foreign_files(store)
        before = _beside(store)
        untouched = "an operation that has returned leaves every file but the document as it was"
        store.perform(first)
        expect_equal(_beside(store), before, untouched)
        _expect_document(store, first.id)
        for operation in later:
            store.perform(operation)
            store.load_all()
            expect_equal(_beside(store), before, untouched)


def _expect_document(store: Session, id: QName) -> None:
    """Where no job is stored at all, that is for RT-01."""
    kind = getattr(store.data.files().get(DOCUMENT), "kind", "nothing")
    if kind == "nothing" and not store.load_all():
        store.backend.vacuous()
        return
    claim = "the rows are in the document <data_path>/_system/background_jobs.json"
    expect_equal(kind, "file", claim)
    rows = store.rows()
    expect(str(id) in {row.qname for row in rows}, claim, expected=Words(f"a row of {id}"), observed=rows)


def _plant_foreign_files(store: Session) -> None:
    store.backend.note("files of others lie below the data path")
    for name, content in _FOREIGN.items():
        path = store.data.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def _beside(store: Session) -> dict[str, FileState]:
    """Every file below the data path but the document."""
    return {name: state for name, state in store.data.files().items() if name != DOCUMENT}


_NAMES = (
    *("with blank", " ", "%41%2f%00", "$HOME", "${HOME}x", "#part", "?mode=ro&x=y", "a;b", "'quoted'", '"'),
    *("back\\slash", "[x]*", "{0}%s", "é😀", "e\u0301", "x" * 200, "-rf", ".hidden", "a:b", "x.json", "~"),
)


@verifies("FM-01", cases=Each(name=_NAMES))
def test_FM_01_the_document_lies_below_the_data_path_whatever_that_is_called(
    backend: Backend, name: str
) -> None:
    with backend.workspace.lend(name) as data:
        backend.note(f"the data path's name is {data.path.name!r}")
        with backend.open(data) as store:
            store.record_started(JOB, AN_INSTANT)
            _expect_document(store, JOB)


def _expect_format(store: Session, requirement: str, claim: str) -> None:
    """Judge the document by one requirement only."""
    content = store.document()
    if content is None:
        store.backend.vacuous("there is no document")
        return
    problems = [problem for problem in check_format(content) if problem.requirement == requirement]
    if problems:
        first = problems[0]
        place = f"{first.pointer or 'the document'}, line {first.line}, column {first.column}"
        expect(
            False,
            claim,
            expected=Words(first.expected),
            observed=Words(f"{first.observed} ({place})"),
        )


def _writes_in_format(backend: Backend, operations: list[Operation], requirement: str, claim: str) -> None:
    with backend.fresh() as store:
        for operation in operations:
            store.perform(operation)
            if not isinstance(operation, Reopen | FlushCheckpoint):
                _expect_format(store, requirement, claim)


@st.composite
def _histories(draw: st.DrawFn) -> list[Operation]:
    """A few changes to jobs with names and schedules of every kind; sometimes all are cancelled."""
    ids = draw(distinct_ids(2))
    done: list[Operation] = [RecordScheduled(id, draw(schedules())) for id in ids]
    done += draw(st.lists(st.one_of(upserts(ids), st.just(Reopen())), max_size=3))
    return done + [Cancel(id) for id in ids[: draw(st.sampled_from((0, 0, 1, 2)))]]


@verifies("FM-02")
@given(operations=_histories())
def test_FM_02_the_document_is_an_array_of_rows_with_their_five_members(
    backend: Backend, operations: list[Operation]
) -> None:
    claim = "the document is a UTF-8 JSON array of objects with the five members of a row, in order"
    _writes_in_format(backend, operations, "FM-02", claim)


_FOREIGN_ROWS = {
    "members unknown to it": {"note": [1]} | raw_row(A_ROW) | {"last_started_at": None},
    "members in another order": dict(reversed(raw_row(A_ROW).items())),
}
_REWRITES: tuple[Mutation, ...] = (
    *(RecordScheduled(id, Manual()) for id in (JOB, OTHER)),
    *(RecordStarted(id, AN_INSTANT) for id in (JOB, OTHER)),
    Cancel(OTHER),
)


@verifies("FM-02", cases=Each(what=_FOREIGN_ROWS, mutation=_REWRITES))
def test_FM_02_what_others_wrote_is_rewritten_with_the_five_members(
    backend: Backend, what: str, mutation: Mutation
) -> None:
    """
    A row of the job that is mutated, or of another.
    """
    rows = [_FOREIGN_ROWS[what], raw_row(replace(A_ROW, qname=str(OTHER)))]
    with backend.fresh(rows=rows) as store:
        store.perform(mutation)
        claim = "a row that others wrote is written back with the five members of a row, in order"
        _expect_format(store, "FM-02", claim)


@verifies("FM-03")
@given(schedule=schedules(), second=schedules())
def test_FM_03_schedules_and_instants_are_written_in_their_shapes(
    backend: Backend, schedule: Schedule, second: Schedule
) -> None:
    claim = "schedules, instants, durations and an absent next_fire_at are written in their own shapes"
    operations: list[Operation] = [
        RecordScheduled(JOB, schedule),
        RecordStarted(OTHER, AN_INSTANT),
        RecordScheduled(OTHER, second),
        RecordScheduled(JOB, second),
    ]
    _writes_in_format(backend, operations, "FM-03", claim)


@verifies("FM-04", examples=1.5)
@given(operations=_histories())
def test_FM_04_the_bytes_are_those_of_the_released_product(
    backend: Backend, operations: list[Operation]
) -> None:
    claim = "the bytes of the document are those that the released product would write"
    _writes_in_format(backend, operations, "FM-04", claim)


_CHARACTERS = (
    *map(chr, (*range(0x20), *range(0x7F, 0xA1), 0xAD, 0x200B, 0x200E, 0x2028, 0x2029, 0x202E, 0xD7FF)),
    *map(chr, (0xE000, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF)),
    *"\"\\/<>&'`=+%$é日",
)


@verifies("FM-04", cases=Each(character=_CHARACTERS))
def test_FM_04_every_kind_of_character_is_written_as_the_released_product_does(
    backend: Backend, character: str
) -> None:
    claim = "the bytes of the document are those that the released product would write"
    told: list[Operation] = [RecordScheduled(QName("kit", f"n{character}n"), Cron(f"n{character}n"))]
    _writes_in_format(backend, told, "FM-04", claim)


_RELEASED = {f"{document.version}/{document.name}": document for document in released_documents()}
NOBODY = QName("kit.nobody", "else")
_OF_ANOTHER: tuple[Mutation, ...] = (
    RecordStarted(NOBODY, AN_INSTANT),
    RecordScheduled(NOBODY, Manual()),
    Cancel(NOBODY),
)


@verifies("FM-05", cases=Each(name=_RELEASED))
def test_FM_05_every_released_document_loads_and_keeps_its_values(backend: Backend, name: str) -> None:
    """
    No fire time has passed: of those that have, RT-07 speaks.
    """
    content = _RELEASED[name].content
    rows = list(read_document(content))
    with backend.fresh(document=content, now=BEFORE_ALL) as store:
        claim = "a document that a released product wrote loads with the values that stand in it"
        expect_same_records(store.load_all(), loaded(rows), claim)
        for mutation in _OF_ANOTHER:
            store.perform(mutation)
            kept = [row for row in store.rows() if row.qname != str(NOBODY)]
            claim = "a mutation of another job keeps the values of every row that a released product wrote"
            expect_equal(sorted(kept, key=show), sorted(rows, key=show), claim)
        claim = "a document that a released product wrote loads with the same values once it is rewritten"
        store.reopen()
        found = [record for record in store.load_all() if record.id != NOBODY]
        expect_same_records(found, loaded(rows), claim)


_EXACT_IN_FLOATS = 2**53
_LONGEST_PERIOD = 2**62


def _large(highest: int) -> st.SearchStrategy[int]:
    corners = (_EXACT_IN_FLOATS + 1, 10**17 + 1, highest - 1, highest)
    return st.one_of(st.sampled_from(corners), st.integers(_EXACT_IN_FLOATS, highest))


@verifies("FM-06")
@given(
    at=st.builds(SystemTime, _large(MAX_INSTANT_SECS), nanos),
    every=st.builds(Duration, _large(_LONGEST_PERIOD), nanos),
    secs=_large(MAX_DURATION_SECS),
    fire=_large(MAX_INSTANT_SECS),
)
def test_FM_06_seconds_are_exact_in_the_document(
    backend: Backend, at: SystemTime, every: Duration, secs: int, fire: int
) -> None:
    claim = "64-bit seconds are written exactly, also beyond 2^53"
    planted = StoredRow(str(THIRD), "Idle", 0, Periodic(Duration(secs, 0)), SystemTime(fire, 0))
    with backend.fresh(rows=[raw_row(planted)]) as store:
        store.record_scheduled(JOB, Once(at))
        store.record_scheduled(OTHER, Periodic(every))
        _expect_format(store, "FM-06", claim)
        rows = {row.qname: row for row in store.rows()}
        found = {dotted: _seconds(row.schedule) for dotted, row in rows.items()}
        expected = {str(JOB): at.secs_since_epoch, str(OTHER): every.secs, str(THIRD): secs}
        expect_equal(found, expected, claim)
        fires = {dotted: _fire_seconds(row) for dotted, row in rows.items() if dotted != str(OTHER)}
        expect_equal(fires, {str(JOB): at.secs_since_epoch, str(THIRD): fire}, claim)


def _fire_seconds(row: StoredRow) -> int | None:
    return None if row.next_fire_at is None else row.next_fire_at.secs_since_epoch


def _seconds(schedule: Schedule) -> int | None:
    """The seconds that a schedule holds."""
    match schedule:
        case Once(at):
            return at.secs_since_epoch
        case Periodic(every):
            return every.secs
    return None
