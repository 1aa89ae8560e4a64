"""The checks of crashes: what they share, what they count, what they say where they cannot look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from strace.recorder import StraceRecorder

from conformance.crash.judging.explore import Orders
from conformance.crash.scenarios.laboratory import Laboratory
from conformance.crash.scenarios.scenario import LEFTOVERS, CrashScenario
from conformance.crash.telling.verdicts import CrashReport
from conformance.hosting.inprocess import InProcessDriver
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.suite.chapters import CHECKS
from conformance.testing.crashes import TOGETHER
from conformance.testing.running import replay_check
from conformance.testing.session import Backend
from conformance.testing.shared import Shared
from conformance.workspace import Workspace

CHECK_OF = {
    check.requirement: check for check in CHECKS.values() if check.together == TOGETHER and check.cases
}
OTHERS = """
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path


class Unsynced(VecSidecar):
    def sync_directory(self, directory):
        pass


class InPlace(VecSidecar):
    def replace(self, document):
        self.path.write_bytes(document)


class Elsewhere:
    rows = {}

    def __init__(self, data_path):
        pass

    def record_scheduled(self, id, schedule):
        self.rows[id] = schedule

    def load_all(self):
        from conformance.contract.records import SchedulerJobRecord
        return [SchedulerJobRecord(id=id, schedule=schedule) for id, schedule in self.rows.items()]


def unsynced(data_path):
    return SystemLabelSchedulerPersistence(Unsynced(document_path(data_path)))


def in_place(data_path):
    return SystemLabelSchedulerPersistence(InPlace(document_path(data_path)))


def elsewhere(data_path):
    return Elsewhere(data_path)
"""


@pytest.fixture
def backends(tmp_path: Path) -> Iterator[Backends]:
    """Backends under test, by the name of their target."""
    (tmp_path / "others.py").write_text(OTHERS, "utf-8")
    made = Backends(tmp_path)
    yield made
    made.close()


class Backends:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._workspace = Workspace()
        self._shared = Shared()
        self._drivers: list[InProcessDriver] = []

    def of(self, name: str) -> Backend:
        spelling = name if ":" in name else f"{self._folder / 'others.py'}:{name}"
        driver = InProcessDriver(spelling)
        self._drivers.append(driver)
        return Backend(
            driver, driver.description, self._workspace, exhibits=self._folder, shared=self._shared
        )

    def close(self) -> None:
        self._shared.close()
        for driver in self._drivers:
            driver.close()
        self._workspace.close()


def judge(backend: Backend, requirement: str, scenario: CrashScenario) -> CheckOutcome:
    arguments = {"scenario": scenario, "injection": None}
    return replay_check(CHECK_OF[requirement], backend, arguments, 0, "target")


def test_a_scenario_is_explored_once_for_all_requirements(
    backends: Backends, monkeypatch: pytest.MonkeyPatch
) -> None:
    explored: list[CrashReport | None] = []
    explore = Laboratory.explore

    def noted(self: Laboratory, scenario: CrashScenario, orders: Orders) -> CrashReport | None:
        explored.append(explore(self, scenario, orders))
        return explored[-1]

    monkeypatch.setattr(Laboratory, "explore", noted)
    backend = backends.of("reference_impl:open_backend")
    outcomes = {id: judge(backend, id, CrashScenario("nothing", "schedule", 8)) for id in CHECK_OF}
    [report] = explored
    assert report is not None

    assert {Verdict.PASSED} == {outcome.verdict for outcome in outcomes.values()}
    assert dict(report.exercised) == {id: outcome.exercised for id, outcome in outcomes.items()}


def test_without_injected_errors_their_requirements_are_not_reached(backends: Backends) -> None:
    backend = backends.of("reference_impl:open_backend")
    outcomes = [
        judge(backend, id, CrashScenario("nothing", "schedule"))
        for id in ("CR-08", "CR-09", "CR-10", "CR-15")
    ]

    assert [Verdict.NOT_REACHED] * 4 == [outcome.verdict for outcome in outcomes]


def test_a_violation_is_told_with_its_protocol_and_kept(backends: Backends, tmp_path: Path) -> None:
    outcome = judge(backends.of("unsynced"), "CR-04", CrashScenario("document", "cancel"))
    found = outcome.counterexample
    assert found is not None

    assert "crashes/CR-04" == outcome.exhibits
    assert {"protocol.txt", "state", "timeline.svg"} == {
        p.name for p in (tmp_path / "crashes/CR-04").iterdir()
    }
    assert "from document: cancel" == found.operations[0]
    assert any(line.startswith("rename(") and line.endswith("<-- LOST") for line in found.operations)
    assert found.observed.startswith(
        "power lost here, having lost the rename; reloading showed the state after 0"
    )


def test_where_a_crash_leaves_no_temporary_files_that_scenario_does_not_come_up(backends: Backends) -> None:
    outcome = judge(backends.of("in_place"), "CR-02", CrashScenario(LEFTOVERS, "schedule"))

    assert (Verdict.NOT_REACHED, 0) == (outcome.verdict, outcome.exercised)


def test_what_a_backend_keeps_elsewhere_is_not_testable(backends: Backends) -> None:
    outcome = judge(backends.of("elsewhere"), "CR-04", CrashScenario("nothing", "schedule"))

    assert Verdict.NOT_TESTABLE is outcome.verdict
    assert "changed nothing below the data path" in outcome.message


def test_a_recorder_that_cannot_inject_leaves_failing_calls_untested(
    backends: Backends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Laboratory, "recorder", StraceRecorder())
    outcome = judge(
        backends.of("reference_impl:open_backend"), "CR-08", CrashScenario("nothing", "schedule", 8)
    )

    assert (Verdict.NOT_TESTABLE, "errors cannot be injected here: strace works, and it only records") == (
        outcome.verdict,
        outcome.message,
    )
