"""Runs the kit as a user does: the command, in a process and a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import conformance.errors


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
    """`sidecar-conformance ARGUMENTS` in a folder."""
    return run_python(folder, "conformance", *arguments, timeout=timeout, **environment)


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


def command_environment() -> dict[str, str]:
    """An environment for the command: without its own variables, and with this package."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SIDECAR_")}
    package = Path(conformance.errors.__file__).parent.parent
    return inherited | {"PYTHONPATH": str(package)}
