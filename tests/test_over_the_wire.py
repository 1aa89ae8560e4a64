"""One backend, in process and behind a command: the same verdicts.

Each chapter is tried in every run but for what takes long; all of the suite, with --whole.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from commands import Finished, sidecar_conformance
from whole import only_whole

REFERENCE = "reference_impl:open_backend"
SERVE = ("--", sys.executable, "-m", "conformance", "serve", REFERENCE)
A_PART = "RT-01,RT-03,RT-12,LD-01,QN-01,UP-01,ST,CX-03,NF-03,FM,ER-02,CR-07,CC-01,CM,SE-01,FS"
OPTIONS = ("run", "--profile", "quick", "--seed", "1", "--workers", "2")


def finished(folder: Path, *words: str) -> Finished:
    folder.mkdir()
    return sidecar_conformance(folder, *OPTIONS, *words, timeout=600)


@pytest.mark.parametrize("only", [A_PART, pytest.param("", marks=only_whole)], ids=["part", "whole"])
def test_the_verdict_table_is_the_same_in_process_and_over_the_wire(tmp_path: Path, only: str) -> None:
    options = ("--only", only) if only else ()
    here = finished(tmp_path / "here", *options, REFERENCE)
    there = finished(tmp_path / "there", *options, *SERVE)

    judged = {verdict for id, verdict in here.verdicts().items() if id.startswith(tuple(only.split(",")))}
    assert here.verdicts() == there.verdicts()
    assert "passed" in judged
    assert {"passed", "not_applicable"} >= judged
    assert ((5, 5) if only else (0, 0)) == (here.code, there.code), here.output + there.output
    assert described(here) == described(there)


def described(run: Finished) -> dict[str, object]:
    """What results.json says of the backend and the run, without what tells the two ways apart."""
    results = run.results()
    return {
        **{name: value for name, value in results["backend"].items() if name != "target"},
        **{name: results["run"][name] for name in ("profile", "seed", "complete", "filtered")},
        "verdict": results["verdict"],
    }
