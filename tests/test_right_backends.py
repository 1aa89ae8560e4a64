"""Right backends of another make: what the catalogue leaves open is no defect.

Some are put under a quick run here; all of them, under the default profile, with RIGHT_BACKENDS=whole.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import Finished, sidecar_conformance

BACKENDS = Path(__file__).parent / "backends"
WHOLE = os.environ.get("RIGHT_BACKENDS") == "whole"
PROFILE = "default" if WHOLE else "quick"


def judged(folder: Path, backend: str, module: str = "variations") -> Finished:
    spelled = f"{BACKENDS / module}.py:{backend}"
    return sidecar_conformance(folder, "run", spelled, "--profile", PROFILE, timeout=900)


RIGHT = ("cautious", "tidy", "marked", "handed_over", "keyed_store", "remembering_store")


@pytest.mark.parametrize("backend", RIGHT if WHOLE else ("keyed_store",))
def test_a_right_backend_is_conformant(tmp_path: Path, backend: str) -> None:
    finished = judged(tmp_path, backend)

    assert (0, "conformant") == (finished.code, finished.results()["verdict"]), finished.output


@pytest.mark.skipif(not WHOLE, reason="tried with RIGHT_BACKENDS=whole")
def test_a_store_that_works_on_after_its_answers_is_conformant(tmp_path: Path) -> None:
    finished = judged(tmp_path, "open_backend", module="log_store")

    assert (0, "conformant") == (finished.code, finished.results()["verdict"]), finished.output


@pytest.mark.skipif(not WHOLE, reason="tried with RIGHT_BACKENDS=whole")
def test_a_broken_should_is_a_warning(tmp_path: Path) -> None:
    finished = judged(tmp_path, "compact")

    broken = [id for id, verdict in finished.verdicts().items() if verdict == "failed"]
    assert (0, ["FM-04"]) == (finished.code, broken), finished.output


def test_what_cannot_be_planted_leaves_a_run_incomplete_and_breaks_nothing(tmp_path: Path) -> None:
    finished = judged(tmp_path, "bare_store")

    untested = {id for id, verdict in finished.verdicts().items() if verdict == "not_testable"}
    assert 5 == finished.code, finished.output
    assert {
        "RT-08",
        "LD-01",
        "LD-02",
        "LD-03",
        "LD-06",
        "LD-07",
        "QN-03",
        "QN-04",
        "ST-04",
        "UP-03",
    } == untested
