"""`--cluster`: the same verdicts and files as on one machine, whatever becomes of a Dask worker."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from commands import Finished, command_environment, run_python
from whole import only_whole

from conformance.execution.processes import WORKER_VARIABLE

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

ROOT = Path(__file__).parent.parent
TORN = f"{ROOT / 'tests/mutants/changes_of_status_are_not_synced.py'}:open_backend"
FORGETS = f"{ROOT / 'tests/mutants/an_earlier_fire_time_wins.py'}:open_backend"
REFERENCE = "reference_impl:open_backend"
QUICK = ("--profile", "quick", "--seed", "7")
DEADLY = """
import os
from reference_impl import open_backend

def open_deadly(data_path):
    backend = open_backend(data_path)
    backend.cancel = lambda id: os.abort()
    return backend
"""
UNFORESEEABLE = re.compile(rb"[0-9a-f]{16}")
SCHEDULER = "scheduler.json"
AUTO = {"SIDECAR_CONFORMANCE_WORKERS": "auto"}
_LONG = 300.0


@dataclass(frozen=True)
class Cluster:
    """A scheduler, and workers of one thread each, which nannies start anew when they end."""

    address: str
    nannies: tuple[int, ...]

    def workers(self) -> list[int]:
        """The processes that carry out orders."""
        return [
            child for nanny in self.nannies for child in children(nanny) if "spawn_main" in command(child)
        ]

    def busy(self) -> Iterator[int]:
        """The workers that have begun with a check."""
        return (worker for worker in self.workers() if any(map(is_kits, children(worker))))


def run_afresh(folder: Path, *arguments: str, **environment: str) -> Finished:
    """The command in an interpreter of its own: Dask's processes start as the one that asks for them did."""
    return run_python(folder, "conformance", *arguments, timeout=_LONG, **AUTO, **environment)


def children(process: int) -> list[int]:
    """The children of a process that still run."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == process and state not in "ZX":
            found.append(int(status.parent.name))
    return found


def command(process: int) -> str:
    """The command line of a process."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


def is_kits(process: int) -> bool:
    """Whether it is a worker of the kit."""
    try:
        return f"{WORKER_VARIABLE}=".encode() in Path(f"/proc/{process}/environ").read_bytes()
    except OSError:
        return False


def leftovers() -> set[str]:
    """Directories of the kit, and of Dask."""
    homes = (Path("/dev/shm"), Path("/tmp"))
    return {str(path) for home in homes for path in home.glob("sidecar-conformance-????????????????-*")}


def wait_until(condition: Any) -> None:
    """Wait for what is going to be."""
    deadline = time.monotonic() + _LONG
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def started(folder: Path, module: str, *arguments: str, **environment: str) -> Iterator[int]:
    """`python -m MODULE ARGUMENTS`, and its end with everything that it started."""
    with (folder / f"{module}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env=command_environment() | AUTO | {"DASK_TEMPORARY_DIRECTORY": str(folder)} | environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def a_worker(folder: Path, environment: Mapping[str, str]) -> AbstractContextManager[int]:
    """A worker of the scheduler that has its file there."""
    common = ("--scheduler-file", str(folder / SCHEDULER), "--no-dashboard", "--host", "127.0.0.1")
    own = ("--nthreads", "1", "--local-directory", str(folder))
    return started(folder, "distributed.cli.dask_worker", *common, *own, **environment)


@contextmanager
def a_cluster(folder: Path, *environments: Mapping[str, str]) -> Iterator[Cluster]:
    """A scheduler, and a worker under each environment."""
    told = folder / SCHEDULER
    common = ("--scheduler-file", str(told), "--no-dashboard", "--host", "127.0.0.1", "--port", "0")
    with ExitStack() as stack:
        stack.enter_context(started(folder, "distributed.cli.dask_scheduler", *common))
        wait_until(lambda: told.exists() and told.read_text().endswith("}"))
        nannies = [stack.enter_context(a_worker(folder, environment)) for environment in environments]
        cluster = Cluster(json.loads(told.read_text())["address"], tuple(nannies))
        wait_until(lambda: len(cluster.workers()) == len(environments))
        yield cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with a_cluster(tmp_path_factory.mktemp("cluster"), {}, {}) as made:
        yield made


def comparable(results: Any) -> Any:
    """What a report tells, without the time that it took, and what depends on that."""
    if isinstance(results, list):
        return [comparable(item) for item in results]
    if not isinstance(results, dict):
        return results
    varying = {"digest", "started_at", "duration_s", "seconds", "backend_seconds", "effort"}
    return {name: comparable(value) for name, value in results.items() if name not in varying}


def files(finished: Finished) -> dict[str, bytes]:
    """The replay files and the exhibits of a report; the reference draws names that nobody can foresee."""
    report = finished.folder / "sidecar-conformance-report"
    paths = [*report.glob("replays/**/*"), *report.glob("crashes/**/*")]
    kept = {str(path.relative_to(report)): path.read_bytes() for path in paths if path.is_file()}
    return {
        UNFORESEEABLE.sub(b"?", os.fsencode(name)).decode(): UNFORESEEABLE.sub(b"?", content)
        for name, content in kept.items()
    }


def run(folder: Path, name: str, *arguments: str) -> Finished:
    """`run ARGUMENTS` in a folder of its own."""
    own = folder / name
    own.mkdir()
    return run_afresh(own, "run", *arguments)


@pytest.mark.parametrize(
    ("target", "only"),
    [
        pytest.param(FORGETS, "UP-01,UP-02", id="a failing check"),
        pytest.param(TORN, "CR-03,CR-04", marks=only_whole, id="exhibits of a crash"),
        pytest.param(REFERENCE, "", marks=only_whole, id="the reference, whole"),
        pytest.param(FORGETS, "", marks=only_whole, id="a failing check, whole"),
        pytest.param(TORN, "", marks=only_whole, id="exhibits of a crash, whole"),
    ],
)
def test_a_cluster_comes_to_the_same_results(tmp_path: Path, target: str, only: str) -> None:
    words = (target, *QUICK, *(("--only", only) if only else ()))
    one = run(tmp_path, "one", *words, "--workers", "2")
    many = run(tmp_path, "many", *words, "--workers", "2", "--cluster", "local")

    assert comparable(one.results()) == comparable(many.results())
    assert files(one) == files(many)
    assert one.code == many.code
    assert set() == leftovers()


def test_a_killed_worker_costs_no_verdict(tmp_path: Path, cluster: Cluster) -> None:
    words = (REFERENCE, *QUICK, "--only", "UP")
    folder = tmp_path / "killed"
    folder.mkdir()
    with started(folder, "conformance", "run", *words, "--cluster", cluster.address) as process:
        wait_until(lambda: (folder / "sidecar-conformance-report/journal.jsonl").exists())
        wait_until(lambda: list(cluster.busy()))
        os.kill(next(cluster.busy()), signal.SIGKILL)
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    killed = Finished(0, "", "", folder)
    one = run(tmp_path, "one", *words, "--workers", "2")

    assert comparable(one.results()) == comparable(killed.results())
    assert set() == leftovers()


@only_whole
def test_a_backend_that_kills_its_process_costs_no_worker(tmp_path: Path, cluster: Cluster) -> None:
    (tmp_path / "deadly.py").write_text(DEADLY, "utf-8")
    wait_until(lambda: len(cluster.workers()) == 2)
    before = cluster.workers()
    target = f"{tmp_path / 'deadly.py'}:open_deadly"
    finished = run(tmp_path, "run", target, *QUICK, "--only", "CX-01,UP-01", "--cluster", cluster.address)

    assert {"CX-01": "failed", "UP-01": "passed"} == {
        id: verdict for id, verdict in finished.verdicts().items() if id in {"CX-01", "UP-01"}
    }
    assert before == cluster.workers()


@only_whole
@pytest.mark.parametrize("where", ["local", "elsewhere"])
def test_an_interrupt_at_the_terminal_ends_what_the_workers_do(
    tmp_path: Path, cluster: Cluster, where: str
) -> None:
    address = cluster.address if where == "elsewhere" else "local"
    journal = tmp_path / "sidecar-conformance-report/journal.jsonl"
    words = (REFERENCE, "--profile", "thorough", "--only", "UP,RT", "--cluster", address)
    with started(tmp_path, "conformance", "run", *words) as process:
        wait_until(lambda: journal.exists() and '"event": "check"' in journal.read_text())
        os.killpg(process, signal.SIGINT)
        ended = os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    results = json.loads(journal.with_name("results.json").read_text())

    assert ended is not None
    assert 2 == ended.si_status
    assert "incomplete" == results["verdict"]
    assert [] == list(cluster.busy())
    assert set() == leftovers()


@only_whole
def test_a_limit_ends_what_the_workers_do(tmp_path: Path, cluster: Cluster) -> None:
    words = (FORGETS, *QUICK, "--only", "UP,CR", "--maxfail", "1", "--cluster", cluster.address)
    finished = run(tmp_path, "run", *words)

    assert 1 == finished.code
    assert "the run ended after 1 failure (--maxfail)" in finished.output
    assert [] == list(cluster.busy())


def another_version(folder: Path) -> dict[str, str]:
    """An environment with another kit and another reference."""
    for package in ("conformance", "reference_impl"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for module in ("conformance/oracle/model.py", "reference_impl/persistence.py"):
        with (folder / module).open("a") as file:
            file.write("# another version\n")
    return {"PYTHONPATH": str(folder)}


def test_a_worker_of_another_version_is_refused_by_name(tmp_path: Path) -> None:
    with a_cluster(tmp_path, another_version(tmp_path / "other")) as cluster:
        words = (REFERENCE, *QUICK, "--only", "UP-01", "--cluster", cluster.address)
        finished = run(tmp_path, "run", *words)

    assert 4 == finished.code
    assert "1 Dask worker is refused, and nothing was run:\n  tcp://127.0.0.1:" in finished.errors
    assert "kit: here 0.1.0, files " in finished.errors
    assert "module reference_impl.persistence: here " in finished.errors
    assert "error" == finished.results()["verdict"]


@only_whole
def test_a_worker_of_another_version_that_comes_later_gets_no_work(tmp_path: Path) -> None:
    words = (REFERENCE, *QUICK, "--only", "UP")
    folder, other = tmp_path / "late", another_version(tmp_path / "other")
    folder.mkdir()
    with (
        a_cluster(tmp_path, {}) as cluster,
        started(folder, "conformance", "run", *words, "--cluster", cluster.address) as process,
    ):
        wait_until(lambda: list(cluster.busy()))
        with a_worker(tmp_path, other):
            os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    one = run(tmp_path, "one", *words, "--workers", "2")

    assert comparable(one.results()) == comparable(Finished(0, "", "", folder).results())


@only_whole
def test_a_worker_that_has_no_such_target_is_refused_by_name(tmp_path: Path, cluster: Cluster) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "only_here.py").write_text("from reference_impl import open_backend\n", "utf-8")
    words = ("only_here:open_backend", *QUICK, "--only", "UP-01", "--cluster", cluster.address)
    finished = run_afresh(tmp_path / "run", "run", *words)

    assert 4 == finished.code
    assert 2 == finished.errors.count("there is no module 'only_here'")


@only_whole
def test_an_address_where_nobody_is(tmp_path: Path) -> None:
    words = (REFERENCE, *QUICK, "--only", "UP-01", "--cluster", "tcp://127.0.0.1:1")
    finished = run(tmp_path, "run", *words)

    assert 4 == finished.code
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in finished.errors
    assert "Traceback" not in finished.errors


@only_whole
def test_the_selftest_on_a_cluster(tmp_path: Path, cluster: Cluster) -> None:
    words = ("--only", "UP-01", "--sample", "4", "--cluster", cluster.address)
    finished = run_afresh(tmp_path, "selftest", *words)

    assert 0 == finished.code
    assert "1 of 1 mutants break what they declare" in finished.output


@pytest.mark.parametrize("command", [("run", REFERENCE), ("selftest",)])
def test_without_the_extra_it_is_said_what_to_install(tmp_path: Path, command: tuple[str, ...]) -> None:
    hidden = "import sys\nsys.modules['distributed'] = None\n"
    (tmp_path / "sitecustomize.py").write_text(hidden, "utf-8")
    path = f"{command_environment()['PYTHONPATH']}{os.pathsep}{tmp_path}"
    finished = run_afresh(tmp_path, *command, "--cluster", "local", PYTHONPATH=path)

    assert 4 == finished.code
    assert (
        "sidecar-conformance: --cluster needs Dask distributed: pip install 'sidecar-conformance[cluster]'\n"
        == finished.errors
    )
