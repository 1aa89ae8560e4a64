"""Runs the kit as a user does: the command, in a process and a folder of its own.

`sidecar_conformance` forks that process from one that has imported the kit: an interpreter that starts and
imports is most of what a small run costs. What it starts itself, such as workers and adapters, starts afresh.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from forks import command_in_fork

import conformance.errors

_TESTS = Path(__file__).parent


@dataclass(frozen=True)
class Finished:
    """A command that ended."""

    code: int
    output: str
    errors: str
    folder: Path

    def results(self) -> dict[str, Any]:
        """results.json of the report."""
        text = (self.folder / "sidecar-conformance-report" / "results.json").read_text("utf-8")
        results: dict[str, Any] = json.loads(text)
        return results

    def verdicts(self) -> dict[str, str]:
        """The verdict on each requirement."""
        return {entry["id"]: entry["verdict"] for entry in self.results()["requirements"]}


def sidecar_conformance(folder: Path, *arguments: str, timeout: float = 300, **environment: str) -> Finished:
    """`sidecar-conformance ARGUMENTS` in a folder, with the environment variables given."""
    with tempfile.TemporaryDirectory() as name:
        streams = Path(name) / "output", Path(name) / "errors"
        command = partial(_main, folder, arguments, command_environment() | environment, *streams)
        code = command_in_fork(command, timeout)
        output, errors = (stream.read_text("utf-8") for stream in streams)
    return Finished(code, output, errors, folder)


def _main(
    folder: Path, arguments: tuple[str, ...], environment: Mapping[str, str], output: Path, errors: Path
) -> int:
    """The command in this process, once it is as if an interpreter had been started for it."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in ((0, Path(os.devnull)), (1, output), (2, errors)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
        for number, mode in enumerate("rww")
    )
    beside_the_tests = [entry for entry in sys.path if not Path(entry or ".").is_relative_to(_TESTS)]
    sys.path[:] = [str(folder), *environment["PYTHONPATH"].split(os.pathsep), *beside_the_tests]
    random.seed()
    from conformance.cli import main

    try:
        main([*arguments])
    except SystemExit as end:
        return int(end.code or 0)


def run_python(
    folder: Path, module: str, *arguments: str, timeout: float = 300, **environment: str
) -> Finished:
    """`python -m MODULE ARGUMENTS` in a folder, with the environment variables given."""
    process = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=command_environment() | environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Finished(process.returncode, process.stdout, process.stderr, folder)


def hear_interrupts() -> None:
    """In a child that is about to become a command: what a shell starts in the background ignores SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def command_environment() -> dict[str, str]:
    """An environment for the command: with this package, and without its own variables but for one.

    A run has one worker unless a test asks for more: the other processors have tests of their own.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SIDECAR_")}
    package = Path(conformance.errors.__file__).parent.parent
    return inherited | {"PYTHONPATH": str(package), "SIDECAR_CONFORMANCE_WORKERS": "1"}
