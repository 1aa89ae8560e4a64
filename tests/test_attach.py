"""`--attach`: the kit says how to start the adapter and waits for it."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import hear_interrupts

_TRIES = 100
RUN = ("conformance", "run", "--attach", "--profile", "quick")
NULL = "reference_impl:open_null_backend"
REFERENCE = "reference_impl:open_backend"


class Kit:
    """A command of the kit that waits for an adapter."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SIDECAR_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=hear_interrupts,
        )

    def says(self, pattern: str) -> re.Match[str]:
        """The first line that matches."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = re.search(pattern, line)
            if found:
                return found
        raise AssertionError(f"no line matches {pattern}")

    def ends(self) -> tuple[int, str, str]:
        """Its exit code, the rest of its output, and its errors."""
        output, errors = self.process.communicate(timeout=300)
        return self.process.returncode, output, errors

    def verdicts(self) -> dict[str, str]:
        """The verdict on each requirement."""
        results = json.loads((self.folder / "sidecar-conformance-report" / "results.json").read_text())
        return {entry["id"]: entry["verdict"] for entry in results["requirements"]}


def attach(kit: Kit, target: str) -> subprocess.Popen[bytes]:
    """Start the adapter of `target` with the line that the kit prints."""
    told = kit.says(r"^    \./your-adapter (< .*)$")
    command = shlex.join([sys.executable, "-m", "conformance.adapter", target])
    return subprocess.Popen(["sh", "-c", f"exec {command} {told[1]}"])


def test_an_attached_adapter_is_judged(tmp_path: Path) -> None:
    kit = Kit(tmp_path, *RUN)
    adapter = attach(kit, NULL)
    code, output, errors = kit.ends()

    assert (0, "") == (code, errors)
    assert "conformant: " in output
    assert 0 == adapter.wait(30)


def test_what_takes_another_process_is_not_testable(tmp_path: Path) -> None:
    kit = Kit(tmp_path, *RUN, "--only", "NF-04,CC-01,CC-04,CR-02")
    adapter = attach(kit, REFERENCE)
    code, output, _ = kit.ends()
    found = kit.verdicts()

    assert 5 == code, output
    assert "not_testable: NF-04: another time zone is not testable: the attached adapter is one" in output
    assert {"NF-04": "not_testable", "CC-04": "not_testable", "CR-02": "not_testable"} == {
        id: found[id] for id in ("NF-04", "CC-04", "CR-02")
    }
    assert "passed" == found["CC-01"]
    assert 0 == adapter.wait(30)


def test_a_failure_is_replayed_on_an_adapter_that_is_attached_again(tmp_path: Path) -> None:
    target = f"{find_mutant('cancel_matches_prefixes')}:open_backend"
    kit = Kit(tmp_path, *RUN, "--only", "CX-03")
    adapters = [attach(kit, target)]
    code, _, _ = kit.ends()
    again = Kit(tmp_path, "conformance", "replay", "sidecar-conformance-report/replays/CX-03-1.json")
    adapters.append(attach(again, target))
    replayed, output, _ = again.ends()

    assert (1, 1) == (code, replayed)
    assert "broken: cancel matches the whole dotted id" in output
    assert [0, 0] == [adapter.wait(30) for adapter in adapters]


def test_the_pytest_door_waits_too(tmp_path: Path) -> None:
    options = ("--sidecar-attach", "--sidecar-profile=quick", "-k", "FS_01")
    kit = Kit(tmp_path, "pytest", "-p", "no:cacheprovider", "--pyargs", "conformance.suite", *options)
    adapter = attach(kit, NULL)
    code, output, _ = kit.ends()

    assert 0 == code, output
    assert "passed" == kit.verdicts()["FS-01"]
    assert 0 == adapter.wait(30)


def test_the_smoke_of_an_attached_adapter(tmp_path: Path) -> None:
    kit = Kit(tmp_path, "conformance", "smoke", "--attach")
    adapter = attach(kit, REFERENCE)
    code, output, _ = kit.ends()

    assert 0 == code, output
    assert 0 == adapter.wait(30)


@pytest.mark.parametrize("words", [RUN, ("conformance", "smoke", "--attach")], ids=["run", "smoke"])
def test_an_interrupt_ends_the_wait(tmp_path: Path, words: tuple[str, ...]) -> None:
    kit = Kit(tmp_path, *words)
    pipe = Path(kit.says(r"your-adapter < (\S+)")[1])
    kit.says("Ctrl-C")
    kit.process.send_signal(signal.SIGINT)
    code, _, errors = kit.ends()

    assert 2 == code
    assert "interrupted: an attached adapter did not answer yet, nothing was judged" in errors
    assert not pipe.exists()
    assert [] == left_behind(pipe)


def test_only_one_adapter_can_be_attached(tmp_path: Path) -> None:
    several, _, errors = Kit(tmp_path, *RUN, "--workers", "2").ends()
    named, _, _ = Kit(tmp_path, *RUN, REFERENCE).ends()

    assert (4, 4) == (several, named)
    assert "leave --workers at 1" in errors


def find_mutant(name: str) -> Path:
    return Path(__file__).parent / "mutants" / f"{name}.py"


def left_behind(pipe: Path) -> list[int]:
    """The processes of a pipe that do not end, though they have the time to."""
    for _ in range(_TRIES):
        found = processes_that_name(pipe)
        if not found:
            break
        time.sleep(0.1)
    return found


def processes_that_name(pipe: Path) -> list[int]:
    """Those that still run with the pipe's folder on their command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if os.fsencode(pipe.parent) in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found
