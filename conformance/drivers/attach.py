"""Lets an author run the adapter by hand, under a debugger, while the kit speaks with it.

Two named pipes stand between: the kit's own child only carries lines to and fro.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from conformance import __version__
from conformance.contract.connection import DiedFault
from conformance.drivers.command import CommandDriver
from conformance.drivers.conversation import Conversation
from conformance.drivers.spawning import Limits
from conformance.drivers.surroundings import may_bypass_permissions
from conformance.errors import NotTestableError, TargetUnreachableError
from conformance.wire.messages import Request, encode_line
from conformance.wire.methods import METHODS, PROTOCOL

PATIENT = Limits(start=7 * 24 * 3600.0, operation=7 * 24 * 3600.0, leave=3.0)

# Ends as soon as the adapter closes its end. A background job of sh has no stdin but for descriptor 3.
_CARRY = 'exec 3<&0; cat <&3 > "$0/requests" & exec cat "$0/answers"'
_ONE_PROCESS = "the attached adapter is one process, started by hand; judge its command with `run -- COMMAND`"


class AttachedDriver(CommandDriver):
    """Speaks with an adapter that somebody else starts, through two named pipes in `folder`.

    `tell` is called with what to do, at first and whenever the adapter has ended; then the driver waits.
    There are no time limits: the adapter may stand in a debugger. Raises as CommandDriver does.
    """

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        for name in ("requests", "answers"):
            os.mkfifo(folder / name)
        self._folder = folder
        self._tell = tell
        self._announcement = "Waiting for the adapter."
        super().__init__(["sh", "-c", _CARRY, str(folder)], limits=PATIENT)

    def in_time_zone(self, posix_tz: str) -> NoReturn:
        """Raises NotTestableError: that takes a child of its own."""
        raise NotTestableError(f"another time zone is not testable: {_ONE_PROCESS}")

    @contextmanager
    def unprivileged(self) -> Iterator[None]:
        """Raises NotTestableError where it takes a child of its own."""
        if may_bypass_permissions():
            raise NotTestableError(f"permissions are not testable as the superuser: {_ONE_PROCESS}")
        yield

    def another_process(self, **environment: str) -> NoReturn:
        """Raises NotTestableError: there is no command for a second one."""
        raise NotTestableError(f"a second process is not testable: {_ONE_PROCESS}")

    def child_command(self) -> NoReturn:
        """Raises NotTestableError: there is no command for a child."""
        raise NotTestableError(f"a process under the tracer is not testable: {_ONE_PROCESS}")

    def call(self, conversation: Conversation, name: str, **values: Any) -> Any:
        """As with a child, but how the adapter ended is not known."""
        try:
            return super().call(conversation, name, **values)
        except DiedFault:
            raise DiedFault(f"{name}: the attached adapter ended") from None

    def _start(self) -> Conversation:
        self._tell(f"{self._announcement}\n{instructions(self._folder)}")
        self._announcement = "The adapter has ended. Start it again to go on."
        return super()._start()

    def _unreachable(self, reason: str, last_words: str = "") -> TargetUnreachableError:
        return TargetUnreachableError(
            f"the attached adapter cannot be used: {reason}{last_words}; "
            f"it must answer the initialize request first"
        )


def instructions(folder: Path) -> str:
    """How to start an adapter on the pipes in `folder`, and the first line that it will read."""
    requests, answers = shlex.quote(str(folder / "requests")), shlex.quote(str(folder / "answers"))
    kit = {"name": "sidecar-conformance", "version": __version__}
    params = METHODS["initialize"].encode_params({"protocol": PROTOCOL, "kit": kit})
    return (
        f"Start it with its standard input and output on these two pipes, by one of\n"
        f"    ./your-adapter < {requests} > {answers}\n"
        f"    gdb -ex 'run < {requests} > {answers}' ./your-adapter\n"
        f"    dlv exec ./your-adapter -r stdin:{requests} -r stdout:{answers}\n"
        f"    node --inspect-brk adapter.js < {requests} > {answers}\n"
        f"The first line that it reads is\n"
        f"    {encode_line(Request(1, 'initialize', params)).decode()}"
        f"No time limit holds. Ctrl-C ends the run."
    )
