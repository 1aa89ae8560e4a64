"""Right backends of another make: what the catalogue leaves open is no defect.

Some are put under a quick run in each run of the tests; all of them, under the default profile, with --whole.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Finished, sidecar_conformance
from whole import only_whole, partly, profile

BACKENDS = Path(__file__).parent / "backends"


class Judge:
    """Puts a right backend under the suite."""

    def __init__(self, folder: Path, profile: str) -> None:
        self._folder = folder
        self._profile = profile

    def __call__(self, backend: str, *options: str, module: str = "variations") -> Finished:
        spelled = f"{BACKENDS / module}.py:{backend}"
        options = ("--profile", self._profile, *options)
        return sidecar_conformance(self._folder, "run", spelled, *options, timeout=900)


@pytest.fixture
def judged(tmp_path: Path, pytestconfig: pytest.Config) -> Judge:
    """Under the profile that --whole decides."""
    return Judge(tmp_path, profile(pytestconfig))


RIGHT = ("cautious", "tidy", "marked", "handed_over", "paced", "keyed_store", "remembering_store")


@pytest.mark.parametrize("backend", partly(RIGHT, always=["keyed_store"]))
def test_a_right_backend_is_conformant(judged: Judge, backend: str) -> None:
    finished = judged(backend)

    assert (0, "conformant") == (finished.code, finished.results()["verdict"]), finished.output


@only_whole
def test_a_store_that_works_on_after_its_answers_is_conformant(judged: Judge) -> None:
    finished = judged("open_backend", module="log_store")

    assert (0, "conformant") == (finished.code, finished.results()["verdict"]), finished.output


@only_whole
def test_a_broken_should_is_a_warning(judged: Judge) -> None:
    finished = judged("compact")

    broken = [id for id, verdict in finished.verdicts().items() if verdict == "failed"]
    assert (0, ["FM-04"]) == (finished.code, broken), finished.output


def test_what_cannot_be_planted_leaves_a_run_incomplete_and_breaks_nothing(
    judged: Judge, pytestconfig: pytest.Config
) -> None:
    chapters_that_plant = ("--only", "RT,LD,QN,ST,UP")
    finished = judged("bare_store", *(() if pytestconfig.getoption("--whole") else chapters_that_plant))

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
