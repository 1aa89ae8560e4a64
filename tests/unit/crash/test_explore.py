"""The whole engine on toy backends: right ones pass, wrong ones are caught, each by its requirement."""

from __future__ import annotations

import pytest
from strace.recorder import StraceRecorder

from conformance.contract.classes import ConformanceClass
from conformance.crash import persistence
from conformance.crash.judging.workload import CrashWorkload
from conformance.crash.persistence import MODELS
from conformance.crash.persistence.strict import Strict
from conformance.crash.recording.fallback import FallbackRecorder
from conformance.crash.telling.verdicts import CrashReport
from conformance.errors import KitError

from .toys import (
    FRESH,
    GROWING,
    TWO,
    broken,
    explored,
    put,
    store_argv,
    toy_argv,
    workload,
)

ALL = 1000
RIGHT = ["fixed_name", "random_name", "unnamed_file", "synchronous_write"]


def test_a_right_protocol_passes_under_every_injected_error() -> None:
    report = explored(toy_argv("random_name"), GROWING, ALL)

    assert (report.untestable, broken(report), report.unexplored) == (None, set(), 0)


@pytest.mark.parametrize("protocol", RIGHT)
def test_a_right_protocol_passes_when_each_of_its_calls_fails_once(protocol: str) -> None:
    report = explored(toy_argv(protocol), GROWING, 36)

    assert (report.untestable, broken(report)) == (None, set())
    assert report.exercised.keys() == {
        f"CR-{number:02}" for number in (2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 15)
    }


@pytest.mark.parametrize("protocol", RIGHT)
@pytest.mark.parametrize("chosen", [FRESH, TWO], ids=["from nothing", "two operations"])
def test_a_right_protocol_passes_every_crash(protocol: str, chosen: CrashWorkload) -> None:
    report = explored(toy_argv(protocol), chosen)

    assert (report.untestable, broken(report)) == (None, set())


@pytest.mark.parametrize("size", [511, 512, 4095, 4096, 4097, 65_537, 1 << 20])
def test_a_right_protocol_passes_with_documents_of_any_size_in_few_states(size: int) -> None:
    report = explored(toy_argv("fixed_name"), workload({"a": "b"}, put("a", "x" * size), put("c", "d")))

    assert (report.untestable, broken(report)) == (None, set())
    assert report.states < 150


@pytest.mark.parametrize(
    ("protocol", "chosen", "expected"),
    [
        ("no_file_sync", TWO, {"CR-03", "CR-05"}),
        ("no_directory_sync", TWO, {"CR-04", "CR-05"}),
        ("in_place", FRESH, {"CR-02", "CR-03", "CR-05"}),
        ("truncate_and_write", GROWING, {"CR-02", "CR-03", "CR-05"}),
        ("unlink_and_rename", GROWING, {"CR-02", "CR-03", "CR-05"}),
        ("saved_after_the_answer", TWO, {"CR-02", "CR-04", "CR-05"}),
        ("exclusive_temporary", TWO, {"CR-06"}),
        ("temporary_elsewhere", GROWING, {"CR-11"}),
        ("copied_from_elsewhere", GROWING, {"CR-02", "CR-03", "CR-05", "CR-11"}),
        ("directory_not_synced", FRESH, {"CR-05"}),
    ],
)
def test_a_wrong_protocol_is_caught_by_its_requirements(
    protocol: str, chosen: CrashWorkload, expected: set[str]
) -> None:
    report = explored(toy_argv(protocol), chosen)

    assert (report.untestable, broken(report)) == (None, expected)


@pytest.mark.parametrize(
    ("protocol", "injected_runs", "expected"),
    [
        ("errors_swallowed", 24, {"CR-08", "CR-15"}),
        ("sync_retried", 24, {"CR-08"}),
        ("foreign_error", 24, {"CR-08", "CR-15"}),
        ("short_write_ignored", 45, {"CR-09"}),
        ("stuck_after_failure", 24, {"CR-10"}),
    ],
)
def test_an_error_that_is_handled_wrongly_is_caught_by_its_requirement(
    protocol: str, injected_runs: int, expected: set[str]
) -> None:
    report = explored(toy_argv(protocol), GROWING, injected_runs)

    assert (report.untestable, broken(report)) == (None, expected)


@pytest.mark.parametrize(("model", "expected"), [("ordered", set()), ("posix", set()), ("strict", {"CR-05"})])
def test_a_model_is_tried_that_is_named(model: str, expected: set[str]) -> None:
    report = explored(toy_argv("directory_not_synced"), FRESH, model=model)

    assert (report.untestable, broken(report)) == (None, expected)


def test_a_model_that_allows_more_than_all_others_is_tried_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    class Reckless(Strict):
        name = "reckless"

    monkeypatch.setattr(persistence, "MODELS", {**MODELS, Reckless.name: Reckless()})
    report = explored(toy_argv("directory_not_synced"), FRESH, model=Reckless.name)

    assert (report.untestable, broken(report)) == (None, {"CR-05"})


def violation_texts(report: CrashReport) -> tuple[str, list[str]]:
    violation = report.violations[0]
    marked = [line for line in violation.protocol_lines if "LOST" in line or "****" in line]
    return violation.lost_units, marked


def test_a_violation_tells_the_fewest_lost_units_at_the_earliest_point() -> None:
    lost, marked = violation_texts(explored(toy_argv("no_directory_sync"), FRESH))

    temporary, document = "data/_system/background_jobs.json.tmp", "data/_system/background_jobs.json"
    assert lost == "the rename"
    assert marked == [
        f"rename('{temporary}', '{document}') = 0   <-- LOST",
        "**** power lost here, having lost the rename ****",
    ]


def test_the_same_exploration_gives_the_same_report() -> None:
    first, second = (explored(toy_argv("no_file_sync"), FRESH) for _ in range(2))

    assert [(v.summary, v.count) for v in first.violations] == [
        (v.summary, v.count) for v in second.violations
    ]
    assert (first.states, first.kills, first.exercised) == (second.states, second.kills, second.exercised)


@pytest.mark.parametrize("recorder", [StraceRecorder(), FallbackRecorder()], ids=["strace", "in-process"])
def test_the_other_recorders_come_to_the_same_verdicts(recorder: StraceRecorder | FallbackRecorder) -> None:
    right = explored(toy_argv("fixed_name"), FRESH, recorder=recorder)
    wrong = explored(toy_argv("no_directory_sync"), FRESH, recorder=recorder)

    assert (right.untestable, wrong.untestable) == (None, None)
    assert (broken(right), broken(wrong)) == (set(), {"CR-04", "CR-05"})


@pytest.mark.parametrize(
    ("journal_mode", "synchronous", "expected"),
    [
        pytest.param("WAL", "FULL", set(), id="a log with its index in shared memory"),
        pytest.param("DELETE", "EXTRA", set(), id="a journal whose removal is durable"),
        pytest.param("DELETE", "FULL", {"CR-04", "CR-05"}, id="a journal that may come back"),
    ],
)
def test_a_store_on_sqlite_is_judged_by_how_it_syncs(
    journal_mode: str, synchronous: str, expected: set[str]
) -> None:
    report = explored(store_argv(journal_mode, synchronous), FRESH, 0, ConformanceClass.STORE)

    assert (report.untestable, broken(report)) == (None, expected)


def test_a_backend_that_shows_other_rows_than_expected_is_not_testable() -> None:
    wrong = CrashWorkload(
        "wrong",
        FRESH.prepare,
        FRESH.operations,
        FRESH.extra,
        dict.fromkeys(FRESH.documents, (("never", "stored"),)),
    )

    report = explored(toy_argv("fixed_name"), wrong)

    assert report.untestable is not None
    assert "does not show the state it was given" in report.untestable
    assert report.violations == ()


def test_a_document_written_through_memory_is_not_testable_and_accused_of_nothing() -> None:
    report = explored(toy_argv("through_memory"), GROWING)

    assert report.untestable is not None
    assert "reads what it changes through memory (data/_system/background_jobs.json)" in report.untestable
    assert report.violations == ()


def test_an_operation_that_fails_by_itself_is_not_testable() -> None:
    report = explored(toy_argv("always_refused"), FRESH)

    assert report.untestable is not None
    assert "without any error injected: the disk is never there" in report.untestable


def test_a_command_that_does_not_open_is_an_error_of_the_kit() -> None:
    with pytest.raises(KitError, match="no_such_protocol"):
        explored(toy_argv("no_such_protocol"), FRESH)
