"""Children that are forked behave as children that are started."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conformance.contract.classes import ConformanceClass
from conformance.crash.judging.reload import WireReloader
from conformance.crash.judging.runs import CommandTarget, RecordedRun, Runner
from conformance.crash.recording.launching import (
    ForkLauncher,
    Launcher,
    SpawnLauncher,
    server_by_command,
)
from conformance.crash.recording.ptrace_recorder import PtraceRecorder
from conformance.crash.scenarios.scenario import View, rows_at, workload_of
from conformance.hosting.inprocess import InProcessDriver
from conformance.oracle.allowed import LoadFailed

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
    "with a last word": """
import atexit, threading
from concurrent.futures import ThreadPoolExecutor
executor = ThreadPoolExecutor()
def open_backend(data_path):
    executor.submit((data_path / "handed").write_text, "over").result()
    closed = threading.Event()
    def wait():
        closed.wait()
        (data_path / "waited").write_text("for")
    threading.Thread(target=wait).start()
    atexit.register((data_path / "told").write_text, "at exit")
    import reference_impl
    backend = reference_impl.open_backend(data_path)
    backend.close = closed.set
    return backend
""",
    "talking": "print('imported', end='')\nfrom reference_impl import open_backend",
    "open only once": """
import json, os, subprocess, tempfile, reference_impl
opened = []
def open_backend(data_path):
    if opened:
        raise OSError("open again")
    opened.append(data_path)
    helper = subprocess.Popen(["sleep", "600"])
    temporary = tempfile.gettempdir()
    told = {"mine": os.getpid(), "helper": helper.pid, "temporary": temporary, "there": os.listdir(temporary)}
    (data_path / "told").write_text(json.dumps(told))
    with open(os.path.join(temporary, "left"), "w"):
        return reference_impl.open_backend(data_path)
""",
}


class Bench:
    """Runs one mutation, in children that are forked or started."""

    def __init__(self, spelling: str, directory: Path) -> None:
        child = InProcessDriver(spelling).child_command()
        self.target = CommandTarget(child.argv, ConformanceClass.SIDECAR, child.environment)
        self.forking = ForkLauncher(child.argv, server_by_command(child.fork_server))
        self.directory = directory

    def run(self, launcher: Launcher) -> RecordedRun:
        workload = workload_of("one", rows_at("nothing"), "schedule", View(True), lambda path: None)
        return Runner(self.target, workload, PtraceRecorder(launcher=launcher), self.directory).run()

    def reloader(self, launcher: Launcher) -> WireReloader:
        return WireReloader(
            self.target.argv,
            lambda found, _: tuple(map(json.dumps, found)),
            environment=self.target.environment,
            directory=self.directory,
            launcher=launcher,
        )


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


def course(run: RecordedRun) -> tuple[list[tuple[str, int]], list[str]]:
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


@pytest.mark.parametrize("bench", ["with a last word"], indirect=True)
def test_a_forked_child_ends_as_a_started_one(bench: Bench) -> None:
    for launcher in (SpawnLauncher(), bench.forking):
        left = dict(bench.run(launcher).left)

        assert (b"for", b"at exit") == (left["data/waited"], left["data/told"])


def test_the_server_ends_with_the_one_who_asks_it(tmp_path: Path) -> None:
    bench = Bench(REFERENCE, tmp_path)
    bench.run(bench.forking)
    server = bench.forking.server_pid
    bench.forking.close()

    assert not Path(f"/proc/{server}").exists()


@pytest.mark.parametrize("bench", ["open only once"], indirect=True)
@pytest.mark.parametrize("forked", [True, False])
def test_after_a_renewal_nothing_of_the_child_before_is_left(bench: Bench, forked: bool) -> None:
    with closing(bench.reloader(bench.forking if forked else SpawnLauncher())) as reloader:
        lives = []
        for _ in range(2):
            assert reloader.reload(bench.directory) == ()
            lives.append(json.loads((bench.directory / "told").read_text("utf-8")))
            assert isinstance(reloader.reload(bench.directory), LoadFailed)
            reloader.renew()

    assert len({life["mine"] for life in lives}) == 2
    assert [life["there"] for life in lives] == [[], []]
    assert all(ends(life[process]) for life in lives for process in ("mine", "helper"))
    assert not any(Path(life["temporary"]).exists() for life in lives)
    assert bench.forking.can_fork


def ends(process: int) -> bool:
    """Whether a process that was killed is gone, or is a zombie; a fork of another's is not waited for."""
    for _ in range(1000):
        try:
            state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.01)
    return False
