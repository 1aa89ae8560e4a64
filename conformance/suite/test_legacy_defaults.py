"""LD: what older versions left behind, and lenient reading."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle, permutations, product, repeat
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import (
    Cron,
    Manual,
    Once,
    QName,
    Schedule,
    SchedulerJobRecord,
    SystemTime,
)
from conformance.oracle.document import StoredRow, read_document
from conformance.oracle.model import (
    Cancel,
    Mutation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    apply,
    loaded,
)
from conformance.showing import Words, essence
from conformance.testing.covering import Factors, covering_array
from conformance.testing.expect import expect, expect_entries, expect_equal, expect_same_records
from conformance.testing.planting import document_bytes, raw_row
from conformance.testing.session import Backend, Session
from conformance.testing.spellings import OTHER_SPELLINGS, other_spelling
from conformance.testing.strategies import plain_documents, plain_rows
from conformance.testing.strategies.names import AWKWARD_NAMES, names
from conformance.testing.strategies.rows import (
    KNOWN_STATUSES,
    ROWS_OF_ALL_KINDS,
    STRANGE_STATUSES,
    legacy_shapes,
    strange_statuses,
)
from conformance.testing.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
JOB = QName("kit", "job")
OTHER = QName("kit.other", "job")
NOON = SystemTime(1_800_000_000, 0)
IN_FUTURE = SystemTime(2_000_000_000, 0)
ROW = StoredRow(str(JOB), "FailedRetrying", 2**32 - 1, Manual(), SystemTime(2_000_000_000, 123_456_789))
MEMBERS = ("qname", "status", "consecutive_failures", "schedule", "next_fire_at")
MUTATIONS_OF_ANOTHER: tuple[Mutation, ...] = (
    RecordStarted(OTHER, AN_INSTANT),
    RecordScheduled(OTHER, Once(IN_FUTURE)),
)


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _expect_of_each(
    backend: Backend, rows: Sequence[Mapping[str, Any]], aspect: str, wanted: object, claim: str
) -> None:
    with backend.fresh(rows=rows) as store:
        _expect_each(store.load_all(), aspect, wanted, claim)


def _expect_each(records: Sequence[SchedulerJobRecord], aspect: str, wanted: object, claim: str) -> None:
    found = {str(record.id): getattr(record, aspect) for record in records}
    wrong = [row for row in ROWS_OF_ALL_KINDS if found.get(row.qname, "no record") != wanted]
    told = {row.qname: found.get(row.qname, Words("no record")) for row in wrong[:3]}
    expect(not wrong, claim, expected=wanted, observed=told)


_IN_TURN = [ROWS_OF_ALL_KINDS[start:] + ROWS_OF_ALL_KINDS[:start] for start in range(12)]
"""Whichever kind of row comes first."""


@verifies(
    "LD-01", cases=lambda _: [{"bare": bare, "start": at} for bare in (False, True) for at in range(12)]
)
def test_LD_01_a_row_without_schedule_loads_as_manual(backend: Backend, bare: bool, start: int) -> None:
    missing = ("schedule", "next_fire_at") if bare else ("schedule",)
    rows = [_without(raw_row(row), *missing) for row in _IN_TURN[start]]
    _expect_of_each(backend, rows, "schedule", Manual(), "a row without schedule loads as Manual")


@verifies(
    "LD-02", cases=lambda _: [{"null": null, "start": at} for null in (False, True) for at in range(12)]
)
def test_LD_02_a_row_without_next_fire_at_loads_without_one(backend: Backend, null: bool, start: int) -> None:
    added = {"next_fire_at": None} if null else {}
    rows = [_without(raw_row(row), "next_fire_at") | added for row in _IN_TURN[start]]
    claim = "a row whose next_fire_at is missing or null loads without one"
    _expect_of_each(backend, rows, "next_fire_at", None, claim)


@verifies("LD-03")
@given(rows=plain_documents(min_size=2), shapes=st.permutations(range(4)))
def test_LD_03_legacy_and_current_rows_load_together(
    backend: Backend, rows: list[StoredRow], shapes: list[int]
) -> None:
    planted = [legacy_shapes(row)[shape] for row, shape in zip(rows, shapes, strict=False)]
    with backend.fresh(now=NOON, rows=planted) as store:
        claim = "legacy and current rows load together, each with the values that stand in it"
        expect_same_records(store.load_all(), _meant_by(planted), claim)


def _meant_by(planted: Sequence[Mapping[str, Any]]) -> tuple[SchedulerJobRecord, ...]:
    """The records that rows of any version stand for."""
    return loaded(read_document(document_bytes(planted)))


_UNKNOWN_NAMES = (
    *("note", "last_started_at", "failures", "id", "name", "namespace", "local", "secs", "Manual", "Once"),
    *("STATUS", "Status", "QNAME", "Qname", "qName", "Schedule", "NEXT_FIRE_AT", "nextFireAt", "next_fire"),
    *("consecutiveFailures", "consecutive-failures", "Consecutive_Failures"),
    *(
        "",
        "qname ",
        " qname",
        "qname\u0000",
        "schedule\u0000",
        "é",
        "ſtatus",
        "$ref",
        "__proto__",
        "__class__",
    ),
)
_UNKNOWN_VALUES = {
    "null": "null",
    "a truth value": "true",
    "a text": '"text"',
    "a qname": '"kit.impostor"',
    "a status": '"Running"',
    "one": "1",
    "an instant": '{"secs_since_epoch": 5, "nanos_since_epoch": 5}',
    "a schedule": '{"Periodic": {"secs": 5, "nanos": 5}}',
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


def _with_unknown_members(row: StoredRow, unknown: Mapping[str, str], place: int) -> str:
    """The JSON text of a row; `unknown` says by name which kind of value its unknown members hold."""
    members = [f"{json.dumps(key)}: {json.dumps(item)}" for key, item in raw_row(row).items()]
    members[place:place] = [f"{json.dumps(name)}: {_UNKNOWN_VALUES[kind]}" for name, kind in unknown.items()]
    return "{" + ", ".join(members) + "}"


def _expect_ignored(backend: Backend, rows: list[StoredRow], texts: list[str]) -> None:
    """Ignored by load_all, and by a mutation of another job, which reads them too."""
    claim = "an unknown member of a row is ignored, whatever it holds"
    with backend.fresh(document=("[" + ", ".join(texts) + "]").encode("utf-8")) as store:
        expect_same_records(store.load_all(), loaded(rows), claim)
        store.record_started(OTHER, AN_INSTANT)
        kept = {row.qname: row for row in store.rows() if row.qname != str(OTHER)}
        expect_equal(kept, _by_qname(rows), claim)


@verifies("LD-04", examples=0.5)
@given(
    rows=plain_documents(min_size=3, max_size=3),
    unknown=_unknown,
    place=st.integers(0, 5),
    which=st.integers(0, 2),
)
def test_LD_04_unknown_members_of_a_row_are_ignored(
    backend: Backend, rows: list[StoredRow], unknown: dict[str, str], place: int, which: int
) -> None:
    texts = [_with_unknown_members(row, unknown if n == which else {}, place) for n, row in enumerate(rows)]
    _expect_ignored(backend, rows, texts)


_SHORT_VALUES = [kind for kind, text in _UNKNOWN_VALUES.items() if len(text) < 1_000]


@verifies("LD-04", cases=lambda _: [{"place": turn % 6, "turn": turn} for turn in range(len(_SHORT_VALUES))])
def test_LD_04_every_name_of_an_unknown_member(backend: Backend, place: int, turn: int) -> None:
    """
    A row for each name, and every kind of value in turn, so that each name has each.
    """
    kinds = cycle((*_SHORT_VALUES[turn:], *_SHORT_VALUES[:turn]))
    rows = [
        StoredRow(f"kit.job{number}", "Idle", number, Cron("0 0 0 1 1 *"), None)
        for number in range(len(_UNKNOWN_NAMES))
    ]
    named = zip(rows, _UNKNOWN_NAMES, strict=True)
    texts = [_with_unknown_members(row, {name: next(kinds)}, place) for row, name in named]
    _expect_ignored(backend, rows, texts)


@verifies("LD-04", cases=lambda _: [{"kind": kind} for kind in _UNKNOWN_VALUES])
def test_LD_04_every_value_of_an_unknown_member(backend: Backend, kind: str) -> None:
    rows = [StoredRow(f"kit.job{number}", "Idle", number, Manual(), None) for number in range(2)]
    _expect_ignored(backend, rows, [_with_unknown_members(row, {"note": kind}, 3) for row in rows])


_NOTHING_PERSISTED = [
    dict(zip(("missing", "begun", "loads", "upsert"), values, strict=True))
    for values in product(
        ("file", "directory", "content"),
        (False, True),
        (True, False),
        (*MUTATIONS_OF_ANOTHER, RecordFinished(OTHER, AN_INSTANT, True)),
    )
]


@verifies("LD-05", cases=lambda _: _NOTHING_PERSISTED)
def test_LD_05_no_document_or_an_empty_one_means_nothing_persisted(
    backend: Backend, missing: str, begun: bool, loads: bool, upsert: Mutation
) -> None:
    """
    Also once a job was recorded, if the backend notices that another document lies there (ER-04).
    """
    nothing = partial(_expect_nothing_persisted, backend, begun=begun, loads=loads, upsert=upsert)
    backend.blame(partial(nothing, missing), *([partial(nothing, "rows")] if begun else []))


def _expect_nothing_persisted(
    backend: Backend, missing: str, *, begun: bool, loads: bool, upsert: Mutation
) -> None:
    with backend.fresh() as store:
        if begun:
            store.record_started(JOB, AN_INSTANT)
            store.load_all()
        _take_away(store, missing)
        if not begun:  # as whoever opens finds it
            store.reopen()
        claim = "a missing file, a missing _system and a zero-byte file all mean: nothing persisted yet"
        if loads:
            expect_equal(store.load_all(), [], claim)
        store.perform(upsert)
        expect_equal([str(record.id) for record in store.load_all()], [str(OTHER)], claim)


_TAKEN_AWAY = {
    "directory": "somebody removes _system",
    "file": "somebody removes the document",
    "content": "somebody empties the document to zero bytes",
    "rows": "somebody puts [] in the document's place",
}


def _take_away(store: Session, missing: str) -> None:
    store.backend.note(_TAKEN_AWAY[missing])
    shutil.rmtree(store.data.system, ignore_errors=True)
    match missing:
        case "file":
            store.data.system.mkdir()
        case "content":
            store.data.write_document(b"")
        case "rows":
            store.data.write_document(b"[]")


_UPSERTS_AND_CANCEL = (*MUTATIONS_OF_ANOTHER, RecordFinished(OTHER, AN_INSTANT, True), Cancel(OTHER))
_FIRST_MUTATIONS = [
    (shape, mutation, own, alike)
    for shape, mutation, own, alike in product(range(4), _UPSERTS_AND_CANCEL, (False, True), (False, True))
    if (shape or not alike) and not (own and isinstance(mutation, Cancel))
]
_DROPPED = StoredRow("nodot", "Idle", 1, Manual(), IN_FUTURE)


@verifies("LD-06", cases=lambda _: [{"number": number} for number in range(len(_FIRST_MUTATIONS))])
def test_LD_06_the_first_mutation_completes_legacy_rows(backend: Backend, number: int) -> None:
    """
    Rows of every status; `shape` is that of the job which is mutated, if `own`, and of all if they are
    `alike`, as in a document that one version left.
    """
    shape, mutation, own, alike = _FIRST_MUTATIONS[number]
    shapes = repeat(shape) if alike else cycle(range(4))
    others = [*ROWS_OF_ALL_KINDS[number % 31 :: 31], *([_DROPPED] if backend.keeps_document else [])]
    rows = [legacy_shapes(ROW)[shape], *(legacy_shapes(row)[next(shapes)] for row in others)]
    if isinstance(mutation, Cancel):
        rows.append(raw_row(replace(ROW, qname=str(OTHER))))
    change = replace(mutation, id=JOB) if own else mutation
    with backend.fresh(rows=rows) as store:
        store.load_all()
        store.perform(change)
        if backend.keeps_document:
            claim = "the first mutation writes legacy rows back complete, with the five members of a row"
            written = json.loads(store.data.read_document() or b"[]")
            found = {row["qname"]: [name for name in MEMBERS if name in row] for row in written}
            expect_entries(found, {dotted: list(MEMBERS) for dotted in found}, claim)
        left = apply(read_document(document_bytes(rows)), change, IN_FUTURE)
        expected = _by_qname(left) if backend.keeps_document else _by_id(loaded(left))
        expected.pop(str(OTHER), None)
        expect_entries(_held(store), expected, "a completed row keeps its old values and gets the defaults")


def _held(store: Session) -> dict[str, object]:
    """What is stored of each job but `OTHER`, which may have an instant of the clock."""
    held = _by_qname(store.rows()) if store.backend.keeps_document else _by_id(store.load_all())
    return {dotted: what for dotted, what in held.items() if dotted != str(OTHER)}


def _by_qname(rows: Sequence[StoredRow]) -> dict[str, object]:
    return {row.qname: row for row in rows}


def _by_id(records: Sequence[SchedulerJobRecord]) -> dict[str, object]:
    return {str(record.id): essence(record) for record in records}


@verifies("LD-07", examples=0.5)
@given(row=plain_rows(), drawn=strange_statuses, mutation=st.sampled_from(MUTATIONS_OF_ANOTHER))
def test_LD_07_any_stored_status_is_accepted_and_kept(
    backend: Backend, row: StoredRow, drawn: str, mutation: Mutation
) -> None:
    """
    Those that some version wrote and many that none ever wrote, all in one document, in rows of every shape.
    """
    statuses = {
        f"kit.job{number}": status
        for number, status in enumerate((drawn, *STRANGE_STATUSES, *KNOWN_STATUSES))
    }
    planted = [
        legacy_shapes(replace(row, qname=dotted, status=status))[number % 4]
        for number, (dotted, status) in enumerate(statuses.items())
    ]
    with backend.fresh(now=NOON, rows=planted) as store:
        _expect_loaded_like_any_other(store, planted)
        store.reopen()
        _expect_loaded_like_any_other(store, planted)
        _expect_stored_statuses(store, statuses)
        store.perform(mutation)
        store.reopen()
        _expect_loaded(store.load_all(), planted)
        kept = {dotted: status for dotted, status in statuses.items() if status not in _ACTIVE}
        _expect_stored_statuses(store, kept)  # those of others, where a mutation changes them, are for UP-05


_ACTIVE = ("Pending", "Running", "Idle", "FailedRetrying")


def _expect_stored_statuses(store: Session, statuses: Mapping[str, str]) -> None:
    if store.backend.keeps_document:
        found = {row.qname: row.status for row in store.rows()}
        expect_entries(found, statuses, "a stored status stays on disk until the job's next status change")


def _expect_loaded(records: Sequence[SchedulerJobRecord], planted: Sequence[Mapping[str, Any]]) -> None:
    found = {str(record.id): Words("a record") for record in records}
    expect_entries(found, {row["qname"]: Words("a record") for row in planted}, "a row with any status loads")


def _expect_loaded_like_any_other(store: Session, planted: Sequence[Mapping[str, Any]]) -> None:
    """Of the values of rows with a known status RT-02 to RT-08 speak."""
    records = store.load_all()
    _expect_loaded(records, planted)
    strange = _meant_by([row for row in planted if row["status"] not in KNOWN_STATUSES])
    claim = "a row with a status that no version wrote loads like any other"
    expect_entries(_by_id(records), _by_id(strange), claim)


_BLANKS = ("", " ", "\n", "\r\n", "\t", " \n\t\r ")
_ORDERS = tuple(permutations(MEMBERS))
_SPELLINGS: Factors = {
    "third": range(3),
    "swapped": (False, True),
    "escaped": (False, True),
    "before": _BLANKS,
    "between": _BLANKS,
    "after": _BLANKS,
}


@verifies("LD-08", cases=lambda _: covering_array(_SPELLINGS, 2))
def test_LD_08_member_order_and_white_space_do_not_matter(
    backend: Backend, third: int, swapped: bool, escaped: bool, before: str, between: str, after: str
) -> None:
    """
    Rows of several kinds, their members in a third of all orders that there are; within instants and
    durations too if `swapped`. A letter and its escape are the same.
    """
    rows = [
        replace(ROWS_OF_ALL_KINDS[7 * number % len(ROWS_OF_ALL_KINDS)], qname=f"kit.job{number}")
        for number in range(third, len(_ORDERS), 3)
    ]
    orders = _ORDERS[third::3]
    values = [_reordered(raw_row(row), order, swapped) for row, order in zip(rows, orders, strict=True)]
    text = json.dumps(values, separators=(f"{before},{between}", f"{before}:{after}"), ensure_ascii=False)
    if escaped:
        text = re.sub('(?<=")[a-zA-Z]', lambda letter: f"\\u{ord(letter[0]):04X}", text)
    with backend.fresh(document=f"{before}{text}{after}".encode()) as store:
        claim = "member order within a row and insignificant white space do not matter"
        expect_entries(_by_id(store.load_all()), _by_id(loaded(rows)), claim)


_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "/": "\\/"} | dict(
    zip("\b\f\n\r\t", ("\\b", "\\f", "\\n", "\\r", "\\t"), strict=True)
)


@verifies("LD-08", examples=0.3)
@given(
    texts=st.lists(names, min_size=1, max_size=3, unique=True),
    short=st.booleans(),
    form=st.sampled_from("xX"),
)
def test_LD_08_a_text_is_the_same_whether_its_characters_are_escaped_or_not(
    backend: Backend, texts: list[str], short: bool, form: str
) -> None:
    _expect_escapes_to_mean_the_same(backend, texts, short, form)


_ESCAPES = [{"short": short, "form": form} for short in (False, True) for form in "xX"]


@verifies("LD-08", cases=lambda _: _ESCAPES)
def test_LD_08_every_awkward_text_is_the_same_escaped_or_not(
    backend: Backend, short: bool, form: str
) -> None:
    _expect_escapes_to_mean_the_same(backend, AWKWARD_NAMES, short, form)


def _expect_escapes_to_mean_the_same(backend: Backend, texts: Sequence[str], short: bool, form: str) -> None:
    """What the usual spelling does to a text is left to RT-09."""
    rows = [StoredRow(f"kit.job{number}", "Idle", 0, Cron(text), None) for number, text in enumerate(texts)]
    members = '"status": "Idle", "consecutive_failures": 0, "next_fire_at": null, "schedule": {"Cron": '
    spelled = [
        f'{{"qname": "{row.qname}", {members}"{_escaped(text, short, form)}"}}}}'
        for row, text in zip(rows, texts, strict=True)
    ]
    with backend.fresh(rows=list(map(raw_row, rows))) as usual:
        expected = {str(record.id): record.schedule for record in usual.load_all()}
    with backend.fresh(document=f"[{', '.join(spelled)}]".encode()) as store:
        claim = "a text is the same whether its characters are escaped or not"
        expect_entries({str(record.id): record.schedule for record in store.load_all()}, expected, claim)


def _escaped(text: str, short: bool, form: str) -> str:
    """Every character as an escape, those beyond the basic plane as two."""
    return "".join(
        _SHORT_ESCAPES[character] if short and character in _SHORT_ESCAPES else _in_hex(character, form)
        for character in text
    )


def _in_hex(character: str, form: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04{form}}" for at in range(0, len(units), 2))


def _reordered(row: Mapping[str, Any], order: Sequence[str], swapped: bool) -> dict[str, Any]:
    def turned(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        members = [(name, turned(item)) for name, item in value.items()]
        return dict(reversed(members) if swapped else members)

    return {name: turned(row[name]) for name in order}


_DEFAULTS = {"schedule": "Manual", "next_fire_at": None}
"""Of members that are not written, which is for FM-02 and LD-06."""


@verifies("LD-09", cases=lambda _: OTHER_SPELLINGS)
def test_LD_09_other_spellings_load_and_are_written_back_in_the_usual_one(
    backend: Backend, schedule: Schedule, carried: int, spelling: str
) -> None:
    planted, row = other_spelling(spelling, schedule, carried)
    with backend.fresh(document=document_bytes([planted])) as store:
        claim = "a spelling that the product reads loads like the usual one"
        expect_same_records(store.load_all(), loaded([row]), claim)
        store.record_started(OTHER, AN_INSTANT)
        written = json.loads(store.data.read_document() or b"[]")
        kept = [
            _DEFAULTS | each if isinstance(each, dict) else each
            for each in written
            if not isinstance(each, dict) or each["qname"] != str(OTHER)
        ]
        expect_equal(kept, [raw_row(row)], "another spelling is written back in the usual one")
