"""A failure as something to paste: `replay FILE --as python` and `--as wire`, run as a user would."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Finished, command_environment, sidecar_conformance

BACKEND = """
from conformance.contract.records import Duration, Periodic
from reference_impl import open_backend as right


class Broken:
    def __init__(self, data_path):
        self._right = right(data_path)

    def __getattr__(self, name):
        return getattr(self._right, name)

    def cancel(self, id):
        raise KeyError(str(id))

    def record_scheduled(self, id, schedule):
        if isinstance(schedule, Periodic):
            schedule = Periodic(Duration(schedule.every.secs, 0))
        self._right.record_scheduled(id, schedule)

    def load_all(self):
        try:
            return self._right.load_all()
        except Exception:
            return []


def open_backend(data_path):
    return Broken(data_path)
"""
TARGET = "broken.py:open_backend"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the report of a backend that breaks CX-01, ER-01 and NF-01."""
    folder = tmp_path_factory.mktemp("failed")
    (folder / "broken.py").write_text(BACKEND, "utf-8")
    broken = ("--only", "CX-01,ER-01,NF-01", "--profile", "quick", "--seed", "7", "--report", "failed")
    assert 1 == sidecar_conformance(folder, "run", TARGET, *broken).code
    return folder


def example(folder: Path, id: str, words: str = "") -> Path:
    """A replay file of the requirement whose check's name holds these words."""
    files = sorted((folder / "failed" / "replays").glob(f"{id}-*.json"))
    return next(file for file in files if words in json.loads(file.read_text("utf-8"))["test"])


def pasted(folder: Path, id: str, form: str, words: str = "") -> Finished:
    file = example(folder, id, words)
    return sidecar_conformance(folder, "replay", str(file), "--as", form)


def run_program(folder: Path, program: str) -> str:
    """What a pasted program prints, and what it ends with."""
    process = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=command_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return process.stdout + process.stderr


def feed(folder: Path, lines: list[str]) -> list[dict[str, object]]:
    """The answers of an adapter, which is sent each line when the one before has been answered."""
    adapter = subprocess.Popen(
        [sys.executable, "-m", "conformance", "serve", TARGET],
        cwd=folder,
        env=command_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    answers = []
    with adapter:
        assert adapter.stdin is not None
        assert adapter.stdout is not None
        for line in lines:
            adapter.stdin.write(line + "\n")
            adapter.stdin.flush()
            answers.append(json.loads(adapter.stdout.readline()))
    return answers


def test_the_program_shows_what_a_backend_raises(folder: Path) -> None:
    printed = run_program(folder, pasted(folder, "CX-01", "python").output)

    assert "in cancel\n" in printed
    assert printed.rstrip().splitlines()[-1].startswith("KeyError: ")


def test_the_program_holds_the_clock_and_shows_what_is_loaded(folder: Path) -> None:
    program = pasted(folder, "NF-01", "python", "fires_a_period").output
    printed = run_program(folder, program)

    assert "clock.hold(SystemTime(" in program
    assert "Periodic(every=Duration(secs=0, nanos=0))" in printed


def test_the_program_plants_the_document(folder: Path) -> None:
    program = pasted(folder, "ER-01", "python").output

    assert ".write_bytes(\n    b'" in program
    assert run_program(folder, program).startswith("loaded:\nthe document: ")


def test_the_lines_show_an_adapters_failure(folder: Path) -> None:
    answers = feed(folder, pasted(folder, "CX-01", "wire").output.splitlines())
    errors = [answer["error"] for answer in answers if "error" in answer]

    assert ["escaped"] == [error["data"]["name"] for error in errors if isinstance(error, dict)]


def test_the_lines_find_their_document_in_place(folder: Path) -> None:
    printed = pasted(folder, "ER-01", "wire")
    answers = feed(folder, printed.output.splitlines())

    assert "holds b'" in printed.errors
    assert "error" not in answers[-2]
    assert [] == answers[-2]["result"]


def test_a_program_for_a_target_behind_a_command_is_refused(folder: Path) -> None:
    file = folder / "failed" / "replays" / "CX-01-1.json"
    refused = sidecar_conformance(folder, "replay", str(file), "--as", "python", "--", "./adapter")

    assert (4, True) == (refused.code, "take --as wire" in refused.errors)


@pytest.fixture(scope="module")
def old(folder: Path) -> Path:
    """A file without calls, as older versions wrote it, and the kit where the process dies."""
    form = json.loads((folder / "failed" / "replays" / "CX-01-1.json").read_text("utf-8"))
    del form["calls"]
    (folder / "old.json").write_text(json.dumps(form), "utf-8")
    (folder / "dies.py").write_text(BACKEND.replace("raise KeyError(str(id))", "__import__('os')._exit(7)"))
    return Path("old.json")


def test_a_file_without_calls_is_run_once_more_to_learn_them(folder: Path, old: Path) -> None:
    learned = sidecar_conformance(folder, "replay", str(old), "--as", "python")
    known = pasted(folder, "CX-01", "python")

    assert 0 == learned.code
    assert known.output == learned.output


def test_the_calls_of_a_process_that_died_are_learned_too(folder: Path, old: Path) -> None:
    program = sidecar_conformance(folder, "replay", str(old), "dies.py:open_backend", "--as", "python")

    assert "backend.cancel(" in program.output
    assert "KeyError" not in run_program(folder, program.output)


def test_what_tells_no_calls_is_refused(folder: Path, old: Path) -> None:
    right = sidecar_conformance(folder, "replay", str(old), "reference_impl:open_backend", "--as", "wire")

    assert (4, True) == (right.code, "tells no calls" in right.errors)
