"""Gates, as a user meets them: parts of a run, what newly fails, reports that were changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from commands import Finished, sidecar_conformance

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
