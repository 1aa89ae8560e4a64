"""Reaches the backend of a `golden` command, in a child, and keeps or compares what it writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.contract.connection import Driver
from conformance.drivers.command import CommandDriver, serve_command
from conformance.errors import UsageError
from conformance.execution.plan import TargetSpec
from conformance.releases.folder import Written, read_recordings, write_recording
from conformance.releases.manifest import Recording
from conformance.releases.recording import record
from conformance.releases.verifying import Verification, verify
from conformance.workspace import Workspace


def record_into(
    target: TargetSpec, directory: Path, *, may_replace: bool, timeout_scale: float
) -> tuple[Recording, Path, Written]:
    """Record a target; the recording, where it lies, and what became of it.

    Raises UsageError, TargetUnreachableError, NotTestableError, NotRecordableError.
    """
    with _reached(target, timeout_scale) as (driver, workspace):
        recording = record(driver, workspace)
    try:
        return recording, *write_recording(recording, directory, may_replace=may_replace)
    except OSError as error:
        raise UsageError(f"the recording cannot be written into {directory}: {error}") from None


def verify_against(target: TargetSpec, directory: Path, *, timeout_scale: float) -> Verification:
    """Compare a target with every version recorded in a directory.

    Raises UsageError, TargetUnreachableError, NotTestableError, NothingRecordedError.
    """
    recordings = read_recordings(directory)
    with _reached(target, timeout_scale) as (driver, workspace):
        return verify(driver, workspace, recordings)


@contextmanager
def _reached(target: TargetSpec, timeout_scale: float) -> Iterator[tuple[Driver, Workspace]]:
    """The target in a child, so that one that dies or hangs takes nothing with it."""
    driver = CommandDriver(target.command or serve_command(target.spelled), timeout_scale=timeout_scale)
    workspace = Workspace()
    try:
        yield driver, workspace
    finally:
        driver.close()
        workspace.close()
