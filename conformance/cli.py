"""The command line. Exit codes are those of `conformance.errors.ExitCode`."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from conformance import __version__
from conformance.contract.classes import ConformanceClass
from conformance.contract.requirements import load_ruleset
from conformance.errors import ExitCode, SidecarConformanceError, UsageError
from conformance.execution.options import (
    PLAN_OPTIONS,
    environment_name,
    parse_only,
    parse_scale,
    parse_workers,
    plan_from_words,
    refuse_unknown_variables,
)
from conformance.execution.plan import TargetSpec
from conformance.execution.streams import a_console, make_streams_safe, silence_output
from conformance.reports.visible import visible, visible_lines
from conformance.suite.profiles import PROFILES

_F = TypeVar("_F", bound=Callable[..., Any])


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    make_streams_safe()
    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) is signal.SIG_DFL:
            signal.signal(ending, _interrupt)
    sys.exit(run_command_line(arguments))


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def run_command_line(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit code."""
    try:
        refuse_unknown_variables(os.environ)
        code = cli.main(arguments, prog_name="sidecar-conformance", standalone_mode=False)
        return int(code or 0)
    except SidecarConformanceError as error:
        click.echo(f"sidecar-conformance: {visible_lines(str(error))}", err=True)
        return int(error.exit_code)
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except (KeyboardInterrupt, click.Abort) as interruption:
        # click makes an Abort of it
        words = str(interruption.__cause__ or interruption)
        click.echo(f"sidecar-conformance: interrupted{words and ': '}{words}", err=True)
        return int(ExitCode.INTERRUPTED)
    except (BrokenPipeError, SystemExit):
        # Whoever read our output has gone, of which click makes an exit: nobody is left to tell.
        silence_output()
        return int(ExitCode.KIT_FAILED)
    except Exception as error:
        click.echo(f"sidecar-conformance: {_what_failed(error)}", err=True)
        return int(ExitCode.KIT_FAILED)


def _what_failed(error: Exception) -> str:
    """A sentence on an error that nobody foresaw; where it happened is kept in a file for its report."""
    words = f"the kit failed: {type(error).__name__}: {visible(str(error))}"
    if isinstance(error, OSError):
        return words
    descriptor, name = tempfile.mkstemp(prefix="sidecar-conformance-failure-", suffix=".txt")
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(traceback.format_exc())
    return f"{words}; please report it with {name}"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sidecar-conformance")
def cli() -> None:
    """Is a uni-db SchedulerPersistence backend right?"""


class TargetCommand(click.Command):
    """A command whose `-- COMMAND ARGS...` is told apart from its TARGET."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        before, dashes, command = args, [], []
        if "--" in args:
            place = args.index("--")
            before, dashes, command = args[:place], ["--"], args[place + 1 :]
        if dashes and not command:
            raise click.UsageError("-- must be followed by a command", ctx)
        ctx.obj = tuple(command)
        return super().parse_args(ctx, before)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- COMMAND ARGS...]"]


def target_argument(function: _F) -> _F:
    """TARGET, which may stand after -- as a command instead."""
    return click.argument("target", required=False)(function)


def target_of(ctx: click.Context, target: str | None, attach: bool) -> TargetSpec:
    """The one target named. Raises UsageError for none or two."""
    return TargetSpec(target or "", ctx.obj or (), attach)


def attach_option(function: _F) -> _F:
    """--attach, in place of a target."""
    return click.option("--attach", is_flag=True, help="wait for an adapter that you start by hand")(function)


def scale_option(function: _F) -> _F:
    """--timeout-scale, of the commands that are no run."""
    return click.option(
        "--timeout-scale",
        type=str,
        default="1",
        metavar="F",
        callback=lambda context, parameter, word: parse_scale(word),
        help="stretches every time limit (1)",
    )(function)


def run_options(function: _F) -> _F:
    """The options of a run, each mirrored by an environment variable."""
    for option in reversed(PLAN_OPTIONS):
        settings: dict[str, Any] = {"help": option.help, "envvar": environment_name(option.name)}
        if option.flag:
            settings["is_flag"] = True
        elif option.choices:
            settings["type"] = click.Choice(option.choices)
        else:
            settings |= {"metavar": option.metavar, "multiple": option.repeats}
        function = click.option(f"--{option.name}", option.name.replace("-", "_"), **settings)(function)
    return function


@cli.command(cls=TargetCommand)
@target_argument
@run_options
@click.pass_context
def run(ctx: click.Context, /, target: str | None, **options: Any) -> int:
    """Put the backend TARGET, or the one behind -- COMMAND, under the suite."""
    from conformance.execution.run import execute
    from conformance.reports.progress import ConsoleAudience
    from conformance.reports.terminal import print_summary
    from conformance.results.verdict import EXIT_CODES, RunVerdict

    console = a_console()
    words = {name.replace("_", "-"): word for name, word in options.items()}
    plan = plan_from_words(target_of(ctx, target, options["attach"]), words, (str(Path.cwd()),))
    audience = ConsoleAudience(console)
    record = execute(plan, audience, audience.tell)
    print_summary(record, console)
    if record.judgement.verdict is RunVerdict.NOT_CONFORMANT and not plan.target.spelled:
        click.echo("  backend or adapter? `sidecar-conformance smoke` tells whether the adapter is right")
    return int(EXIT_CODES[record.judgement.verdict])


@cli.command(cls=TargetCommand)
@target_argument
@attach_option
@scale_option
@click.pass_context
def smoke(ctx: click.Context, /, target: str | None, attach: bool, timeout_scale: float) -> int:
    """Ask whether the adapter is right, before the backend behind it is judged."""
    from conformance.drivers.spawning import serve_command
    from conformance.execution.reaching import reach
    from conformance.smoke import render
    from conformance.smoke import smoke as converse

    spec = target_of(ctx, target, attach)
    if spec.spelled:
        spec = TargetSpec(command=tuple(serve_command(spec.spelled)))
    with tempfile.TemporaryDirectory(prefix="sidecar-smoke-") as folder:
        driver = reach(spec, timeout_scale, Path(folder), click.echo)
        try:
            report = converse(driver)
        finally:
            driver.close()
    click.echo(render(report))
    return int(report.exit_code)


@cli.command(cls=TargetCommand)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@target_argument
@attach_option
@scale_option
@click.pass_context
def replay(ctx: click.Context, /, file: Path, target: str | None, attach: bool, timeout_scale: float) -> int:
    """Run the failing example of a replay FILE again, on the same target or on another."""
    from conformance.execution.replaying import replay_file
    from conformance.reports.explanation import explain_failure

    spec = target_of(ctx, target, attach) if target or ctx.obj or attach else None
    outcome = replay_file(file, spec, timeout_scale)
    if outcome.counterexample is None:
        click.echo(f"{outcome.requirement} holds on this example: it no longer fails")
        return int(ExitCode.CONFORMANT)
    click.echo(explain_failure(load_ruleset()[outcome.requirement], outcome, file.parent))
    return int(ExitCode.NOT_CONFORMANT)


@cli.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text")
@click.option(
    "--level",
    type=click.Choice(["error", "warning", "note"]),
    default="error",
    help="the weakest that counts",
)
@click.option("--now", metavar="INSTANT", help="judge as things stand then (the clock)")
@click.option("--all", "whole", is_flag=True, help="show every problem, however many are of one kind")
@click.option("--fix", is_flag=True, help="write a normalised copy beside: NAME.fixed.json")
@click.option("--in-place", is_flag=True, help="with --fix: replace the file itself")
def check(
    files: tuple[str, ...], form: str, level: str, now: str | None, whole: bool, fix: bool, in_place: bool
) -> int:
    """Lint sidecar documents: what is wrong, where, and what follows. - is standard input.

    Exit code 0: no problem of a level that counts; 1: some; 4: a file cannot be read.
    """
    from conformance.execution.checking import CheckOptions, check_files, instant_of
    from conformance.linting.rules import ProblemLevel
    from conformance.reports.check_formats import CHECK_FORMATS
    from conformance.reports.check_text import text_lines

    options = CheckOptions(instant_of(now), ProblemLevel(level), fix, in_place)
    outcome = check_files(files, options, a_console(stderr=True))
    if form == "text":
        console = a_console()
        for line in text_lines(outcome, whole=whole):
            console.print(line, soft_wrap=True)
    else:
        click.echo(CHECK_FORMATS[form](outcome))
    return int(outcome.exit_code)


@cli.command()
@click.argument("results", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", "directory", required=True, type=click.Path(path_type=Path, file_okay=False))
def report(results: tuple[Path, ...], directory: Path) -> None:
    """Turn RESULTS into HTML: a page for one results.json, a comparison for several.

    RESULTS may be the report directories themselves. Exit code 4: a file is no results file, or one that
    contradicts itself.
    """
    from conformance.execution.reporting import write_html

    for line in write_html(results, directory):
        click.echo(line)


@cli.command(cls=TargetCommand)
@target_argument
@click.option("--start", metavar="START", help="document, document=BYTES, nothing, empty or leftovers")
@click.option(
    "--operations",
    metavar="OP,OP",
    help="one to three of schedule, reschedule, cancel, start, finish, fail, flush, resize=BYTES",
)
@click.option(
    "--model",
    type=click.Choice(["ordered", "posix", "strict"]),
    default="posix",
    help="what a loss of power may lose (posix, which decides)",
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
    from conformance.execution.crash_console import ConsoleCrashAudience
    from conformance.execution.crashing import crash_plan, try_crashes

    plan = crash_plan(target_of(ctx, target, False), **options)
    return int(try_crashes(plan, ConsoleCrashAudience(a_console())))


@cli.command(name="list")
@click.option("--class", "class_", type=click.Choice([each.value for each in ConformanceClass]))
def list_requirements(class_: str | None) -> None:
    """List the rule set: id, level, the classes that owe it, what it needs, its text."""
    for requirement in load_ruleset().requirements:
        if class_ is None or ConformanceClass(class_) in requirement.applies:
            classes = ",".join(each.value for each in ConformanceClass if each in requirement.applies)
            needs = f" needs {requirement.needs}" if requirement.needs else ""
            click.echo(
                f"{requirement.id}  {requirement.level.value:<6}  [{classes}]{needs}  {requirement.text}"
            )


@cli.command()
@click.argument("id")
def explain(id: str) -> None:
    """Explain the requirement ID: its text, where it comes from, how it is checked."""
    from conformance.reports.requirement import explain_requirement

    wanted = id.upper()
    if wanted not in load_ruleset():
        raise UsageError(
            f"{id} is no requirement of rule set {load_ruleset().version}; `list` shows them all"
        )
    click.echo(explain_requirement(load_ruleset()[wanted]))


@cli.command()
@click.argument("name", required=False)
def schema(name: str | None) -> None:
    """Print the JSON Schema NAME; without a name, say which there are."""
    from conformance.schemas import schema_names, schema_text

    if name is None:
        click.echo("\n".join(schema_names()))
        return
    click.echo(schema_text(name), nl=False)


@cli.group()
def golden() -> None:
    """Guard the format across releases: record what a version writes, verify that the next writes it too."""


def target_and_directory(ctx: click.Context, words: tuple[str, ...]) -> tuple[TargetSpec, Path]:
    """TARGET and DIR, or DIR alone where a command stands after --. Raises UsageError."""
    wanted = "DIR -- COMMAND" if ctx.obj else "TARGET DIR"
    if len(words) != (1 if ctx.obj else 2):
        raise UsageError(f"{ctx.command_path} takes {wanted}, not {' '.join(words) or 'nothing'}")
    return target_of(ctx, None if ctx.obj else words[0], attach=False), Path(words[-1])


@golden.command(cls=TargetCommand)
@click.argument("words", metavar="[TARGET] DIR", nargs=-1)
@click.option("--replace", is_flag=True, help="replace another recording of the same version")
@scale_option
@click.pass_context
def record(ctx: click.Context, /, words: tuple[str, ...], replace: bool, timeout_scale: float) -> int:
    """Play the workloads on TARGET, or COMMAND, and keep what they leave in DIR/NAME-VERSION."""
    from conformance.execution.releasing import record_into
    from conformance.releases.report import render_recording

    spec, directory = target_and_directory(ctx, words)
    recording, home, written = record_into(spec, directory, may_replace=replace, timeout_scale=timeout_scale)
    click.echo(f"{render_recording(recording)}\n{home}: {written.value}")
    return int(ExitCode.CONFORMANT)


@golden.command(cls=TargetCommand)
@click.argument("words", metavar="[TARGET] DIR", nargs=-1)
@scale_option
@click.pass_context
def verify(ctx: click.Context, /, words: tuple[str, ...], timeout_scale: float) -> int:
    """Report every byte that TARGET, or COMMAND, writes otherwise than the versions recorded in DIR."""
    from conformance.execution.releasing import verify_against
    from conformance.releases.report import render_verification

    spec, directory = target_and_directory(ctx, words)
    verification = verify_against(spec, directory, timeout_scale=timeout_scale)
    click.echo(render_verification(verification), nl=False)
    return int(verification.exit_code)


@golden.command(name="list")
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
def list_golden(directory: Path | None) -> None:
    """Show what the package carries and which workloads there are, or what is recorded in DIR."""
    from conformance.releases.folder import read_recordings
    from conformance.releases.report import render_corpus, render_recordings

    shown = render_corpus() if directory is None else render_recordings(read_recordings(directory))
    click.echo(shown, nl=False)


@cli.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--lang", required=True, help="python, rust, go or node")
def init(directory: Path, lang: str) -> None:
    """Write a starter backend with its adapter into DIRECTORY."""
    from conformance.templates import write_template

    for path in write_template(lang, directory):
        click.echo(path)
    click.echo(f"Read {directory / 'README.md'}: what to replace, and the commands.")


@cli.command()
@click.argument("target")
def serve(target: str) -> int:
    """Serve the Python backend TARGET over standard input and output: the author's side of the wire."""
    from conformance.adapter.serve import serve as serve_target

    sys.path.insert(0, str(Path.cwd()))
    return serve_target(target)


@cli.command()
@click.option("--sample", type=int, default=1, metavar="N", help="run every N-th mutant only")
@click.option("--only", metavar="ID,ID", help="mutants that break one of these")
@click.option("--workers", default="auto", metavar="N|auto")
@click.option("--profile", type=click.Choice(list(PROFILES)), default="quick")
@click.option("--seed", type=int, default=0)
@click.option("--wire", is_flag=True, help="behind a command, as backends in other languages are")
def selftest(sample: int, only: str | None, workers: str, profile: str, seed: int, wire: bool) -> int:
    """Prove that the checks can fail: put deliberately broken backends under the suite."""
    from conformance.execution.selftest import SelftestOptions
    from conformance.execution.selftest import selftest as run_selftest

    options = SelftestOptions(sample, parse_only(only), parse_workers(workers), profile, seed, wire)
    return int(run_selftest(options, a_console()))
