"""A right adapter to spoil: it answers through `answer(session, line)`, which gives a line or None.

Each script beside this one has one fault. They are run as commands, never imported.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conformance.adapter.open_backends import OpenBackends
from conformance.hosting.inprocess import InProcessDriver

TARGET = f"{Path(__file__).parents[1] / 'a_backend.py'}:open_backend"


def run(answer: Callable[[OpenBackends, bytes], bytes | None]) -> None:
    """Answer each line of stdin with what `answer` makes of it, until there are no more."""
    session = OpenBackends(InProcessDriver(TARGET))
    for line in sys.stdin.buffer:
        reply = answer(session, line)
        if reply is not None:
            say(reply)


def say(line: bytes) -> None:
    """Write a line to stdout at once."""
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def spoil(answer: bytes, **changes: Any) -> bytes:
    """An answer with some members changed."""
    return json.dumps(json.loads(answer) | changes).encode() + b"\n"


def method(line: bytes) -> str:
    """The method of a request."""
    return str(json.loads(line)["method"])
