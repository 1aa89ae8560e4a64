"""Commands for the tests of drivers, with a mark by which their processes can be found again."""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path

from conformance.drivers.command import CommandDriver, Limits, serve_command, serve_environment

HERE = Path(__file__).parent
BACKENDS = HERE / "a_backend.py"
OPEN_BACKEND = f"{BACKENDS}:open_backend"
MARK = "KIT_TEST_MARK"


def target(attribute: str) -> str:
    """A target in a_backend.py."""
    return f"{BACKENDS}:{attribute}"


def misbehaving(name: str) -> list[str]:
    """The command of a misbehaving adapter."""
    return [sys.executable, "-m", f"misbehaving.{name}"]


def new_mark() -> str:
    """A mark that no other process carries."""
    return uuid.uuid4().hex


def marked_environment() -> tuple[dict[str, str], str]:
    """An environment for commands, and the mark in it."""
    environment = serve_environment()
    mark = new_mark()
    path = os.pathsep.join([str(HERE), environment["PYTHONPATH"]])
    return environment | {"PYTHONPATH": path, MARK: mark}, mark


def serving(attribute: str, operation_s: float = 20.0) -> CommandDriver:
    """A driver over a target in a_backend.py."""
    limits = Limits(30.0, operation_s, 3.0)
    return CommandDriver(serve_command(target(attribute)), environment=serve_environment(), limits=limits)


def processes_with(mark: str) -> list[str]:
    """The command lines of the processes, zombies left out, whose environment holds the mark."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found
