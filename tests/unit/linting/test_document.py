"""Each rule trips where it should, says where that is, and stays silent elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, SystemTime
from conformance.contract.requirements import load_ruleset
from conformance.linting import RULES, DocumentReport, check_document
from conformance.linting.document import MANY_ROWS
from conformance.oracle.document import StoredRow, write_document

NOW = SystemTime(1_800_000_000, 5)
ROW = StoredRow("a.b", "Idle", 0, Cron("0 0 0 1 1 *"), SystemTime(7, 8))
LONGEST = Periodic(Duration(2**63 - 1 - NOW.secs_since_epoch, 999_999_994))


def check_rows(*rows: StoredRow) -> DocumentReport:
    return check_document(write_document(rows), NOW)


def told(report: DocumentReport) -> list[tuple[str, str]]:
    return [(problem.rule.name, problem.pointer) for problem in report.problems]


def places(report: DocumentReport) -> list[tuple[str, int, int]]:
    return [(problem.pointer, problem.line, problem.column) for problem in report.problems]


def test_every_rule_stands_on_a_requirement() -> None:
    assert [] == [rule.name for rule in RULES.values() if rule.requirement not in load_ruleset()]


def test_a_usual_document_has_no_problem() -> None:
    report = check_rows(ROW, replace(ROW, qname="c.d", schedule=LONGEST))

    assert (2, 2, ()) == (report.rows, report.loaded, report.problems)


@pytest.mark.parametrize(
    ("row", "rule", "pointer"),
    [
        (replace(ROW, qname="nodot"), "no-dot", "/0/qname"),
        (replace(ROW, qname="x."), "empty-name-part", "/0/qname"),
        (replace(ROW, qname=".x"), "empty-name-part", "/0/qname"),
        (replace(ROW, qname="a.b\\"), "cypher-altered", "/0/qname"),
        (replace(ROW, qname="a.\\n"), "cypher-altered", "/0/qname"),
        (replace(ROW, qname="a.\\q"), "cypher-altered", "/0/qname"),
        (replace(ROW, qname="a.b\\'}) DETACH DELETE j //"), "cypher-injection", "/0/qname"),
        (replace(ROW, status="Bogus"), "unknown-status", "/0/status"),
        (replace(ROW, schedule=Manual()), "manual", "/0/schedule"),
        (replace(ROW, schedule=Periodic(Duration(0, 0))), "period-zero", "/0/schedule/Periodic"),
        (replace(ROW, schedule=Periodic(Duration(2**63 - 1, 0))), "period-too-long", "/0/schedule/Periodic"),
        (replace(ROW, schedule=Once(SystemTime(1_800_000_000, 4))), "once-past", "/0/schedule/Once"),
        (replace(ROW, schedule=Cron("* * * * *")), "cron-unparsable", "/0/schedule/Cron"),
        (replace(ROW, schedule=Cron("0 0 0 30 2 *")), "cron-never", "/0/schedule/Cron"),
        (replace(ROW, schedule=Cron("0 0 0 1 1 * 2026")), "cron-never", "/0/schedule/Cron"),
    ],
)
def test_a_rule_trips_at_its_member(row: StoredRow, rule: str, pointer: str) -> None:
    assert [(rule, pointer)] == told(check_rows(row))


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, qname="a..b"),
        replace(ROW, qname="it's.'quoted'"),
        replace(ROW, qname='a."b"'),
        replace(ROW, schedule=Once(NOW)),
        replace(ROW, schedule=Periodic(Duration(0, 1))),
        replace(ROW, schedule=LONGEST),
        replace(ROW, schedule=Cron("@daily")),
    ],
)
def test_what_only_looks_odd_is_left_alone(row: StoredRow) -> None:
    assert [] == told(check_rows(row))


def test_the_schedule_of_a_row_that_is_dropped_does_not_matter() -> None:
    assert [("no-dot", "/0/qname")] == told(check_rows(replace(ROW, qname="nodot", schedule=Manual())))


def test_only_the_last_of_repeated_rows_has_a_schedule_that_counts() -> None:
    manual = replace(ROW, schedule=Manual())

    assert [("repeated-qname", "/1/qname")] == told(check_rows(manual, ROW))
    assert [("repeated-qname", "/1/qname"), ("manual", "/1/schedule")] == told(check_rows(ROW, manual))


def test_a_period_that_still_fits_is_too_long_a_moment_later() -> None:
    document = write_document([replace(ROW, schedule=LONGEST)])

    later = check_document(document, SystemTime(NOW.secs_since_epoch, 6))

    assert ["period-too-long"] == [problem.rule.name for problem in later.problems]


def test_positions_are_those_of_the_values() -> None:
    odd = replace(ROW, qname="nodot", status="Bogus")
    once = replace(ROW, schedule=Once(SystemTime(1, 2)))

    assert [("/0/qname", 3, 14), ("/0/status", 4, 15), ("/1/schedule/Once", 19, 15)] == places(
        check_rows(odd, once)
    )


def test_positions_hold_in_any_spelling() -> None:
    data = b'[ ["a.b", "Bogus", 0,\n  {"Once": [1, 2]}],\r\n {"next_fire_at":null, "qname":"\\u00e9"}]'

    found = {(p.rule.name, p.pointer, p.line, p.column) for p in check_document(data, NOW).problems}

    assert {("wrong-shape", "/1", 3, 2), ("once-past", "/0/schedule/Once", 2, 12)} == found


def test_columns_count_characters_not_bytes() -> None:
    data = '[{"qname": "日.語", "status": 5, "consecutive_failures": 0}]'.encode()

    assert [("/0/status", 1, 29)] == places(check_document(data, NOW))


def test_all_problems_of_a_refused_document_are_told() -> None:
    data = b"""[
      {"qname": 5, "status": null, "consecutive_failures": -1, "schedule": {"Cron": 1}, "next_fire_at": "x"},
      {"qname": "nodot", "status": "Idle", "consecutive_failures": 0, "schedule": "Manual", "note": 1},
      7
    ]"""

    assert [
        ("wrong-shape", "/0/qname"),
        ("wrong-shape", "/0/status"),
        ("wrong-shape", "/0/consecutive_failures"),
        ("wrong-shape", "/0/schedule/Cron"),
        ("wrong-shape", "/0/next_fire_at"),
        ("no-dot", "/1/qname"),
        ("unknown-member", "/1/note"),
        ("wrong-shape", "/2"),
    ] == told(check_document(data, NOW))


def test_a_refused_document_loads_nothing() -> None:
    report = check_document(write_document([ROW])[:-1] + b",5]", NOW)

    assert (True, 2, 0) == (report.refused, report.rows, report.loaded)


def test_rows_before_the_damage_are_checked_all_the_same() -> None:
    data = write_document([replace(ROW, qname="nodot"), ROW])[:-5]

    assert [("no-dot", "/0/qname"), ("unreadable", "/1")] == [
        (r, p[:8]) for r, p in told(check_document(data, NOW))
    ]


def test_a_file_without_bytes_is_a_note() -> None:
    assert ("empty", False) == (
        check_document(b"", NOW).problems[0].rule.name,
        check_document(b"", NOW).refused,
    )


def test_very_many_rows_are_a_warning() -> None:
    rows = [replace(ROW, qname=f"bulk.j{number}") for number in range(MANY_ROWS)]

    assert [("many-rows", "")] == told(check_rows(*rows))
    assert [] == told(check_rows(*rows[1:]))


def test_progress_goes_up_to_the_whole() -> None:
    heard: list[float] = []
    rows = [replace(ROW, qname=f"bulk.j{number}") for number in range(3000)]
    check_document(write_document(rows), NOW, heard.append)

    assert sorted(heard) == heard
    assert 0 < heard[0] < heard[-1] <= 1


def test_nesting_and_length_are_no_trouble() -> None:
    deep = b'[{"qname":"a.b","status":"x","consecutive_failures":0,"x":' + b"[" * 50_000

    report = check_document(deep, NOW)

    assert ["unreadable"] == [problem.rule.name for problem in report.problems]
    assert 400 > len(report.problems[0].message)
