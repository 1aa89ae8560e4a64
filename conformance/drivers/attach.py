"""Lets an author run the adapter by hand, under a debugger, while the kit speaks with it.

Two named pipes stand between: the kit's own child only carries lines to and fro.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from conformance import __version__
from conformance.drivers.spawning import Limits
from conformance.wire.messages import Request, encode_line
from conformance.wire.methods import METHODS, PROTOCOL

PATIENT = Limits(start=24 * 3600.0, operation=24 * 3600.0, leave=3.0)
_CARRY = 'cat "$0/answers" & exec cat > "$0/requests"'


@dataclass(frozen=True, slots=True)
class Attachment:
    """The command for a CommandDriver (with the limits PATIENT), and what to tell the author."""

    command: list[str]
    instructions: str


def attach(folder: Path) -> Attachment:
    """Make the two pipes in `folder`. Raises OSError where that cannot be done."""
    for name in ("requests", "answers"):
        os.mkfifo(folder / name)
    kit = {"name": "sidecar-conformance", "version": __version__}
    first = METHODS["initialize"].encode_params({"protocol": PROTOCOL, "kit": kit})
    redirection = f"< {shlex.quote(str(folder / 'requests'))} > {shlex.quote(str(folder / 'answers'))}"
    return Attachment(
        ["sh", "-c", _CARRY, str(folder)],
        f"Start the adapter now, under a debugger if you like; the kit waits for it:\n"
        f"    ./your-adapter {redirection}\n"
        f"    gdb -ex 'run {redirection}' ./your-adapter\n"
        f"The first line that it will read is\n"
        f"    {encode_line(Request(1, 'initialize', first)).decode()}",
    )
