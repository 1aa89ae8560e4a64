"""`golden`: the backend in a child; what it writes is kept, or compared with what was kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from conformance.commands.common import TargetCommand, scale_option, target_of
from conformance.contract.connection import Driver
from conformance.drivers.command import CommandDriver, serve_command
from conformance.errors import ExitCode, UsageError, reason_of
from conformance.execution.plan import TargetSpec
from conformance.releases.folder import Written, read_recordings, write_recording
from conformance.releases.manifest import Recording
from conformance.releases.recording import record
from conformance.releases.report import (
    render_corpus,
    render_recording,
    render_recordings,
    render_verification,
)
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
        raise UsageError(f"the recording cannot be written into {directory}: {reason_of(error)}") from None


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


@click.group()
def golden() -> None:
    """Guard the format across releases: record what a version writes, verify that the next writes it too."""


def target_and_directory(ctx: click.Context, words: tuple[str, ...]) -> tuple[TargetSpec, Path]:
    """TARGET and DIR, or DIR alone where a command stands after --. Raises UsageError."""
    wanted = "DIR -- COMMAND" if ctx.obj else "TARGET DIR"
    if len(words) != (1 if ctx.obj else 2):
        command = ctx.command_path.partition(" ")[2]
        raise UsageError(f"{command} takes {wanted}, not {' '.join(words) or 'nothing'}")
    return target_of(ctx, None if ctx.obj else words[0]), Path(words[-1])


@golden.command(name="record", cls=TargetCommand)
@click.argument("words", metavar="[TARGET] DIR", nargs=-1)
@click.option("--replace", is_flag=True, help="replace another recording of the same version")
@scale_option
@click.pass_context
def record_command(ctx: click.Context, /, words: tuple[str, ...], replace: bool, timeout_scale: float) -> int:
    """Play the workloads on TARGET, or COMMAND, and keep what they leave in DIR/NAME-VERSION."""
    spec, directory = target_and_directory(ctx, words)
    recording, home, written = record_into(spec, directory, may_replace=replace, timeout_scale=timeout_scale)
    click.echo(f"{render_recording(recording)}\n{home}: {written.value}")
    return int(ExitCode.CONFORMANT)


@golden.command(name="verify", cls=TargetCommand)
@click.argument("words", metavar="[TARGET] DIR", nargs=-1)
@scale_option
@click.pass_context
def verify_command(ctx: click.Context, /, words: tuple[str, ...], timeout_scale: float) -> int:
    """Report every byte that TARGET, or COMMAND, writes otherwise than the versions recorded in DIR."""
    spec, directory = target_and_directory(ctx, words)
    verification = verify_against(spec, directory, timeout_scale=timeout_scale)
    click.echo(render_verification(verification), nl=False)
    return int(verification.exit_code)


@golden.command(name="list")
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
def list_golden(directory: Path | None) -> None:
    """Show what the package carries and which workloads there are, or what is recorded in DIR."""
    shown = render_corpus() if directory is None else render_recordings(read_recordings(directory))
    click.echo(shown, nl=False)
