"""One backend, in process and behind a command: the same verdicts."""

from __future__ import annotations

import sys
from pathlib import Path

from commands import Finished, sidecar_conformance

REFERENCE = "reference_impl:open_backend"
SERVE = ("--", sys.executable, "-m", "conformance", "serve", REFERENCE)
OPTIONS = ("run", "--profile", "quick", "--seed", "1", "--workers", "2")


def finished(folder: Path, *words: str) -> Finished:
    folder.mkdir()
    return sidecar_conformance(folder, *OPTIONS, *words, timeout=600)


def test_the_verdict_table_is_the_same_in_process_and_over_the_wire(tmp_path: Path) -> None:
    here = finished(tmp_path / "here", REFERENCE)
    there = finished(tmp_path / "there", *SERVE)

    assert here.verdicts() == there.verdicts()
    assert (0, 0) == (here.code, there.code), here.output + there.output
    assert described(here) == described(there)


def described(run: Finished) -> dict[str, object]:
    """What results.json says of the backend and the run, without what tells the two ways apart."""
    results = run.results()
    return {
        **{name: value for name, value in results["backend"].items() if name != "target"},
        **{name: results["run"][name] for name in ("profile", "seed", "complete", "filtered")},
        "verdict": results["verdict"],
    }
