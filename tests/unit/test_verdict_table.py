"""The table of releases, from reports as plain values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from product.verdicts import NO_MORE_THAN, Judged, on_one_line, read_report, render, shortened

CLAIM = "nothing but SchedulerPersistenceError comes out of load_all"


def requirement(id: str, verdict: str) -> dict[str, Any]:
    checks = [{"verdict": verdict, "message": CLAIM, "replay": f"replays/{id}-1.json"}]
    return {"id": id, "level": "MUST", "verdict": verdict, "checks": checks if verdict == "failed" else []}


def report(folder: Path, version: str, **verdicts: str) -> Path:
    """What a run leaves, so far as it is read."""
    (folder / "replays").mkdir(parents=True)
    results = {
        "backend": {"version": version},
        "run": {"complete": True},
        "requirements": [requirement(id.replace("_", "-"), verdict) for id, verdict in verdicts.items()],
    }
    story = {
        "claim": CLAIM,
        "operations": ["open()", "load_all()", "on its stderr: noise"],
        "observed": "a panic",
    }
    (folder / "results.json").write_text(json.dumps(results), "utf-8")
    for id in verdicts:
        (folder / "replays" / f"{id.replace('_', '-')}-1.json").write_text(json.dumps(story), "utf-8")
    return folder


def judged(folder: Path, release: str, **verdicts: str) -> Judged:
    return read_report(release, report(folder / release, release, **verdicts))


def test_the_table_has_what_any_release_breaks_and_how_many_requirements_hold(tmp_path: Path) -> None:
    old = judged(tmp_path, "2.3.0", QN_03="passed", QN_04="failed")
    new = judged(tmp_path, "5.0.0", QN_03="passed", QN_04="passed")

    assert render([old, new]).splitlines() == [
        "| requirement | 2.3.0 | 5.0.0 |",
        "|---|---|---|",
        "| QN-04 | **broken** | holds |",
        "| hold | 1 | 2 |",
        "",
        f"QN-04 (MUST): {CLAIM} [2.3.0]",
        "  counterexample: open(); load_all(): a panic",
        f"  replay: sidecar-conformance replay {tmp_path / '2.3.0' / 'replays' / 'QN-04-1.json'}",
    ]


def test_what_several_releases_break_alike_is_told_once(tmp_path: Path) -> None:
    both = [judged(tmp_path, release, QN_04="failed") for release in ("2.3.0", "5.0.0")]

    assert 1 == render(both).count("counterexample")
    assert "[2.3.0, 5.0.0]" in render(both)


def test_a_report_of_another_release_is_refused(tmp_path: Path) -> None:
    folder = report(tmp_path / "report", "2.3.0", QN_04="failed")

    with pytest.raises(RuntimeError, match=r"2\.3\.0, not 5\.0\.0"):
        read_report("5.0.0", folder)


def test_a_counterexample_is_a_line_of_bounded_length() -> None:
    long = shortened("x" * 1000)

    assert "[ { " == on_one_line("[\\n  {\\n    ")
    assert len(long) <= NO_MORE_THAN + len(" ... ")
    assert "short" == shortened("short")
