"""Servers for the stores: started, killed and stopped, each on a loopback port and in a folder of its own.

A keeper (`keeper.py`) is a process that holds one server. It ends when its standard input does, and takes the
server and its folder along, whatever becomes of those who started it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.contract.faults import SchedulerPersistenceError

_START_S = 60


def address_of(kind: str) -> str:
    """The URL of the server, which `running` left in the environment. Raises SchedulerPersistenceError."""
    return _variable(kind, "URL")


def crash_server(kind: str) -> None:
    """Kill the server at once, and start it again. Returns when it can be reached."""
    with socket.socket(socket.AF_UNIX) as keeper:
        keeper.settimeout(_START_S)
        keeper.connect(_variable(kind, "KEEPER"))
        keeper.sendall(b"crash\n")
        answer = keeper.makefile().readline().strip()
    if answer != "up":
        raise RuntimeError(f"the {kind} server did not come up again: {answer or 'its keeper is gone'}")


@contextmanager
def running(kind: str, *settings: str) -> Iterator[dict[str, str]]:
    """Run a server with these settings; gives the environment variables that lead to it."""
    here = Path(__file__)
    command = [sys.executable, str(here.with_name("keeper.py")), kind, *settings]
    keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        told = keeper.stdout.readline().split()
        if len(told) != 2:
            raise RuntimeError(f"no {kind} server could be started")
        url, control = told
        yield {_name(kind, "URL"): url, _name(kind, "KEEPER"): control}
    finally:
        keeper.stdin.close()
        keeper.wait(_START_S)
        keeper.stdout.close()


def _name(kind: str, what: str) -> str:
    return f"STORES_{kind.upper()}_{what}"


def _variable(kind: str, what: str) -> str:
    try:
        return os.environ[_name(kind, what)]
    except KeyError:
        raise SchedulerPersistenceError(
            f"no {kind} server is known: run the store by `python -m tests.stores`, or a server by "
            f"`python tests/stores/keeper.py {kind}`, and set {_name(kind, what)}"
        ) from None
