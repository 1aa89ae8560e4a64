"""Trying crashes, as a user meets it: the command, what it leaves, and where it cannot look."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from commands import Finished, command_environment, sidecar_conformance

HERE = Path(__file__).parent
REFERENCE = "reference_impl:open_backend"
BACKENDS = """
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar, open_null_backend
from reference_impl.persistence import document_path


class RenameIsNotSynced(VecSidecar):
    def sync_directory(self, directory):
        if directory.name != "_system":
            super().sync_directory(directory)


class NewDirectoryIsNotSynced(VecSidecar):
    def make_directory(self, directory):
        if not directory.is_dir():
            self.create_directory(directory)


class ErrorsAreSwallowed(VecSidecar):
    def sync(self, descriptor):
        try:
            super().sync(descriptor)
        except OSError:
            pass


class LongTablesAreNotSynced(VecSidecar):
    def encode(self, rows):
        self.is_long = len(rows) > 64
        return super().encode(rows)

    def sync(self, descriptor):
        if not self.is_long:
            super().sync(descriptor)


class CancelsNothing(SystemLabelSchedulerPersistence):
    def cancel(self, id):
        raise KeyError("of no use")


def cancels_nothing(data_path):
    return CancelsNothing(VecSidecar(document_path(data_path)))


def made_of(sidecar):
    return lambda data_path: SystemLabelSchedulerPersistence(sidecar(document_path(data_path)))


rename_is_not_synced = made_of(RenameIsNotSynced)
new_directory_is_not_synced = made_of(NewDirectoryIsNotSynced)
errors_are_swallowed = made_of(ErrorsAreSwallowed)
long_tables_are_not_synced = made_of(LongTablesAreNotSynced)
"""
NEITHER_PYTHON = '#!/bin/sh\nexec "$PYTHON" -m conformance.adapter reference_impl:open_backend\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with backends, one of them behind a command that is not Python."""
    (tmp_path / "backends.py").write_text(BACKENDS, "utf-8")
    adapter = tmp_path / "adapter"
    adapter.write_text(NEITHER_PYTHON, "utf-8")
    adapter.chmod(0o700)
    return tmp_path


def crash(folder: Path, *arguments: str, launcher: tuple[str, ...] = ()) -> Finished:
    """`sidecar-conformance crash ARGUMENTS`, behind a launcher if there is one."""
    if not launcher:
        return sidecar_conformance(folder, "crash", *arguments, PYTHON=sys.executable)
    process = subprocess.run(
        [*launcher, sys.executable, "-m", "conformance", "crash", *arguments],
        cwd=folder,
        env=command_environment() | {"PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Finished(process.returncode, process.stdout, process.stderr, folder)


def test_a_right_backend_is_tried_and_found_right(folder: Path) -> None:
    finished = crash(folder, REFERENCE, "--profile", "quick", "--model", "strict")

    assert (0, "") == (finished.code, finished.errors)
    assert "recorder ptrace, model strict" in finished.output
    assert "from nothing: schedule,reschedule" in finished.output
    assert "no violation found" in finished.output
    assert "states a second" in finished.output


def test_where_nothing_could_be_looked_at_nothing_is_said_of_the_backend(folder: Path) -> None:
    alone = crash(folder, "backends:cancels_nothing", "--operations", "cancel")
    some = crash(folder, "backends:cancels_nothing", "--profile", "quick")

    assert (5, 5) == (alone.code, some.code)
    assert "nothing could be looked at, so nothing is said of the backend" in alone.output
    assert "no violation found" not in alone.output
    assert re.search(r"no violation found, but \d of \d+ scenarios could not be looked at, in", some.output)


def test_a_violation_is_shown_and_kept(folder: Path) -> None:
    finished = crash(folder, "backends:rename_is_not_synced", "--operations", "cancel")
    kept = folder / "sidecar-conformance-crashes" / "crashes" / "CR-04"
    document = kept / "state" / "data" / "_system" / "background_jobs.json"
    picture = ET.fromstring((kept / "timeline.svg").read_text("utf-8"))

    assert 1 == finished.code
    assert "CR-04 (MUST)" in finished.output
    assert "background_jobs.json') = 0   <-- LOST" in finished.output
    assert "**** power lost here, having lost the rename ****" in finished.output
    assert '"method": "close", "params": {"handle": 1}}   <-- not executed' in finished.output
    assert "1 requirement broken" in finished.output
    assert "kit.job" in document.read_text("utf-8")
    assert picture.tag.endswith("svg")
    assert "having lost the rename" in (kept / "protocol.txt").read_text("utf-8")


def test_what_a_backend_does_with_many_rows_only_is_seen(folder: Path) -> None:
    options = ("backends:long_tables_are_not_synced", "--operations", "reschedule", "--start")
    few, many = (crash(folder, *options, f"rows={count}") for count in (60, 65))

    assert (0, 1) == (few.code, many.code)
    assert "CR-03 (MUST)" in many.output


@pytest.mark.parametrize(
    ("backend", "requirement"),
    [("rename_is_not_synced", "CR-04"), ("errors_are_swallowed", "CR-08")],
)
def test_its_replay_file_shows_the_violation_again_and_that_another_backend_is_free_of_it(
    folder: Path, backend: str, requirement: str
) -> None:
    crash(folder, f"backends:{backend}", "--operations", "cancel", "--report", "found")
    again = sidecar_conformance(folder, "replay", f"found/replays/{requirement}-1.json")
    elsewhere = sidecar_conformance(folder, "replay", f"found/replays/{requirement}-1.json", REFERENCE)

    assert (1, 0) == (again.code, elsewhere.code)
    assert f"{requirement} (MUST)" in again.output
    assert f"{requirement} holds on this example" in elsewhere.output


def test_a_run_leaves_the_same_replay_file_and_exhibits(folder: Path) -> None:
    options = ("--profile", "quick", "--only", "CR-04,CR-05")
    finished = sidecar_conformance(folder, "run", "backends:rename_is_not_synced", *options)
    report = folder / "sidecar-conformance-report"
    again = sidecar_conformance(folder, "replay", str(report / "replays" / "CR-04-1.json"))
    sidecar_conformance(folder, "run", REFERENCE, *options)

    assert (1, 1) == (finished.code, again.code)
    assert "kept in:  sidecar-conformance-report/crashes/CR-04" in finished.output
    assert not (report / "crashes").exists(), "of the run before"


@pytest.mark.parametrize(("model", "code"), [("ordered", 0), ("posix", 0), ("strict", 1)])
def test_the_model_says_what_a_loss_of_power_may_lose(folder: Path, model: str, code: int) -> None:
    options = ("--start", "nothing", "--operations", "schedule", "--model", model)
    finished = crash(folder, "backends:new_directory_is_not_synced", *options)

    assert code == finished.code, finished.output
    assert ("CR-05 (SHOULD)" in finished.output) == (model == "strict")


def test_a_budget_that_is_used_up_is_told(folder: Path) -> None:
    finished = crash(folder, REFERENCE, "--budget", "0.01")

    assert 5 == finished.code
    assert "the budget was used up" in finished.output


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        ((REFERENCE, "--operations", "explode"), 4, "an operation is one of schedule"),
        ((REFERENCE, "--start", "somewhere"), 4, "a run starts from one of nothing"),
        ((REFERENCE, "--budget", "0"), 4, "--budget must be a positive number"),
        ((), 4, "name one target"),
        (("no.such:target",), 4, "no.such"),
        (("reference_impl:open_null_backend",), 5, "class memory keeps nothing"),
    ],
)
def test_what_cannot_be_tried_is_told(
    folder: Path, arguments: tuple[str, ...], code: int, complaint: str
) -> None:
    finished = crash(folder, *arguments)

    assert code == finished.code
    assert complaint in finished.errors
    assert "Traceback" not in finished.output + finished.errors


WITHOUT_PTRACE = (sys.executable, str(HERE / "without_ptrace.py"))


def test_where_ptrace_is_not_allowed_python_is_recorded_in_process(
    folder: Path, pytestconfig: pytest.Config
) -> None:
    few_calls = ("--start", "document", "--operations", "flush")  # each is another process to start
    options = ("--profile", "quick", *(() if pytestconfig.getoption("--whole") else few_calls))
    finished = crash(folder, REFERENCE, *options, launcher=WITHOUT_PTRACE)

    assert 0 == finished.code, finished.output + finished.errors
    assert "recorder in-process" in finished.output


def test_where_ptrace_is_not_allowed_other_languages_are_not_testable(folder: Path) -> None:
    alone = crash(folder, "--", "./adapter", launcher=WITHOUT_PTRACE)
    options = ("run", "--profile", "quick", "--only", "CR-01,CR-02,CR-08", "--", "./adapter")
    process = subprocess.run(
        [*WITHOUT_PTRACE, sys.executable, "-m", "conformance", *options],
        cwd=folder,
        env=command_environment() | {"PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    verdicts = Finished(process.returncode, process.stdout, process.stderr, folder).verdicts()

    assert (5, 5) == (alone.code, process.returncode)
    assert "ptrace: ptrace is not allowed here" in alone.errors
    assert "in-process: only Python programs" in alone.errors
    assert "--cap-add=SYS_PTRACE" in alone.errors
    assert {"CR-01": "passed", "CR-02": "not_testable", "CR-08": "not_testable"} == {
        id: verdicts[id] for id in ("CR-01", "CR-02", "CR-08")
    }


def unprivileged() -> tuple[str, ...]:
    """What makes a user without privileges of us; one who can read this interpreter, where there is one."""
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("setpriv is not installed, and this is the superuser")
    nobody = (setpriv, "--reuid=65534", "--regid=65534", "--clear-groups")
    spawning = "import conformance, subprocess, sys; subprocess.run([sys.argv[1], '-c', ''], check=True)"
    command = [*nobody, sys.executable, "-c", spawning, sys.executable]
    tried = subprocess.run(command, check=False, capture_output=True)
    return nobody if tried.returncode == 0 else (setpriv, "--bounding-set=-all", "--inh-caps=-all")


def test_a_user_without_privileges_can_try_crashes() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        Path(name).chmod(0o777)
        finished = crash(Path(name), REFERENCE, "--profile", "quick", launcher=unprivileged())

    assert 0 == finished.code, finished.output + finished.errors
    assert "recorder ptrace" in finished.output
