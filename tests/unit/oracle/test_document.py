"""Documents are read as strictly and as leniently as the product reads them, and written byte for byte."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import (
    MAX_CONSECUTIVE_FAILURES,
    MAX_DURATION_SECS,
    MAX_INSTANT_SECS,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SystemTime,
)
from conformance.golden import LoadCase, load_cases, released_documents
from conformance.oracle.document import (
    DocumentRefused,
    StoredRow,
    inspect_document,
    instant_from_json,
    instant_to_json,
    loaded_rows,
    read_document,
    row_to_json,
    schedule_from_json,
    schedule_to_json,
    write_document,
)

PROBE = StoredRow("probe.added", "Pending", 0, Cron("0 0 0 1 1 *"), SystemTime(1_798_761_600, 0))
LOADED = [case for case in load_cases() if case.setup is None and case.input is not None]
REWRITTEN = [case for case in LOADED if case.output is not None]

texts = st.text(st.characters(exclude_categories=["Cs"]))
nanos = st.integers(0, 999_999_999)
instants = st.builds(SystemTime, st.integers(0, MAX_INSTANT_SECS), nanos)
schedules: st.SearchStrategy[Schedule] = st.one_of(
    st.just(Manual()),
    instants.map(Once),
    st.builds(Duration, st.integers(0, MAX_DURATION_SECS), nanos).map(Periodic),
    texts.map(Cron),
)
rows = st.builds(
    StoredRow,
    texts,
    texts,
    st.integers(0, MAX_CONSECUTIVE_FAILURES),
    schedules,
    st.none() | instants,
)


def outcome(data: bytes) -> str:
    try:
        read_document(data)
    except DocumentRefused:
        return "refused"
    return "accepted"


def refusal(data: bytes) -> DocumentRefused:
    with pytest.raises(DocumentRefused) as raised:
        read_document(data)
    return raised.value


def one_row(**members: str) -> bytes:
    """A document of one row; the values are given as JSON text."""
    given_members = {"qname": '"a.b"', "status": '"Idle"', "consecutive_failures": "0"} | members
    return ("[{" + ",".join(f'"{name}":{value}' for name, value in given_members.items()) + "}]").encode()


def after_the_product_ran(case: LoadCase) -> list[StoredRow]:
    """The rows with the probe scheduled, and with the runs that opening started."""
    assert case.input is not None
    found = list(read_document(case.input))
    qnames = [row.qname for row in found]
    if PROBE.qname in qnames:
        known = qnames.index(PROBE.qname)
        found[known] = replace(found[known], schedule=PROBE.schedule, next_fire_at=PROBE.next_fire_at)
    else:
        found.append(PROBE)
    for qname in case.ran_at_open:
        first = qnames.index(qname)
        found[first] = replace(found[first], status="FailedRetrying")
    return found


@pytest.mark.parametrize("case", LOADED, ids=lambda case: case.name)
def test_a_hand_made_document_meets_the_fate_that_the_catalogue_asks_for(case: LoadCase) -> None:
    assert case.input is not None
    product = "accepted" if case.outcome == "accepted" else "refused"

    assert (case.expected or product) == outcome(case.input)


@pytest.mark.parametrize("case", REWRITTEN, ids=lambda case: case.name)
def test_the_rows_of_a_hand_made_document_are_those_of_the_rewrite(case: LoadCase) -> None:
    assert case.output == write_document(after_the_product_ran(case))


@pytest.mark.parametrize("case", REWRITTEN, ids=lambda case: case.name)
def test_a_row_is_loaded_when_the_product_registers_it(case: LoadCase) -> None:
    assert case.input is not None
    names = {str(record.id) for record in loaded_rows(read_document(case.input))}

    expected = {name: held for name, held in case.registered.items() if held is not None}

    assert expected == {name: name in names for name in expected}


def test_every_released_document_is_read_and_written_back_unchanged() -> None:
    changed = [
        (document.version, document.name)
        for document in released_documents()
        if write_document(read_document(document.content)) != document.content
    ]

    assert [] == changed


@given(st.lists(rows, max_size=4))
def test_written_rows_are_read_back(written: list[StoredRow]) -> None:
    assert tuple(written) == read_document(write_document(written))


@given(rows)
def test_plain_values_give_the_schedule_and_the_instant_back(row: StoredRow) -> None:
    plain = row_to_json(row)

    assert (row.schedule, row.next_fire_at) == (
        schedule_from_json(plain["schedule"]),
        instant_from_json(plain["next_fire_at"]),
    )


def test_a_row_is_an_object_of_five_members_in_order() -> None:
    row = StoredRow("a.b", "Idle", 3, Periodic(Duration(60, 5)), SystemTime(7, 8))

    assert [
        ("qname", "a.b"),
        ("status", "Idle"),
        ("consecutive_failures", 3),
        ("schedule", {"Periodic": {"secs": 60, "nanos": 5}}),
        ("next_fire_at", {"secs_since_epoch": 7, "nanos_since_epoch": 8}),
    ] == list(row_to_json(row).items())


@pytest.mark.parametrize(
    "value",
    [None, "Cron", {}, {"Manual": None}, {"Once": None}, {"Cron": "x", "Manual": None}, {"Periodic": [1, 2]}],
)
def test_a_plain_value_in_another_spelling_is_no_schedule(value: object) -> None:
    with pytest.raises(ValueError, match="not a"):
        schedule_from_json(value)


def test_once_is_written_with_its_instant() -> None:
    at = SystemTime(1, 2)

    assert {"Once": instant_to_json(at)} == schedule_to_json(Once(at))


def test_a_row_without_schedule_is_manual() -> None:
    assert (StoredRow("a.b", "Idle", 0, Manual(), None),) == read_document(one_row())


def test_no_bytes_are_no_rows() -> None:
    assert () == read_document(b"")


def test_nanoseconds_of_a_thousand_million_are_carried() -> None:
    (row,) = read_document(one_row(schedule='{"Once":[1,2000000003]}'))

    assert Once(SystemTime(3, 3)) == row.schedule


def test_an_instant_is_refused_when_the_carry_leaves_the_range() -> None:
    last = f"[{MAX_INSTANT_SECS},1000000000]"

    assert "refused" == outcome(one_row(next_fire_at=last))


@pytest.mark.parametrize("number", ["-0", "1.0", "1e0", "4294967296", "1" * 5000, "-1", "01", "+1", ""])
def test_what_is_no_exact_integer_in_range_is_refused(number: str) -> None:
    assert "refused" == outcome(one_row(consecutive_failures=number))


def test_an_unknown_member_may_be_given_twice() -> None:
    data = b'[{"x":1,"qname":"a.b","x":2,"status":"Idle","consecutive_failures":0}]'

    assert "accepted" == outcome(data)


def test_a_known_member_given_twice_is_refused_even_with_one_value() -> None:
    data = b'[{"qname":"a.b","qname":"a.b","status":"Idle","consecutive_failures":0}]'

    assert "ER-02" == refusal(data).requirement


@pytest.mark.parametrize("value", ['"\\ud800"', "1e999", '{"x":1,"x":2}', '[[],{"a":{}}]', '"\\u0000"'])
def test_an_unknown_member_may_hold_any_value(value: str) -> None:
    assert "accepted" == outcome(one_row(x=value))


@pytest.mark.parametrize("value", ['"\\x"', "nan", "01", "1.", ".5", "tru", '"\n"', "{,}", "[1,]", '"\\u12"'])
def test_an_unknown_member_must_hold_json(value: str) -> None:
    assert "ER-01" == refusal(one_row(x=value)).requirement


@pytest.mark.parametrize("depth", [5_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"x":', "}")])
def test_an_unknown_member_may_be_nested_however_deeply(depth: int, opening: str, closing: str) -> None:
    value = opening * depth + "[]" + closing * depth

    assert 1 == len(read_document(one_row(x=value)))


def test_deep_nesting_that_never_ends_is_refused() -> None:
    assert "ER-01" == refusal(b"[" * 100_000).requirement


def test_two_escapes_for_one_character_make_that_character() -> None:
    (row,) = read_document(one_row(qname='"a.\\ud83d\\ude00"'))

    assert "a.😀" == row.qname


def test_an_escaped_name_is_the_same_name() -> None:
    (row,) = read_document(one_row(schedule='{"Cr\\u006fn":"x"}'))

    assert Cron("x") == row.schedule


def test_ten_thousand_rows_are_read() -> None:
    many = [StoredRow(f"bulk.j{number}", "Pending", 0, Manual(), None) for number in range(10_000)]

    assert tuple(many) == read_document(write_document(many))


def test_a_refusal_tells_where_and_why() -> None:
    data = one_row(schedule='\n\n   {"Periodic": 5}')

    error = refusal(data)

    assert ("ER-02", "/0/schedule/Periodic", 3, 17) == (
        error.requirement,
        error.pointer,
        error.line,
        error.column,
    )
    assert "expected an object of secs and nanos, observed 5" in error.reason


def test_a_refusal_stays_readable_however_deep_it_lies() -> None:
    assert 400 > len(str(refusal(b"[" * 100_000)))


def test_a_syntax_error_names_the_value_that_it_stands_in() -> None:
    error = refusal(b'[[], {"a/b": [1, x]}]')

    assert ("ER-01", "/1/a~1b/1", 1, 18) == (error.requirement, error.pointer, error.line, error.column)


def test_an_inspection_reads_the_rows_beside_a_bad_one() -> None:
    good, bad = one_row()[1:-1], b'{"qname":5}'

    inspection = inspect_document(b"[" + good + b"," + bad + b"," + good + b"]")

    assert 2 == len(inspection.rows)
    assert {1} == {int(f.pointer.split("/")[1]) for f in inspection.findings if f.refuses}


def test_an_inspection_finds_all_that_is_wrong_with_a_row() -> None:
    periodic = b'{"Periodic":{"secs":-1,"nanos":"x","tz":0}}'
    data = b'[{"qname":5,"status":"Idle","status":"Idle","schedule":' + periodic + b"}]"

    found = [(f.pointer, f.expected) for f in inspect_document(data).findings if f.refuses]

    assert [
        ("/0", "the member consecutive_failures"),
        ("/0/qname", "a string"),
        ("/0/status", "one status"),
        ("/0/schedule/Periodic/secs", "an integer from 0 to 18446744073709551615"),
        ("/0/schedule/Periodic/nanos", "an integer from 0 to 4294967295"),
        ("/0/schedule/Periodic/tz", "only secs and nanos"),
    ] == found


def test_a_remark_stands_where_its_member_stands() -> None:
    data = b'[{"status":"Bogus",\n"consecutive_failures":0, "qname":"nodot"}]'

    places = {f.pointer: (f.line, f.column) for f in inspect_document(data).findings}

    assert ((1, 12), (2, 35)) == (places["/0/status"], places["/0/qname"])


def test_an_inspection_notes_the_other_spellings_that_load() -> None:
    data = b'[["a.b","Idle",0,{"Manual":null},[1,2]]]'

    found = [(finding.requirement, finding.pointer) for finding in inspect_document(data).findings]

    assert [("LD-09", "/0"), ("LD-09", "/0/schedule/Manual"), ("LD-09", "/0/next_fire_at")] == found


def test_an_inspection_notes_rows_that_are_dropped_repeated_or_of_an_unknown_status() -> None:
    odd = [
        replace(PROBE, qname="nodot"),
        replace(PROBE, qname="a."),
        PROBE,
        replace(PROBE, status="Bogus"),
    ]

    findings = inspect_document(write_document(odd)).findings

    assert [("QN-03", "/0/qname"), ("QN-04", "/1/qname"), ("UP-07", "/3/qname"), ("LD-07", "/3/status")] == [
        (finding.requirement, finding.pointer) for finding in findings
    ]


def test_a_released_document_gives_no_findings() -> None:
    noted = [
        document.name for document in released_documents() if inspect_document(document.content).findings
    ]

    assert [] == noted


def test_restored_records_are_pending_whatever_was_stored() -> None:
    stored = StoredRow("a.b.c", "Running", 3, Cron("x"), SystemTime(1, 2))

    assert [
        SchedulerJobRecord(
            QName("a.b", "c"), next_fire_at=SystemTime(1, 2), consecutive_failures=3, schedule=Cron("x")
        )
    ] == loaded_rows([stored])


def test_rows_without_two_parts_are_not_restored() -> None:
    names = ["", ".", "x", "x.", ".x", "a.b"]

    assert ["a.b"] == [str(record.id) for record in loaded_rows(replace(PROBE, qname=n) for n in names)]


def test_every_restored_record_has_its_own_token() -> None:
    first, second = loaded_rows([PROBE, PROBE])
    first.cancel.cancel()

    assert not second.cancel.is_cancelled()


@given(st.lists(rows, max_size=4), st.integers(0), st.binary(max_size=3), st.integers(0, 8))
def test_a_document_read_row_by_row_is_read_as_a_whole(
    written: list[StoredRow], at: int, put: bytes, over: int
) -> None:
    document = write_document(written)
    place = at % (len(document) + 1)
    for text in (document, document[:place] + put + document[place + over :]):
        inspection = inspect_document(text)
        if any(finding.refuses for finding in inspection.findings):
            with pytest.raises(DocumentRefused):
                read_document(text)
        else:
            assert read_document(text) == inspection.rows
