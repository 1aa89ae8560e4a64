"""The commands that children are started with, and how long the kit waits for them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from conformance.contract.connection import ChildCommand
from conformance.errors import NotTestableError


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the kit waits, in seconds."""

    start: float = 60.0
    operation: float = 20.0
    leave: float = 3.0

    def scaled(self, factor: float) -> Limits:
        """The same, `factor` times as long."""
        return Limits(self.start * factor, self.operation * factor, self.leave * factor)


class Surroundings(NamedTuple):
    """What a child runs under; None is the kit's own time zone."""

    time_zone: str | None = None
    is_unprivileged: bool = False


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command and its environment."""

    argv: tuple[str, ...]
    environment: dict[str, str]

    def under(self, surroundings: Surroundings) -> CommandLine:
        """The command and environment that put a child under these surroundings."""
        environment = dict(self.environment)
        if surroundings.time_zone is not None:
            environment["TZ"] = surroundings.time_zone
        launcher = _launcher() if surroundings.is_unprivileged else ()
        return CommandLine((*launcher, *self.argv), environment)


def serve_command(spelling: str) -> list[str]:
    """The command that serves a Python target with this interpreter."""
    return [sys.executable, "-m", "conformance.adapter", spelling]


def served_target(argv: Sequence[str]) -> str | None:
    """The Python target that a command serves, where it is one of `serve_command`."""
    own = serve_command("")[:-1]
    return argv[-1] if list(argv[:-1]) == own else None


def python_child(spelling: str) -> ChildCommand:
    """How a Python target is started as a child of its own."""
    command = tuple(serve_command(spelling))
    return ChildCommand(command, serve_environment(), (*command, "--fork"))


def serve_environment() -> dict[str, str]:
    """An environment in which a child imports what this process can import."""
    return dict(os.environ) | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@cache
def check_launcher() -> None:
    """Try that the launcher takes the superuser's rights from a child. Raises NotTestableError."""
    with tempfile.TemporaryDirectory() as folder:
        forbidden = Path(folder, "forbidden")
        forbidden.touch(mode=0o000)
        reading = [sys.executable, "-I", "-S", "-c", "import sys; open(sys.argv[1])", str(forbidden)]
        done = subprocess.run([*_launcher(), *reading], capture_output=True, check=False, text=True)
    if done.returncode == 0 or "PermissionError" not in done.stderr:
        raise NotTestableError(
            f"the superuser's rights cannot be given up for a child: {done.stderr.strip()}"
        )


def _launcher() -> tuple[str, ...]:
    return sys.executable, "-I", "-S", str(Path(__file__).with_name("launcher.py"))
