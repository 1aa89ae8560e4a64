"""Right ways to save of many shapes: chapter CR accuses none of them.

Some are tried in each run of the tests under the quick profile; all of them, under the default one, with
--whole. The wrong ways are among the mutants.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Finished, sidecar_conformance
from whole import partly, profile

BACKENDS = Path(__file__).parent / "backends"
OTHERS = {"variations", "log_store", "naive_json", "sqlite_store", "written_through_memory"}
SHAPES = sorted(path.stem for path in BACKENDS.glob("[!_]*.py") if path.stem not in OTHERS)
ALWAYS = ["linked_into_place", "saved_by_two_threads", "written_synchronously"]
CHAPTER = [f"CR-{number:02}" for number in (*range(1, 14), 15)]
NEVER_COMES_UP = {"everything_synced": {"CR-15": "not_reached"}}  # sync() neither fails nor is interrupted


def judged(folder: Path, shape: str, profile: str = "quick") -> Finished:
    options = ("--only", ",".join(CHAPTER), "--profile", profile)
    spelled = f"{BACKENDS / shape}.py:open_backend"
    return sidecar_conformance(folder, "run", spelled, *options, timeout=900)


@pytest.mark.parametrize("shape", partly(SHAPES, always=ALWAYS))
def test_a_right_way_to_save_passes_the_chapter(
    tmp_path: Path, pytestconfig: pytest.Config, shape: str
) -> None:
    finished = judged(tmp_path, shape, profile(pytestconfig))

    found = {id: verdict for id, verdict in finished.verdicts().items() if id in CHAPTER}
    assert dict.fromkeys(CHAPTER, "passed") | NEVER_COMES_UP.get(shape, {}) == found, finished.output


def test_what_is_written_through_memory_is_not_testable_and_accused_of_nothing(tmp_path: Path) -> None:
    finished = judged(tmp_path, "written_through_memory")

    verdicts = finished.verdicts()
    assert [] == [id for id, verdict in verdicts.items() if verdict in ("failed", "error", "timeout")]
    assert "not_testable" == verdicts["CR-03"]
    assert "reads what it changes through memory (data/_system/background_jobs.json)" in finished.output
