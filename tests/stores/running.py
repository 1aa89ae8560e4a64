"""Puts a store under the kit as a user does: by the command, beside the server that it needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .entries import Entry
from .servers import running

ROOT = Path(__file__).parent.parent.parent
BREACHES = ("failed", "timeout")
UNTESTED = ("not_testable", "not_reached", "error")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the kit said of a store. `folder` is the report's; `results` is its results.json."""

    entry: Entry
    folder: Path
    results: Mapping[str, Any]
    output: str

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict on each requirement."""
        return {result["id"]: result["verdict"] for result in self.results["requirements"]}

    @property
    def version(self) -> str:
        """The version that the target tells."""
        return str(self.results["backend"]["version"])

    @property
    def breaks(self) -> list[str]:
        """The requirements that it breaks, of any level."""
        return [id for id, verdict in self.verdicts.items() if verdict in BREACHES]

    @property
    def untested(self) -> list[str]:
        """What is owed and could not be seen."""
        return [id for id, verdict in self.verdicts.items() if verdict in UNTESTED]

    def surprises(self) -> list[str]:
        """Where this is not what the table expects."""
        found = []
        for what, expected, seen in (
            ("breaks", self.entry.breaks, self.breaks),
            ("leaves untested", self.entry.untested, self.untested),
        ):
            if expected != frozenset(seen):
                words = ", ".join(sorted(expected)) or "nothing"
                found.append(f"{self.entry.name} {what} {', '.join(seen) or 'nothing'}, not {words}")
        return found

    def counterexample(self) -> tuple[str, str]:
        """What was observed in the plainest counterexample, in a line, and its replay file."""
        for result in self.results["requirements"]:
            for check in result["checks"] if result["verdict"] in BREACHES else ():
                if check.get("replay"):
                    replay = self.folder / check["replay"]
                    observed = json.loads(replay.read_text("utf-8"))["observed"]
                    return f"{result['id']}: {' '.join(observed.split())}", str(replay)
        return "", ""

    def findings(self) -> list[str]:
        """What checks that pass have to say."""
        return [
            check["message"]
            for result in self.results["requirements"]
            for check in result["checks"]
            if check["verdict"] == "passed" and check.get("message")
        ]


def run(entry: Entry, folder: Path, *options: str) -> Outcome:
    """Run the kit on a store; its report goes into `folder`. Raises RuntimeError when it gives none."""
    server: AbstractContextManager[dict[str, str]] = nullcontext({})
    if entry.server:
        server = running(entry.server, *entry.settings)
    command = [sys.executable, "-m", "conformance", "run", f"tests.stores.{entry.target}"]
    command += ["--report", str(folder), *options]
    with server as variables:
        environment = os.environ | variables | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1, 5}:
        raise RuntimeError(f"{entry.name}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    results = json.loads((folder / "results.json").read_text("utf-8"))
    return Outcome(entry, folder, results, done.stdout)
