"""Gates, as a user meets them: parts of a run, what newly fails, reports that were changed."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from commands import Finished, command_environment, hear_interrupts, sidecar_conformance

REFERENCE = "reference_impl:open_backend"
FORGETS = """
from reference_impl import SystemLabelSchedulerPersistence, open_backend as right


class Forgets(SystemLabelSchedulerPersistence):
    def cancel(self, id):
        pass


def open_backend(data_path):
    backend = right(data_path)
    backend.__class__ = Forgets
    return backend
"""
TARGET = "forgets.py:open_backend"
SMALL = """
import time
from pathlib import Path
from conformance import target

SLOW = Path(__file__).with_name("slow")


class Refuses:
    def record_scheduled(self, id, schedule): pass
    def record_started(self, id, at): pass
    def record_finished(self, id, at, success): pass
    def flush_checkpoint(self): pass

    def load_all(self):
        time.sleep(60 if SLOW.exists() else 0)
        return []

    def cancel(self, id):
        raise KeyError(id)


@target(conformance_class="memory", capabilities=[])
def open_backend(data_path):
    return Refuses()
"""
PART = ("--profile", "quick", "--seed", "7", "--workers", "1", "--only", "CX,ST")


def run(folder: Path, report: str, target: str = TARGET, *options: str) -> Finished:
    return sidecar_conformance(folder, "run", target, *PART, "--report", report, *options)


def results(folder: Path) -> dict[str, Any]:
    form: dict[str, Any] = json.loads((folder / "results.json").read_text("utf-8"))
    return form


def without_times(form: dict[str, Any]) -> dict[str, Any]:
    """Results without what differs from run to run."""
    kept = {name: value for name, value in form.items() if name != "digest"}
    kept["run"] = {
        name: value for name, value in form["run"].items() if name not in {"started_at", "duration_s"}
    }
    for entry in kept["requirements"]:
        for check in entry["checks"]:
            check["effort"] = {name: check["effort"][name] for name in ("examples", "operations")}
    return kept


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of a backend that forgets to cancel: one whole, its three shards; and one of the reference."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "forgets.py").write_text(FORGETS, "utf-8")
    for number in (1, 2, 3):
        run(folder, f"shard-{number}", TARGET, "--shard", f"{number}/3")
    run(folder, "one")
    run(folder, "right", REFERENCE)
    return folder


def test_shards_merged_equal_one_run_but_for_times(runs: Path) -> None:
    merged = sidecar_conformance(runs, "merge", "shard-3", "shard-1", "shard-2", "-o", "merged")

    assert without_times(results(runs / "one")) == without_times(results(runs / "merged"))
    assert 1 == merged.code
    assert 0 == sidecar_conformance(runs, "verify", "merged").code


def test_a_shard_says_that_it_is_one_and_is_no_pass(runs: Path) -> None:
    shard = results(runs / "shard-1")

    assert "1/3" == shard["run"]["shard"]
    assert not shard["run"]["complete"]
    assert "conformant" != shard["verdict"]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("shard-1", "shard-3"), "shard 2/3 is missing"),
        (("shard-1", "shard-2", "shard-2", "shard-3"), "shard 2/3 is there twice"),
        (("shard-1", "shard-2", "one"), "no shard"),
        (("shard-1", "shard-2", "nowhere"), "cannot read"),
    ],
)
def test_parts_that_make_no_whole_are_refused(runs: Path, parts: tuple[str, ...], words: str) -> None:
    merged = sidecar_conformance(runs, "merge", *parts, "-o", "refused")

    assert (4, True) == (merged.code, words in merged.errors)
    assert not (runs / "refused" / "results.json").exists()


def test_a_shard_of_another_run_is_refused(runs: Path) -> None:
    foreign = sidecar_conformance(runs, "run", REFERENCE, *PART, "--shard", "3/3", "--report", "foreign")
    merged = sidecar_conformance(runs, "merge", "shard-1", "shard-2", "foreign", "-o", "refused")

    assert 5 == foreign.code
    assert (4, True) == (merged.code, "is of another run" in merged.errors)


def doctor(report: Path, copy: Path) -> Path:
    """A copy of a report in which a failure reads as a pass."""
    shutil.copytree(report, copy)
    file = copy / "results.json"
    file.write_text(file.read_text("utf-8").replace('"failed"', '"passed"'), "utf-8")
    return copy


def test_a_report_as_its_run_left_it_is_verified(runs: Path) -> None:
    verified = sidecar_conformance(runs, "verify", "one")

    assert (0, True) == (verified.code, "as its run left it" in verified.output)


def test_a_doctored_report_is_told_and_refused(runs: Path, tmp_path: Path) -> None:
    doctored = doctor(runs / "one", tmp_path / "doctored")
    shard = next(each for each in ("shard-1", "shard-2", "shard-3") if '"failed"' in _text(runs / each))
    others = {"shard-1", "shard-2", "shard-3"} - {shard}
    part = doctor(runs / shard, tmp_path / "part")
    verified = sidecar_conformance(runs, "verify", str(doctored))
    merged = sidecar_conformance(runs, "merge", *sorted(others), str(part), "-o", "refused")

    assert (1, True) == (verified.code, "/requirements/CX-01/verdict is" in verified.output)
    assert (4, True) == (merged.code, "cannot be trusted" in merged.errors)


def _text(report: Path) -> str:
    return (report / "results.json").read_text("utf-8")


def test_what_newly_fails_makes_a_comparison_fail(runs: Path) -> None:
    worse = sidecar_conformance(runs, "compare", "right", "one")

    assert 1 == worse.code
    assert "CX-01 (MUST)  passed -> failed: " in worse.output


def test_what_was_mended_or_stayed_does_not(runs: Path) -> None:
    better = sidecar_conformance(runs, "compare", "one", "right")
    same = sidecar_conformance(runs, "compare", "one", "one")

    assert (0, 0) == (better.code, same.code)
    assert "CX-01 (MUST)  failed -> passed" in better.output
    assert "0 newly failing, 0 mended" in same.output


def test_what_held_and_was_not_looked_at_again_is_no_pass(runs: Path) -> None:
    fewer = sidecar_conformance(
        runs, "run", REFERENCE, "--only", "ST", "--profile", "quick", "--report", "few"
    )
    compared = sidecar_conformance(runs, "compare", "right", "few")

    assert (5, 5) == (fewer.code, compared.code)
    assert "no longer tested:" in compared.output


def test_a_run_ends_after_so_many_failures(runs: Path) -> None:
    ended = run(runs, "maxfail", TARGET, "--maxfail", "1")
    failed = [verdict for verdict in _verdicts(runs / "maxfail") if verdict == "failed"]

    assert (1, 1) == (ended.code, len(failed))
    assert "the run ended after 1 failure (--maxfail)" in ended.output


def test_a_run_that_is_out_of_time_is_incomplete(runs: Path) -> None:
    ended = run(runs, "budget", REFERENCE, "--time-budget", "0.001")

    assert (5, False) == (ended.code, results(runs / "budget")["run"]["complete"])
    assert "(--time-budget)" in ended.output


def test_what_failed_last_is_run_again_beside_the_report_of_the_whole(runs: Path) -> None:
    shutil.copytree(runs / "one", runs / "again")
    again = sidecar_conformance(
        runs, "run", TARGET, "--profile", "quick", "--last-failed", "--report", "again"
    )

    assert 1 == again.code
    assert "what failed in the run that again tells of" in again.output
    assert {"failed", "not_reached", "not_applicable"} == set(_verdicts(runs / "again"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--only", "CX", "--skip", "CX"), "--only and --skip leave no requirement to test"),
        (
            ("--last-failed", "--only", "UP"),
            "of what failed in the run before, --only and --skip leave none",
        ),
        (
            ("--last-failed", "--skip", "CX,ST"),
            "of what failed in the run before, --only and --skip leave none",
        ),
    ],
)
def test_a_selection_that_leaves_nothing_is_refused(runs: Path, options: tuple[str, ...], said: str) -> None:
    refused = sidecar_conformance(runs, "run", TARGET, *options, "--report", "one")

    assert (4, "") == (refused.code, refused.output)
    assert said in refused.errors


def test_what_failed_last_is_asked_of_the_same_target_alone(runs: Path) -> None:
    refused = sidecar_conformance(runs, "run", REFERENCE, "--last-failed", "--report", "one")

    assert (4, "") == (refused.code, refused.output)
    assert f"results.json tells of {TARGET}, not of {REFERENCE}; run {REFERENCE} without" in refused.errors


def _verdicts(report: Path) -> list[str]:
    return [entry["verdict"] for entry in results(report)["requirements"]]


def test_a_mistyped_target_leaves_the_last_report_alone(runs: Path) -> None:
    shutil.copytree(runs / "one", runs / "kept")
    mistyped = sidecar_conformance(runs, "run", "forgets.py:open_backen", "--report", "kept")

    assert 4 == mistyped.code
    assert results(runs / "one") == results(runs / "kept")
    assert 0 == sidecar_conformance(runs, "verify", "kept").code


def test_a_chapter_is_all_its_requirements_and_can_be_skipped(runs: Path) -> None:
    sidecar_conformance(
        runs, "run", REFERENCE, "--profile", "quick", "--only", "st", "--skip", "ST-01", "--report", "chapter"
    )
    ran = [entry["id"] for entry in results(runs / "chapter")["requirements"] if entry["checks"]]

    assert ["ST-02", "ST-03", "ST-04", "ST-05"] == ran


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A folder with the report of a whole run: two checks are all for a backend that keeps nothing."""
    (tmp_path / "small.py").write_text(SMALL, "utf-8")
    small(tmp_path)
    assert "cut_off" not in report_of(tmp_path)["run"]
    return tmp_path


def small(folder: Path, *options: str) -> Finished:
    return sidecar_conformance(folder, "run", "small.py:open_backend", "--profile", "quick", *options)


def report_of(folder: Path, beside: str = "") -> dict[str, Any]:
    return results(folder / f"sidecar-conformance-report{beside}")


def test_a_run_that_ends_early_leaves_the_report_of_a_whole_run_in_its_place(whole: Path) -> None:
    before = report_of(whole)
    ended = small(whole, "--maxfail", "1")
    replays = [line.split()[-1] for line in ended.output.splitlines() if "replay: " in line]

    assert before == report_of(whole)
    assert "--maxfail" in report_of(whole, "-partial")["run"]["cut_off"]
    assert ended.output.rstrip().endswith("report: sidecar-conformance-report-partial")
    assert [True] == [(whole / replay).is_file() and "-partial/" in replay for replay in replays]
    assert 0 == sidecar_conformance(whole, "verify", "sidecar-conformance-report-partial").code


def test_a_run_that_comes_to_its_end_takes_the_place_and_leaves_nothing_beside(whole: Path) -> None:
    small(whole, "--maxfail", "1")
    finished = small(whole, "--seed", "5")
    report = whole / "sidecar-conformance-report"

    assert 5 == report_of(whole)["run"]["seed"]
    assert ["sidecar-conformance-report"] == [path.name for path in whole.glob("sidecar-*")]
    assert finished.output.rstrip().endswith("report: sidecar-conformance-report")
    assert [True] == [file.is_file() for file in (report / "replays").iterdir()]
    assert 0 == sidecar_conformance(whole, "verify", report.name).code


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_neither_an_interrupt_nor_a_kill_touches_the_report_of_a_whole_run(
    whole: Path, end: signal.Signals
) -> None:
    before = report_of(whole)
    (whole / "slow").touch()
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance", "run", "small.py:open_backend", "--profile", "quick"],
        cwd=whole,
        env=command_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_interrupts,
    )
    journal = whole / "sidecar-conformance-report-partial" / "journal.jsonl"
    while not (journal.exists() and journal.read_text()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(end)
    errors = process.communicate(timeout=60)[1]

    assert before == report_of(whole)
    assert (end is signal.SIGINT) == (b"sidecar-conformance-report-partial" in errors)
    assert (end is signal.SIGINT) == journal.with_name("results.json").exists()


def test_a_whole_run_after_one_that_ended_early_takes_the_usual_place(whole: Path) -> None:
    shutil.rmtree(whole / "sidecar-conformance-report")
    ended = small(whole, "--maxfail", "1")

    assert ended.output.rstrip().endswith("report: sidecar-conformance-report")
    assert small(whole).output.rstrip().endswith("report: sidecar-conformance-report")
    assert "cut_off" not in report_of(whole)["run"]


def test_a_target_that_is_not_reached_leaves_nothing_beside_the_report(whole: Path) -> None:
    sidecar_conformance(whole, "run", "small.py:open_backen")

    assert ["sidecar-conformance-report"] == [path.name for path in whole.glob("sidecar-*")]


def test_shards_of_a_part_are_merged_beside_the_report_of_a_whole_run(whole: Path) -> None:
    before = report_of(whole)
    for number in (1, 2):
        small(whole, "--seed", "1", "--only", "FS", "--shard", f"{number}/2", "--report", f"shard-{number}")
    merged = sidecar_conformance(whole, "merge", "shard-1", "shard-2", "-o", "sidecar-conformance-report")

    assert before == report_of(whole)
    assert report_of(whole, "-partial")["run"]["filtered"]
    assert merged.output.rstrip().endswith("report: sidecar-conformance-report-partial")
    assert 0 == sidecar_conformance(whole, "verify", "sidecar-conformance-report-partial").code


def test_a_report_in_the_folder_where_one_stands_may_be_replaced_as_well(whole: Path) -> None:
    inside = whole / "sidecar-conformance-report"
    ran = sidecar_conformance(
        inside, "run", f"{whole / 'small.py'}:open_backend", "--profile", "quick", "--report", ".", "-x"
    )

    assert ran.output.rstrip().endswith(f"report: {inside}-partial")
