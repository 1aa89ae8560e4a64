"""Adapters with one fault each, judged by the commands: verdict, blame, exit code, and nobody left behind."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import Finished, sidecar_conformance
from unit.drivers.commands import MARK, new_mark, processes_with

import conformance.errors

ADAPTERS = Path(__file__).parent / "unit" / "drivers"


@dataclass(frozen=True)
class Expectation:
    """What `run` and `smoke` return and say of an adapter; `verdict` is the gravest of a requirement."""

    adapter: str
    run: int
    verdict: str
    words: str
    smoke: int
    advice: str
    only: str = "RT-01"


ADAPTER_BROKE = "the adapter broke the protocol: "
RIGHT = "The adapter is right. Now judge the backend"
A_PART = "only a part of the rule set was run"
TABLE = (
    Expectation("answers_out_of_order", 5, "passed", A_PART, 0, RIGHT, "CC-01"),
    Expectation("floods_stderr", 5, "passed", A_PART, 0, RIGHT, "CC-01"),
    Expectation("wrong_id", 3, "error", "which no request is waiting for", 3, "the id of its request"),
    Expectation("answers_twice", 3, "error", "which no request is waiting for", 3, "of its request, once"),
    Expectation("prints_a_banner", 3, "", "'My Adapter 1.0, ready'", 3, "banners belong on stderr"),
    Expectation("wrong_shape", 3, "error", "result: must be an array", 3, "schema METHOD"),
    Expectation("writes_floats", 3, "error", "must be an int, not float", 3, "schema METHOD", "RT-03"),
    Expectation("sends_half_a_line", 3, "error", "the adapter wrote half a line", 3, "write it, and flush"),
    Expectation("closes_stdout", 3, "error", "closed its stdout and went on running", 3, "until stdin ends"),
    Expectation("answers_an_unknown_method", 3, "", "a method that does not exist", 3, "-32601"),
    Expectation("dies_at_the_third_call", 1, "failed", "exit status 101", 1, "panic: out of luck"),
    Expectation("hangs", 1, "timeout", "did not return within", 1, "did not return within"),
    Expectation("rounds_integers", 1, "failed", "smoke", 3, "rounded to a double", "RT-03"),
    Expectation("ignores_set_clock", 1, "failed", "smoke", 3, "let the backend ask the adapter", "NF-03"),
    Expectation("claims_a_capability", 1, "failed", "declares planted_rows", 3, "do not declare it", "RT-12"),
    Expectation("refuses_to_introduce_itself", 4, "", "no licence found", 4, "no licence found"),
    Expectation("mixes_up_handles", 1, "failed", "apart", 3, "keep one backend for each handle", "RT-02"),
)
GRAVEST_FIRST = ("failed", "timeout", "error", "passed")


def command(folder: Path, mark: str, name: str, *words: str) -> Finished:
    package = Path(conformance.errors.__file__).parent.parent
    paths = {"PYTHONPATH": os.pathsep.join([str(package), str(ADAPTERS)]), MARK: mark}
    adapter = ("--", sys.executable, "-m", f"misbehaving.{name}")
    return sidecar_conformance(folder, *words, "--timeout-scale", "0.2", *adapter, timeout=300, **paths)


def gravest(finished: Finished) -> str:
    verdicts = finished.verdicts().values()
    return next((verdict for verdict in GRAVEST_FIRST if verdict in verdicts), "")


@pytest.mark.parametrize("expected", TABLE, ids=[row.adapter for row in TABLE])
def test_a_run_judges_and_blames(tmp_path: Path, expected: Expectation) -> None:
    mark = new_mark()
    finished = command(tmp_path, mark, expected.adapter, "run", "--profile", "quick", "--only", expected.only)
    said = finished.output + finished.errors

    assert (expected.run, expected.verdict) == (finished.code, gravest(finished)), said
    assert expected.words in said
    assert (expected.run == 3) == (ADAPTER_BROKE in said)
    assert "Traceback" not in said
    assert [] == processes_with(mark)


@pytest.mark.parametrize("expected", TABLE, ids=[row.adapter for row in TABLE])
def test_a_smoke_tells_the_adapter_from_the_backend(tmp_path: Path, expected: Expectation) -> None:
    mark = new_mark()
    finished = command(tmp_path, mark, expected.adapter, "smoke")
    said = finished.output + finished.errors

    assert expected.smoke == finished.code, said
    assert expected.advice in said
    assert "Traceback" not in said
    assert [] == processes_with(mark)
