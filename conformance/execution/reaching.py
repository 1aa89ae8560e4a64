"""Which driver reaches a target, and how long the kit waits for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from conformance.contract.connection import Driver
from conformance.drivers.attach import AttachedDriver
from conformance.drivers.command import CommandDriver
from conformance.execution.plan import TargetSpec
from conformance.hosting.inprocess import InProcessDriver

_COMMANDS_ARE_WATCHED = 5.0


def reach(target: TargetSpec, timeout_scale: float, folder: Path, tell: Callable[[str], None]) -> Driver:
    """A driver for a target. Raises TargetUnreachableError when there is none by that name.

    An attached adapter finds its pipes below `folder`, and `tell` is called with what to do.
    """
    if target.attached:
        pipes = folder / "attach"
        pipes.mkdir()
        try:
            return AttachedDriver(pipes, tell)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"{target} did not answer yet, nothing was judged") from None
    if target.command:
        return CommandDriver(target.command, timeout_scale=timeout_scale)
    return InProcessDriver(target.spelled)


def patience(target: TargetSpec, timeout_scale: float) -> float:
    """By what the time limits of the black box are stretched.

    A command has limits of its own, and whoever kept them ends its processes properly: the black box only
    steps in when that fails. An attached adapter has none.
    """
    if target.attached:
        return math.inf
    return timeout_scale * (_COMMANDS_ARE_WATCHED if target.command else 1.0)
