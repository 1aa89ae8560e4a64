"""`run`: the suite on one backend."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from conformance.commands.common import TargetCommand, run_options, target_argument
from conformance.commands.settings import show_settings
from conformance.commands.streams import a_console
from conformance.errors import ExitCode, UsageError
from conformance.execution.options import plan_from_words
from conformance.execution.plan import TargetSpec
from conformance.execution.run import execute
from conformance.execution.settings import Settings, find_settings
from conformance.reports.github import append_summary, error_commands
from conformance.reports.progress import ConsoleAudience
from conformance.reports.results_json import render_results
from conformance.reports.sarif import render_run_sarif
from conformance.reports.terminal import Detail, print_summary
from conformance.results.run_record import RunRecord
from conformance.results.verdict import EXIT_CODES, RunVerdict

_FORMATS = {"json": render_results, "sarif": render_run_sarif}


class RunCommand(TargetCommand):
    """A command whose options also stand in the author's file."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        settings = find_settings(Path.cwd())
        extra["default_map"] = settings.default_map()
        ctx = super().make_context(info_name, args, parent, **extra)
        ctx.meta["settings"] = settings
        return ctx


@click.command(cls=RunCommand)
@target_argument
@run_options
@click.option("-x", "first", is_flag=True, help="end the run at the first failure (--maxfail 1)")
@click.option("-q", "--quiet", is_flag=True, help="only what failed, a line each, and the verdict")
@click.option("-v", "--verbose", is_flag=True, help="each check as it ends, and every story whole")
@click.option("--durations", type=click.IntRange(0), default=0, metavar="N", help="name the N slowest checks")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", *_FORMATS]),
    default="text",
    help="of what is written to standard output (text)",
)
@click.option("--show-config", is_flag=True, help="say where each setting comes from, and run nothing")
@click.pass_context
def run(ctx: click.Context, /, target: str | None, **options: Any) -> int:
    """Put the backend TARGET, or the one behind -- COMMAND, under the suite.

    TARGET and options may stand in [tool.sidecar-conformance] of pyproject.toml, or in
    sidecar-conformance.toml: a flag goes before an environment variable, and that before the file.
    """
    settings: Settings = ctx.meta["settings"]
    if options.pop("show_config"):
        click.echo(_shown(ctx, settings, target, options))
        return int(ExitCode.CONFORMANT)
    quiet, verbose, durations = (options.pop(name) for name in ("quiet", "verbose", "durations"))
    if quiet and verbose:
        raise UsageError("-q and -v say the opposite: leave one of them out")
    shape = options.pop("shape")
    if options.pop("first"):
        options["maxfail"] = options["maxfail"] or "1"
    words = {name.replace("_", "-"): word for name, word in options.items()}
    plan = plan_from_words(_spec(ctx, settings, target, options["attach"]), words, (str(Path.cwd()),))
    console = a_console(stderr=shape in _FORMATS)
    audience = ConsoleAudience(console, quiet=quiet, verbose=verbose)
    record = execute(plan, audience, audience.tell)
    print_summary(record, console, detail=Detail(quiet, verbose, durations))
    if record.judgement.verdict is RunVerdict.NOT_CONFORMANT and not plan.target.spelled:
        audience.tell("  backend or adapter? `sidecar-conformance smoke` tells whether the adapter is right")
    _tell_the_host(record, shape == "text")
    if shape in _FORMATS:
        click.echo(_FORMATS[shape](record), nl=False)
    return int(EXIT_CODES[record.judgement.verdict])


def _spec(ctx: click.Context, settings: Settings, target: str | None, attach: bool) -> TargetSpec:
    """The one target: of the command line, or of the file. Raises UsageError for none or two."""
    if target or ctx.obj or attach:
        return TargetSpec(target or "", ctx.obj or (), attach)
    return settings.spec()


def _shown(ctx: click.Context, settings: Settings, target: str | None, options: dict[str, Any]) -> str:
    said = bool(target or ctx.obj or options["attach"])
    try:
        spec = str(_spec(ctx, settings, target, options["attach"]))
    except UsageError:
        spec = ""
    return show_settings(ctx, settings, spec, "the command line" if said else str(settings.file or "default"))


def _tell_the_host(record: RunRecord, may_print: bool) -> None:
    """In GitHub Actions: annotations among the output, and a summary of the job."""
    if os.environ.get("GITHUB_ACTIONS") == "true" and may_print:
        for line in error_commands(record):
            click.echo(line)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        append_summary(record, Path(summary))
