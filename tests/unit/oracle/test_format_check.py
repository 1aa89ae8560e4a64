"""The strict judge names the requirement, the place and what was expected there."""

from __future__ import annotations

import pytest

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, SystemTime
from conformance.golden import released_documents
from conformance.oracle.document import FormatProblem, StoredRow, check_format, write_document

ROW = StoredRow("a.b", "Pending", 0, Periodic(Duration(60, 0)), SystemTime(7, 8))
WRITTEN = write_document([ROW]).decode()


def requirements(text: str) -> list[str]:
    return [problem.requirement for problem in check_format(text.encode())]


def places(text: str) -> list[tuple[str, str]]:
    return [(problem.requirement, problem.pointer) for problem in check_format(text.encode())]


def test_released_documents_are_without_fault() -> None:
    faulty = [document.name for document in released_documents() if check_format(document.content)]

    assert [] == faulty


@pytest.mark.parametrize("schedule", [Manual(), Once(SystemTime(1, 2)), Cron('é "\\\n\x00\x7f 日😀/')])
def test_what_the_oracle_writes_is_without_fault(schedule: Manual | Once | Cron) -> None:
    row = StoredRow("é.日 \t", "x", 2**32 - 1, schedule, None)

    assert () == check_format(write_document([row, row]))


def test_no_bytes_are_no_document_to_write() -> None:
    assert ["FM-02"] == requirements("")


def test_text_that_is_no_json_breaks_fm_02_where_it_stops() -> None:
    (problem,) = check_format(b'[\n  {"qname": }\n]')

    assert ("FM-02", "/0/qname", 2, 13) == (
        problem.requirement,
        problem.pointer,
        problem.line,
        problem.column,
    )


def test_bytes_that_are_not_utf8_break_fm_02() -> None:
    assert "FM-02" in {problem.requirement for problem in check_format(b'[{"x": "\xff"}]')}


@pytest.mark.parametrize("top", ["{}", '"x"', "null", "5"])
def test_anything_but_an_array_breaks_fm_02(top: str) -> None:
    assert ["FM-02"] == requirements(top)


def test_members_in_another_order_break_fm_02() -> None:
    lines = WRITTEN.split("\n")
    lines[2], lines[3] = lines[3], lines[2]

    assert [("FM-02", "/0")] == places("\n".join(lines))


def test_an_unknown_member_breaks_fm_02() -> None:
    text = WRITTEN.replace('    "status"', '    "note": 1,\n    "status"')

    assert [("FM-02", "/0/note")] == places(text)


@pytest.mark.parametrize("member", ["qname", "status", "consecutive_failures"])
def test_a_missing_member_breaks_fm_02(member: str) -> None:
    lines = [line for line in WRITTEN.split("\n") if f'"{member}"' not in line]

    assert [("FM-02", "/0")] == places("\n".join(lines))


def test_an_absent_next_fire_at_must_be_written_as_null() -> None:
    text = write_document([StoredRow("a.b", "Idle", 0, Manual(), None)]).decode()

    assert ["FM-02"] == requirements(text.replace(',\n    "next_fire_at": null', ""))


@pytest.mark.parametrize(
    ("spelled", "place"),
    [
        ('{\n      "Manual": null\n    }', "/0/schedule/Manual"),
        ('"manual"', "/0/schedule"),
        ("null", "/0/schedule"),
        ('{\n      "Periodic": [\n        60,\n        0\n      ]\n    }', "/0/schedule/Periodic"),
        ('{\n      "Periodic": 60\n    }', "/0/schedule/Periodic"),
        ('{\n      "Cron": null\n    }', "/0/schedule/Cron"),
    ],
)
def test_a_schedule_in_another_spelling_breaks_fm_03(spelled: str, place: str) -> None:
    text = write_document([StoredRow("a.b", "Idle", 0, Manual(), None)]).decode()

    assert [("FM-03", place)] == places(text.replace('"Manual"', spelled))


def test_nanoseconds_that_should_have_been_carried_break_fm_03() -> None:
    text = WRITTEN.replace('"nanos": 0', '"nanos": 1000000000')

    assert [("FM-03", "/0/schedule/Periodic/nanos")] == places(text)


@pytest.mark.parametrize("seconds", ["6e1", "60.0", "1.8446744073709552e+19", "18446744073709552000"])
def test_seconds_that_are_not_exact_break_fm_06(seconds: str) -> None:
    text = WRITTEN.replace('"secs": 60', f'"secs": {seconds}')

    assert [("FM-06", "/0/schedule/Periodic/secs")] == places(text)


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN + "\n",
        WRITTEN.replace("  ", "    "),
        WRITTEN.replace("\n", "\r\n"),
        WRITTEN.replace("a.b", "\\u0061.b"),
        WRITTEN.replace("\n", "").replace(" ", ""),
        "[ ]",
        "[\n]",
    ],
)
def test_another_style_of_the_same_value_breaks_fm_04_alone(text: str) -> None:
    assert ["FM-04"] == requirements(text)


@pytest.mark.parametrize(
    ("written", "other"), [("é", "\\u00e9"), ("\\u001f", "\\u001F"), ("\\n", "\\u000a"), ("/", "\\/")]
)
def test_other_escapes_break_fm_04(written: str, other: str) -> None:
    text = write_document([StoredRow("a.é\x1f\n/", "Idle", 0, Manual(), None)]).decode()

    assert ["FM-04"] == requirements(text.replace(written, other))


def test_the_members_of_an_instant_in_another_order_break_fm_04() -> None:
    text = WRITTEN.replace('"secs": 60,\n        "nanos": 0', '"nanos": 0,\n        "secs": 60')

    assert [("FM-04", "/0/schedule/Periodic")] == places(text)


def test_a_style_problem_shows_the_first_difference() -> None:
    text = WRITTEN.replace('"status": ', '"status":')

    assert (FormatProblem("FM-04", "", 4, 14, "' '", "'\"'"),) == check_format(text.encode())


def test_a_stray_status_or_qname_is_no_fault_of_the_format() -> None:
    assert () == check_format(write_document([StoredRow("nodot", "Bogus", 0, Manual(), None)]))


def test_deep_nesting_is_judged_without_growing() -> None:
    depth = 100_000
    text = WRITTEN.replace('"qname"', f'"x": {"[" * depth}{"]" * depth},\n    "qname"')

    assert ["FM-02", "FM-04"] == requirements(text)
