"""Rows kept by a server: what takes the place of the crash engine, as a user meets it."""

from __future__ import annotations

import sys
from pathlib import Path

from commands import sidecar_conformance

MUTANT = Path(__file__).parent / "mutants" / "the_server_answers_before_it_writes.py"
NOT_OWED = ("CR-02", "CR-03", "CR-04", "CR-05", "CR-08", "CR-09", "CR-10", "CR-12", "CR-15")
WITHOUT_CRASH = """
from conformance import target
from reference_impl.persistence import SystemLabelSchedulerPersistence, document_path
from reference_impl import VecSidecar

@target(conformance_class="store", capabilities=("threads", "served"))
def open_backend(data_path):
    return SystemLabelSchedulerPersistence(VecSidecar(document_path(data_path)))
"""


def test_a_server_that_acknowledges_too_early_is_caught_while_no_other_check_runs(tmp_path: Path) -> None:
    options = ("--only", "RT-01,RT-02,CR-14", "--profile", "quick", "--workers", "2")

    finished = sidecar_conformance(tmp_path, "run", f"{MUTANT}:open_backend", *options)

    verdicts = finished.verdicts()
    assert ("passed", "failed") == (verdicts["RT-02"], verdicts["CR-14"]), finished.output
    assert {"not_applicable"} == {verdicts[id] for id in NOT_OWED}
    assert "a look saw" in finished.output


def test_it_is_caught_over_the_wire(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "conformance.adapter", f"{MUTANT}:open_backend")

    finished = sidecar_conformance(tmp_path, "run", "--only", "CR-14", "--profile", "quick", "--", *command)

    assert "failed" == finished.verdicts()["CR-14"], finished.output


def test_without_crash_it_is_not_testable_and_the_run_incomplete(tmp_path: Path) -> None:
    (tmp_path / "served.py").write_text(WITHOUT_CRASH, "utf-8")

    finished = sidecar_conformance(tmp_path, "run", "served:open_backend", "--only", "CR-14")

    assert (5, "not_testable") == (finished.code, finished.verdicts()["CR-14"]), finished.output
    assert "the target offers no crash()" in finished.output
