"""`smoke`: is the adapter right?"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import click

from conformance.commands.common import TargetCommand, attach_option, scale_option, target_argument, target_of
from conformance.drivers.spawning import serve_command
from conformance.execution.plan import TargetSpec
from conformance.execution.probing import refuse_what_does_not_work
from conformance.execution.reaching import reach
from conformance.smoke import render
from conformance.smoke import smoke as converse


@click.command(cls=TargetCommand)
@target_argument
@attach_option
@scale_option
@click.pass_context
def smoke(ctx: click.Context, /, target: str | None, attach: bool, timeout_scale: float) -> int:
    """Ask whether the adapter is right, before the backend behind it is judged."""
    named = target_of(ctx, target, attach)
    spec = named
    if named.spelled:
        spec = TargetSpec(command=tuple(serve_command(named.spelled)))
    with tempfile.TemporaryDirectory(prefix="sidecar-smoke-") as folder:
        driver = reach(spec, timeout_scale, Path(folder), click.echo)
        try:
            if not named.attached:
                refuse_what_does_not_work(driver, named)
            report = converse(driver, has_adapter=not named.spelled)
        finally:
            driver.close()
    click.echo(render(replace(report, target=named.pasted)))
    return int(report.exit_code)
