"""QN: dotted qnames, where they are split, and which are one job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import product, starmap

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Cron, Duration, Manual, Periodic, QName, Schedule, SystemTime
from conformance.oracle.document import StoredRow
from conformance.oracle.model import (
    Cancel,
    Mutation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    loaded,
)
from conformance.showing import Words, show
from conformance.testing.cases import Case, Each
from conformance.testing.expect import attempt, expect, expect_equal, expect_same_records
from conformance.testing.planting import raw_row
from conformance.testing.profiles import Dose
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import lookalikes, plain_documents
from conformance.testing.strategies.names import FAMILIES, names
from conformance.testing.strategies.rows import legacy_shapes
from conformance.testing.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
NOON = SystemTime(1_800_000_000, 0)
NEIGHBOUR = QName("kit", "neighbour")
LAST = QName("kit", "last")
_PARTS = ("a", "b.c", "a.b", "日.本", "a.b.c.d")
_parts = st.sampled_from(_PARTS)
_ODD_PARTS = (*_PARTS, "..", ".x", "x..y", " . ", "x.", "..x", "a．b")
_LOCAL_NAMES = tuple(part for part in _ODD_PARTS if not part.endswith("."))
_ODD_IDS = tuple(starmap(QName, product(_ODD_PARTS, _LOCAL_NAMES)))


@verifies("QN-01", cases=Each(id=_ODD_IDS, reopened=(False, True)))
def test_QN_01_a_stored_qname_is_split_at_its_last_dot(backend: Backend, id: QName, reopened: bool) -> None:
    """
    Also by the backend that was told the id in another split. That the dotted form stays is for QN-02.
    """
    with backend.fresh() as store:
        store.record_started(id, AN_INSTANT)
        if reopened:
            store.reopen()

        found = [record.id for record in store.load_all()]
        if not found:
            backend.vacuous()
        claim = "a stored qname is split at its last dot"
        expect_equal(found, [QName.parse(str(id)) for id in found], claim)


def _odd_ids(dose: Dose) -> Iterator[Case]:
    """Each alone, then all of a namespace beside each other."""
    yield from ({"ids": [id]} for id in _ODD_IDS)
    for namespace in _ODD_PARTS:
        yield {"ids": [id for id in _ODD_IDS if id.namespace == namespace]}


@verifies("QN-02", cases=_odd_ids)
def test_QN_02_the_dotted_form_is_the_same_after_a_restart(backend: Backend, ids: list[QName]) -> None:
    with backend.fresh() as store:
        for id in ids:
            store.record_scheduled(id, Manual())
        store.reopen()

        found = sorted({str(record.id) for record in store.load_all()})
        expect_equal(found, sorted({*map(str, ids)}), "the dotted form of an id is the same after a restart")


def _others_load(
    backend: Backend, dropped: str, age: int, others: list[StoredRow], place: int, claim: str
) -> None:
    row = legacy_shapes(StoredRow(dropped, "Pending", 0, Cron("0 0 0 1 1 *"), None))[age]
    good = [raw_row(other) for other in others]
    planted = [*good[:place], row, *good[place:]]
    with backend.fresh(rows=planted if backend.keeps_document else []) as store:
        if not backend.keeps_document and not attempt(partial(store.plant_rows, planted)):
            store.plant_rows(good)  # a store may refuse a name that none of its jobs can have
        store.reopen()
        expect_same_records(store.load_all(), loaded(others), claim)


_DOTLESS = (
    "nodot",
    "a．b",
    "a。b",
    "a․b",
    "a·b",
    "a…b",
    "a,b",
    "a/b",
    "a:b",
    "a::b",
    " ",
    "日本",
    "\x00",
    "null",
    "0",
)


_AGES = range(4)
_OTHERS = [
    StoredRow("kit.job", "Idle", 1, Periodic(Duration(60, 0)), SystemTime(2_000_000_000, 0)),
    StoredRow("kit.two", "Pending", 0, Cron("0 0 0 1 1 *"), None),
]
_PLACES = range(len(_OTHERS) + 1)
_DROPPED = "a row whose qname has no dot is dropped, and the other rows load"
_SPARED = "a row whose namespace or local name is empty is dropped, and the other rows load"


@verifies("QN-03", cases=Each(name=_DOTLESS, age=_AGES, place=_PLACES))
def test_QN_03_each_name_that_only_looks_dotted_is_dropped(
    backend: Backend, name: str, age: int, place: int
) -> None:
    _others_load(backend, name, age, _OTHERS, place, _DROPPED)


@verifies("QN-04", cases=Each(name=(".x", "x.", ".", "", "..", "x..", "..."), age=_AGES, place=_PLACES))
def test_QN_04_each_name_with_an_empty_part_leaves_the_load_alone(
    backend: Backend, name: str, age: int, place: int
) -> None:
    _others_load(backend, name, age, _OTHERS, place, _SPARED)


@verifies("QN-03")
@given(
    name=names.map(lambda name: name.replace(".", "_")),
    age=st.integers(0, 3),
    others=plain_documents(max_size=2),
    place=st.integers(0, 2),
)
def test_QN_03_a_row_whose_qname_has_no_dot_is_dropped(
    backend: Backend, name: str, age: int, others: list[StoredRow], place: int
) -> None:
    _others_load(backend, name, age, others, place, _DROPPED)


@verifies("QN-04")
@given(
    shape=st.sampled_from((".{}", "{}.", "{}..")),
    name=names.map(lambda name: name.replace(".", "_")),
    age=st.integers(0, 3),
    others=plain_documents(max_size=2),
    place=st.integers(0, 2),
)
def test_QN_04_a_row_with_an_empty_part_never_aborts_the_load(
    backend: Backend, shape: str, name: str, age: int, others: list[StoredRow], place: int
) -> None:
    _others_load(backend, shape.replace("{}", name), age, others, place, _SPARED)


_NEVER_LOADED = ("nodot", "", ".", ".x", "x.", "a．b", "7", "__proto__", "constructor")
_ORDERS = [[0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 0, 1], [3, 2, 1, 0]]


@verifies("QN-05", cases=Each(dropped=_NEVER_LOADED, order=_ORDERS))
def test_QN_05_dropped_rows_stay_in_the_document(backend: Backend, dropped: str, order: list[int]) -> None:
    """
    Also several of one name.
    """
    row = StoredRow(dropped, "Idle", 7, Cron("0 0 0 1 1 *"), SystemTime(2_000_000_000, 0))
    again = replace(row, status="FailedRetrying", consecutive_failures=8)
    neighbour = StoredRow(str(NEIGHBOUR), "Pending", 0, Manual(), None)
    last = StoredRow(str(LAST), "Idle", 0, Manual(), None)
    with backend.fresh(rows=list(map(raw_row, (row, neighbour, again, last)))) as store:
        _load_if_it_can(store)
        for kind in (*order, 0):
            store.perform(_operation(kind, NEIGHBOUR))
            claim = "a row that load_all drops stays in the document, unchanged, when other jobs are mutated"
            expect_equal(_rows_of(store, dropped), [row, again], claim)
        store.reopen()
        _load_if_it_can(store)
        for id in (NEIGHBOUR, LAST):
            expect_equal(_rows_of(store, dropped), [row, again], claim)
            store.cancel(id)
        claim = "a row that load_all drops stays in the document when the last job that loads is cancelled"
        expect_equal(_rows_of(store, dropped), [row, again], claim)


def _load_if_it_can(store: Session) -> None:
    """A load that gives up breaks QN-03 or QN-04."""
    with suppress(SchedulerPersistenceError):
        store.load_all()


def _rows_of(store: Session, dotted: str) -> list[StoredRow]:
    """In the order of their failures: where they stand is for UP-08."""
    rows = [row for row in store.rows() if row.qname == dotted]
    return sorted(rows, key=lambda row: row.consecutive_failures)


_DISTINCT = "case, normal form, blanks and every other code point distinguish two jobs"


@verifies("QN-06")
@given(alike=lookalikes())
def test_QN_06_ids_are_compared_by_exact_code_points(
    backend: Backend, alike: tuple[QName, list[QName]]
) -> None:
    _expect_distinct(backend, (alike[0], *alike[1]))


@verifies("QN-06", cases=Each(ids=FAMILIES))
def test_QN_06_no_family_of_like_ids_is_one_job(backend: Backend, ids: Sequence[QName]) -> None:
    _expect_distinct(backend, ids)


def _expect_distinct(backend: Backend, ids: Sequence[QName]) -> None:
    """Each has a schedule of its own, and what happens to one is no affair of the others."""
    plans = {str(id): Periodic(Duration(60 + number, 0)) for number, id in enumerate(ids)}
    with backend.fresh() as store:
        for id in ids:
            store.record_scheduled(id, plans[str(id)])
        store.reopen()
        _expect_plans(store, plans)
        for id in ids:
            others = _all_contents_but(store, id)
            store.record_started(id, AN_INSTANT)
            expect_equal(_all_contents_but(store, id), others, _DISTINCT)
            store.record_finished(id, AN_INSTANT, success=False)
            expect_equal(_all_contents_but(store, id), others, _DISTINCT)
        _expect_plans(store, plans)
    for change in (RecordStarted(ids[0], AN_INSTANT), RecordFinished(ids[0], AN_INSTANT, success=True)):
        with backend.fresh() as store:
            for id in ids:
                store.perform(replace(change, id=id))
            found = [str(record.id) for record in store.load_all()]
            expect(len(found) == len(ids), _DISTINCT, expected=sorted(map(str, ids)), observed=sorted(found))


def _expect_plans(store: Session, plans: Mapping[str, Schedule]) -> None:
    """By schedule, so that a name that comes back changed is left to RT-09."""
    records = store.load_all()
    owners = {show(plan): dotted for dotted, plan in plans.items()}
    found = [(str(record.id), owners.get(show(record.schedule))) for record in records]
    lost = [dotted for dotted in plans if dotted not in {owner for _, owner in found}]
    wrong = [f"{dotted!a} has the schedule of {owner!a}" for dotted, owner in found if dotted != owner]
    wrong += [f"lost is that of {_escaped(lost)}"] if lost else []
    expect(
        not lost and len(found) == len(plans),
        _DISTINCT,
        expected=Words(f"{len(plans)} jobs with their own schedules: {_escaped(plans)}"),
        observed=Words("; ".join([f"{len(found)} jobs", *wrong])),
    )


def _escaped(names: Iterable[str]) -> str:
    """Like names must not look alike here."""
    return ", ".join(map(ascii, names)) or "none"


def _all_contents_but(store: Session, id: QName) -> dict[str, object]:
    return {dotted: held for dotted, held in store.contents().items() if dotted != str(id)}


_turns = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), min_size=3, max_size=8)


@verifies("QN-07")
@given(namespace=_parts, inner=_parts, local=_parts, reopened=st.booleans(), turns=_turns)
def test_QN_07_two_ids_with_one_dotted_form_are_one_job(
    backend: Backend, namespace: str, inner: str, local: str, reopened: bool, turns: list[tuple[int, int]]
) -> None:
    one, other = QName(namespace, f"{inner}.{local}"), QName(f"{namespace}.{inner}", local)
    operations = [
        _operation(kind, (one, other)[place], turn) for turn, (kind, place) in enumerate([(0, 0), *turns])
    ]
    alike = [replace(operation, id=one) for operation in operations]
    claim = "two ids with one dotted form are one job: whichever is used, the same happens"
    found, wanted = (_states(backend, program, reopened) for program in (operations, alike))
    expect_equal(found, wanted, claim)


def _operation(kind: int, id: QName, turn: int = 0) -> Mutation:
    """A mutation of a kind; each turn has a schedule of its own."""
    match kind:
        case 0:
            return RecordStarted(id, AN_INSTANT)
        case 1:
            return RecordScheduled(id, Periodic(Duration(60 + turn, 0)))
        case 2:
            return RecordFinished(id, AN_INSTANT, success=True)
    return Cancel(id)


def _states(backend: Backend, program: list[Mutation], reopened: bool) -> list[list[tuple[str, str]]]:
    """What load_all shows after each operation."""
    states: list[list[tuple[str, str]]] = []
    with backend.fresh(now=NOON) as store:
        for operation in program:
            if isinstance(operation, Cancel) and not (states and states[-1]):
                continue
            store.perform(operation)
            if reopened:
                store.reopen()
            states.append(sorted((str(r.id), show(r.schedule)) for r in store.load_all()))
    return states
