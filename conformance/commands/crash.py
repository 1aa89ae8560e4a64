"""`crash`: the crash engine alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from conformance.commands.common import TargetCommand, scale_option, target_argument, target_of
from conformance.commands.crash_console import ConsoleCrashAudience
from conformance.commands.crashing import crash_plan, try_crashes
from conformance.commands.streams import a_console
from conformance.contract.classes import ConformanceClass
from conformance.crash.persistence import DEFAULT_MODEL, MODELS
from conformance.crash.scenarios.scenario import STARTS
from conformance.testing.profiles import PROFILES


@click.command(cls=TargetCommand)
@target_argument
@click.option("--start", metavar="START", help=f"one of {', '.join(STARTS)}")
@click.option(
    "--operations",
    metavar="OP,OP",
    help="one to three of schedule, reschedule, cancel, start, finish, fail, flush, resize=BYTES, "
    "maintenance=N (so many mutations, until the backend tidies up)",
)
@click.option(
    "--model",
    type=click.Choice(list(MODELS)),
    default=DEFAULT_MODEL,
    help=f"what a loss of power may lose ({DEFAULT_MODEL}, which decides)",
)
@click.option("--budget", metavar="SECONDS", type=float, default=120.0, help="for all of it (120)")
@click.option(
    "--profile", type=click.Choice(list(PROFILES)), default="default", help="which scenarios (default)"
)
@click.option(
    "--class", "class_", type=click.Choice([each.value for each in ConformanceClass]), help="judge as this"
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default=Path("sidecar-conformance-crashes"),
    help="where violations are kept (sidecar-conformance-crashes)",
)
@scale_option
@click.pass_context
def crash(ctx: click.Context, /, target: str | None, **options: Any) -> int:
    """Try crashes on the backend TARGET, or the one behind -- COMMAND, and show what survives.

    Kills before every system call, losses of power at every point, calls that fail. Without --start and
    --operations all scenarios of the profile are tried.
    """
    plan = crash_plan(target_of(ctx, target), **options)
    return int(try_crashes(plan, ConsoleCrashAudience(a_console())))
