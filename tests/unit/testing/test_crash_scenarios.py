from __future__ import annotations

from pathlib import Path

import pytest

from conformance.contract.records import Cron, QName
from conformance.crash.scenarios.doses import scenarios_of
from conformance.crash.scenarios.scenario import (
    BEFORE_THE_CRASH,
    FILLER,
    LEFTOVERS,
    CrashScenario,
    State,
    View,
    changed,
    check_words,
    count_of,
    operations_that_make,
    rows_at,
    steps_of,
    workload_of,
)
from conformance.errors import UsageError
from conformance.oracle.document import write_document
from conformance.oracle.model import RecordScheduled
from conformance.testing.profiles import PROFILES
from conformance.workspace import DataPath

SCENARIOS = dict.fromkeys(
    scenario
    for profile in PROFILES
    for scenario in scenarios_of(profile)
    if count_of(scenario.operations) is None
)


@pytest.mark.parametrize("size", [511, 512, 513, 4095, 4096, 4097, 65_537, 1 << 20])
def test_a_start_and_a_resizing_have_exactly_the_size_they_name(size: int) -> None:
    start = rows_at(f"document={size}")
    resized = changed(rows_at("document"), steps_of(rows_at("document"), f"resize={size}")[0])

    assert (size, size) == (len(write_document(start)), len(write_document(resized)))


@pytest.mark.parametrize("start", ["nothing", "empty"])
def test_other_starts_have_no_rows(start: str) -> None:
    assert () == rows_at(start)


@pytest.mark.parametrize(
    ("start", "operations", "complaint"),
    [
        ("somewhere", "schedule", "starts from one of nothing"),
        ("document=big", "schedule", "a number of bytes, not 'big'"),
        ("rows=0", "schedule", "rows takes a number from 1, not '0'"),
        ("rows", "schedule", "rows takes a number from 1, not ''"),
        ("document", "maintenance=many", "maintenance takes a number from 1, not 'many'"),
        ("nothing=5", "schedule", "starts from one of"),
        ("document", "", "one to 3 operations, not 0"),
        ("document", "start,start,start,start", "one to 3 operations, not 4"),
        ("document", "explode", "one of schedule, reschedule"),
        ("document", "cancel=3", "one of schedule, reschedule"),
        ("document", "resize=-1", "a number of bytes, not '-1'"),
    ],
)
def test_words_that_stand_for_nothing_are_refused(start: str, operations: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        check_words(CrashScenario(start, operations))


def test_of_many_rows_a_few_are_told() -> None:
    view = View(keeps_document=True)

    told = view.words(view.of_model(rows_at("rows=300")))

    assert told.startswith("kit.job Pending Once(")
    assert told.endswith(", kit.row102 Pending Cron('x') and 294 more")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_scenario_ends_in_another_state_than_it_starts_from(scenario: CrashScenario) -> None:
    """
    For both kinds of backend: else a lost mutation would not be seen.
    """
    start = BEFORE_THE_CRASH.start if scenario.start == LEFTOVERS else scenario.start
    for keeps_document in (True, False):
        view = View(keeps_document)
        workload = workload_of("one", rows_at(start), scenario.operations, view, lambda path: None)
        states = workload.states()

        assert states[0] != states[-2]


@pytest.mark.parametrize("start", ["document", "document=4096", "rows=5"])
def test_operations_bring_about_the_rows_of_a_start(start: str) -> None:
    rows = rows_at(start)
    made: State = ()
    for row in rows:
        made = changed(made, RecordScheduled(QName.parse(row.qname), row.schedule))

    assert rows == made
    assert ["record_scheduled"] * len(rows) == [each.method for each in operations_that_make(rows)]


def test_a_workload_knows_what_holds_after_every_selection_of_its_operations() -> None:
    rows, view = rows_at("document"), View(True)
    workload = workload_of("one", rows, "schedule,cancel", view, lambda path: None)
    schedule, cancel = steps_of(rows, "schedule,cancel")

    assert view.of_model(changed(changed(rows, schedule), cancel)) == workload.documents[0, 1]
    assert view.of_model(changed(rows, cancel)) == workload.documents[1,]
    assert 4 == len(workload.states())


def test_a_document_is_seen_as_the_rows_it_holds_in_any_order(tmp_path: Path) -> None:
    rows, view = rows_at("document"), View(True)
    DataPath(tmp_path).write_document(write_document(tuple(reversed(rows))))
    seen = view.of_backend([], tmp_path)

    assert view.of_model(rows)[1] == seen[1]


@pytest.mark.parametrize("content", [b"[", b"{}", b"\xff"])
def test_a_document_that_cannot_be_read_is_no_state(tmp_path: Path, content: bytes) -> None:
    DataPath(tmp_path).write_document(content)

    with pytest.raises(ValueError, match="line 1"):
        View(True).of_backend([], tmp_path)


def test_only_what_is_long_is_cut_in_words() -> None:
    view = View(True)
    rows = changed((), RecordScheduled(FILLER, Cron("x" * 99)))

    assert "no rows" == view.words(view.of_model(()))
    assert view.words(view.of_model(rows)).endswith("... (107 characters)")
