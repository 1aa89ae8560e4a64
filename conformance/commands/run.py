"""`run`: the suite on one backend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from conformance.commands.common import TargetCommand, run_options, target_argument, target_of
from conformance.commands.streams import a_console
from conformance.execution.options import plan_from_words
from conformance.execution.run import execute
from conformance.reports.progress import ConsoleAudience
from conformance.reports.terminal import print_summary
from conformance.results.verdict import EXIT_CODES, RunVerdict


@click.command(cls=TargetCommand)
@target_argument
@run_options
@click.pass_context
def run(ctx: click.Context, /, target: str | None, **options: Any) -> int:
    """Put the backend TARGET, or the one behind -- COMMAND, under the suite."""
    console = a_console()
    words = {name.replace("_", "-"): word for name, word in options.items()}
    plan = plan_from_words(target_of(ctx, target, options["attach"]), words, (str(Path.cwd()),))
    audience = ConsoleAudience(console)
    record = execute(plan, audience, audience.tell)
    print_summary(record, console)
    if record.judgement.verdict is RunVerdict.NOT_CONFORMANT and not plan.target.spelled:
        click.echo("  backend or adapter? `sidecar-conformance smoke` tells whether the adapter is right")
    return int(EXIT_CODES[record.judgement.verdict])
