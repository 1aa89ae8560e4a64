"""Which driver reaches a target."""

from __future__ import annotations

from conformance.contract.connection import Driver
from conformance.drivers.command import CommandDriver
from conformance.drivers.inprocess import InProcessDriver


def reach(spelled: str, command: tuple[str, ...], timeout_scale: float) -> Driver:
    """A driver for a target. Raises TargetUnreachableError when there is none by that name."""
    if command:
        return CommandDriver(command, timeout_scale=timeout_scale)
    return InProcessDriver(spelled)
