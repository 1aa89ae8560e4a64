"""Children that are forked behave as children that are started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.contract.classes import ConformanceClass
from conformance.crash.launching import ForkLauncher, Launcher, SpawnLauncher
from conformance.crash.ptrace_recorder import PtraceRecorder
from conformance.crash.runs import CommandTarget, Run, Runner
from conformance.drivers.inprocess import InProcessDriver
from conformance.suite.crash_scenarios import View, rows_at, workload_of

REFERENCE = "reference_impl:open_backend"
OTHERS = {
    "threads": """
import threading, time
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
from reference_impl import open_backend
""",
    "temporary": """
import tempfile
HERE = tempfile.gettempdir()
def open_backend(data_path):
    (data_path / "told").write_text(HERE)
    import reference_impl
    return reference_impl.open_backend(data_path)
""",
    "talking": "print('imported', end='')\nfrom reference_impl import open_backend",
}


class Bench:
    """Runs one mutation, in children that are forked or started."""

    def __init__(self, spelling: str, directory: Path) -> None:
        child = InProcessDriver(spelling).child_command()
        self.target = CommandTarget(child.argv, ConformanceClass.SIDECAR, child.environment)
        self.forking = ForkLauncher(child.argv, child.fork_server)
        self.directory = directory

    def run(self, launcher: Launcher) -> Run:
        workload = workload_of("one", rows_at("nothing"), "schedule", View(True), lambda path: None)
        return Runner(self.target, workload, PtraceRecorder(launcher=launcher), self.directory).run()


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """A bench for the target that the test names."""
    spelling = request.param
    if spelling in OTHERS:
        (tmp_path / "other.py").write_text(OTHERS[spelling], "utf-8")
        spelling = f"{tmp_path / 'other.py'}:open_backend"
    made = Bench(spelling, tmp_path)
    yield made
    made.forking.close()


def course(run: Run) -> tuple[list[tuple[str, int]], list[str]]:
    """What a run did, without what differs by chance."""
    return [(call.name, call.errno) for call in run.trace.calls], [one.answer.name for one in run.outcomes]


@pytest.mark.parametrize("bench", [REFERENCE, "talking"], indirect=True)
def test_a_forked_child_takes_the_course_of_a_started_one(bench: Bench) -> None:
    started = bench.run(SpawnLauncher())
    forked = [bench.run(bench.forking) for _ in range(3)]

    assert [course(started)] * 3 == [course(run) for run in forked]
    assert bench.forking.can_fork


@pytest.mark.parametrize("bench", ["temporary"], indirect=True)
def test_a_target_imported_before_the_fork_knows_the_runs_own_temporary_directory(bench: Bench) -> None:
    told = [dict(bench.run(bench.forking).left)["data/told"] for _ in range(2)]

    assert [str(bench.directory / "run" / "tmp").encode()] * 2 == told


@pytest.mark.parametrize("bench", ["threads"], indirect=True)
def test_a_target_that_runs_threads_when_it_is_imported_is_started_and_not_forked(bench: Bench) -> None:
    run = bench.run(bench.forking)

    assert (["DONE"], False) == (course(run)[1], bench.forking.can_fork)


def test_the_server_ends_with_the_one_who_asks_it(tmp_path: Path) -> None:
    bench = Bench(REFERENCE, tmp_path)
    bench.run(bench.forking)
    server = bench.forking.server_pid
    bench.forking.close()

    assert not Path(f"/proc/{server}").exists()
