"""What a smoke says of right and of spoiled adapters."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.records import QName, SchedulerJobRecord, SystemTime
from conformance.drivers.command import CommandDriver, Limits, serve_command, serve_environment
from conformance.errors import ExitCode
from conformance.hosting.inprocess import InProcessDriver
from conformance.smoke import SmokeReport, SmokeStep, StepOutcome, render, smoke
from reference_impl import open_backend

DRIVERS = Path(__file__).parents[1] / "drivers"
LIMITS = Limits(start=30.0, operation=1.0, leave=1.0)


def _over_the_wire(argv: Sequence[str]) -> SmokeReport:
    environment = serve_environment()
    environment["PYTHONPATH"] = f"{DRIVERS}:{environment['PYTHONPATH']}"
    driver = CommandDriver(argv, environment=environment, limits=LIMITS)
    try:
        return smoke(driver)
    finally:
        driver.close()


def _in_process(target: str) -> SmokeReport:
    driver = InProcessDriver(target)
    try:
        return smoke(driver)
    finally:
        driver.close()


def _bad_steps(report: SmokeReport) -> list[tuple[str, StepOutcome]]:
    fine = {StepOutcome.OK, StepOutcome.NOT_DECLARED, StepOutcome.NOT_TRIED}
    return [(step.name, step.outcome) for step in report.steps if step.outcome not in fine]


@pytest.mark.parametrize(
    "target", ["reference_impl:open_backend", f"{DRIVERS / 'a_backend.py'}:open_backend"]
)
def test_a_right_backend_is_fine_either_way(target: str) -> None:
    here, there = _in_process(target), _over_the_wire(serve_command(target))

    assert _bad_steps(here) == []
    assert here == there
    assert here.exit_code is ExitCode.CONFORMANT


def test_a_backend_that_keeps_nothing_is_not_asked_to() -> None:
    report = _in_process("reference_impl:open_null_backend")

    assert _bad_steps(report) == []


@pytest.mark.parametrize(
    ("name", "step", "finding"),
    [
        ("wrong_id", "opens and closes", "which no request is waiting for"),
        ("wrong_shape", "opens and closes", "result: must be an array"),
        ("rounds_integers", "64-bit integers", "rounded to a double"),
        ("writes_floats", "each kind of schedule", "must be an int, not float"),
        ("ignores_set_clock", "honours set_clock", "is not honoured"),
        ("mixes_up_handles", "keeps handles apart", "two open backends hold"),
        ("claims_a_capability", "plants rows", "declares planted_rows"),
        ("sends_half_a_line", "opens and closes", "half a line"),
    ],
)
def test_a_mistake_of_the_adapter_is_called_one(name: str, step: str, finding: str) -> None:
    report = _over_the_wire([sys.executable, "-m", f"misbehaving.{name}"])
    first = next(one for one in report.steps if one.outcome not in {StepOutcome.OK, StepOutcome.NOT_DECLARED})

    assert (first.name, first.outcome) == (step, StepOutcome.ADAPTER_MISTAKE)
    assert finding in first.finding
    assert first.advice
    assert report.exit_code is ExitCode.KIT_FAILED


@pytest.mark.parametrize("name", ["answers_out_of_order", "floods_stderr"])
def test_what_is_odd_but_right_is_fine(name: str) -> None:
    report = _over_the_wire([sys.executable, "-m", f"misbehaving.{name}"])

    assert _bad_steps(report) == []


@pytest.mark.parametrize("name", ["dies_at_the_third_call", "hangs"])
def test_a_death_or_a_hang_ends_the_conversation(name: str) -> None:
    report = _over_the_wire([sys.executable, "-m", f"misbehaving.{name}"])
    outcomes = [step.outcome for step in report.steps]

    assert outcomes[outcomes.index(StepOutcome.NONCONFORMANCE) + 1 :].count(StepOutcome.NOT_TRIED) == 11
    assert report.exit_code is ExitCode.NOT_CONFORMANT


class LosesWhatOverlaps:
    """Of mutations that overlap only the first is kept."""

    def __init__(self, data_path: Path) -> None:
        self._right = open_backend(data_path)
        self._under_way = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._right, name)

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self._under_way += 1
        is_alone = self._under_way == 1
        deadline = time.monotonic() + 5.0
        while is_alone and id.local.startswith("thread") and self._under_way == 1:
            assert time.monotonic() < deadline, "no other mutation came"
            time.sleep(0.001)
        if is_alone:
            self._right.record_started(id, started_at)
        else:
            time.sleep(0.05)
        self._under_way -= 1


def test_an_update_that_is_lost_between_threads_is_the_backends() -> None:
    driver = InProcessDriver(LosesWhatOverlaps)
    report = smoke(driver)
    driver.close()
    at_once = next(step for step in report.steps if step.name == "several requests at once")

    assert [("several requests at once", StepOutcome.NONCONFORMANCE)] == _bad_steps(report)
    assert "CC-01" in at_once.advice


class HoldsAStranger(LosesWhatOverlaps):
    def load_all(self) -> Any:
        return [*self._right.load_all(), SchedulerJobRecord(QName("a", "stranger"))]


def test_one_stranger_is_one_job() -> None:
    driver = InProcessDriver(HoldsAStranger)
    found = next(step.finding for step in smoke(driver).steps if step.name == "opens and closes")
    driver.close()

    assert "a backend opened on a fresh data path holds 1 job" == found


class KeepsNoDocument(LosesWhatOverlaps):
    def __init__(self, data_path: Path) -> None:
        elsewhere = data_path / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        super().__init__(elsewhere)

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self._right.record_started(id, started_at)


@pytest.mark.parametrize(
    ("has_adapter", "outcome", "code"),
    [
        (True, StepOutcome.ADAPTER_MISTAKE, ExitCode.KIT_FAILED),
        (False, StepOutcome.NONCONFORMANCE, ExitCode.NOT_CONFORMANT),
    ],
)
def test_without_an_adapter_of_its_own_it_is_the_backend(
    has_adapter: bool, outcome: StepOutcome, code: ExitCode
) -> None:
    driver = InProcessDriver(KeepsNoDocument)
    report = smoke(driver, has_adapter=has_adapter)
    driver.close()

    assert [("keeps the document", outcome)] == _bad_steps(report)
    assert code is report.exit_code
    assert has_adapter == ("adapter" in render(report))


def test_a_report_reads_as_text() -> None:
    report = SmokeReport(
        "mine 1.0",
        (
            SmokeStep("opens", StepOutcome.OK),
            SmokeStep("loads", StepOutcome.ADAPTER_MISTAKE, "saw this", "do that"),
        ),
    )

    assert render(report) == (
        "smoke of mine 1.0\n"
        "  opens  ok\n"
        "  loads  adapter mistake\n"
        "      saw this\n"
        "      do that\n"
        "Put the adapter right first: a verdict on the backend would mean nothing.\n"
    )
