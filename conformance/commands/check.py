"""`check`: files in, a run of the linter out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from conformance import __version__
from conformance.commands.document_files import STANDARD_INPUT, read_file, replace_file, write_beside
from conformance.commands.streams import a_console
from conformance.contract.records import SystemTime
from conformance.contract.requirements import load_ruleset
from conformance.errors import UsageError, reason_of
from conformance.linting.document import check_document
from conformance.linting.fixing import fix_document
from conformance.linting.instants import parse_instant
from conformance.linting.outcome import CheckedFile, CheckRun, FixOutcome
from conformance.linting.rules import ProblemLevel
from conformance.reports.check_formats import CHECK_FORMATS
from conformance.reports.check_text import text_lines


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What `check` was asked for. `in_place` says where a fixed document goes."""

    now: SystemTime
    level: ProblemLevel = ProblemLevel.ERROR
    fix: bool = False
    in_place: bool = False


def instant_of(text: str | None) -> SystemTime:
    """The instant that --now names; without it, the clock's. Raises UsageError."""
    if text is None:
        return SystemTime.from_nanos(time.time_ns())
    try:
        return parse_instant(text)
    except ValueError as error:
        wanted = "--now takes an instant such as 2026-11-25T10:00:00Z"
        raise UsageError(f"{wanted}, not {text!r}: {error}") from None


def check_files(names: Sequence[str], options: CheckOptions, console: Console) -> CheckRun:
    """Check every file, showing progress on a terminal. Raises UsageError for options that do not fit."""
    if options.in_place and not options.fix:
        raise UsageError("--in-place says where --fix writes; give both")
    if options.fix and STANDARD_INPUT in names:
        raise UsageError("--fix needs a file to write to: what came from standard input has none")
    files = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for name in names:
            bar = progress.add_task(_shown(name), total=1.0)
            files.append(_check_file(name, options, partial(_show, progress, bar)))
            _show(progress, bar, 1.0)
    return CheckRun(tuple(files), options.now, options.level, __version__, load_ruleset().version)


def _show(progress: Progress, bar: TaskID, done: float) -> None:
    progress.update(bar, completed=done)


def _check_file(name: str, options: CheckOptions, progress: Callable[[float], None]) -> CheckedFile:
    try:
        data = read_file(name)
    except OSError as error:
        return CheckedFile(_shown(name), None, reason_of(error))
    checked = CheckedFile(_shown(name), check_document(data, options.now, progress))
    return _fixed(Path(name), data, checked, options) if options.fix else checked


def _shown(name: str) -> str:
    return "<stdin>" if name == STANDARD_INPUT else name


def _fixed(path: Path, data: bytes, checked: CheckedFile, options: CheckOptions) -> CheckedFile:
    """The file as fixing leaves it, with what became of that."""
    fix = fix_document(data)
    if fix.content is None:
        return replace(checked, fix=FixOutcome(obstacle=fix.obstacle))
    if fix.content == data:
        return replace(checked, fix=FixOutcome())
    after = check_document(fix.content, options.now)
    try:
        if options.in_place:
            written = replace_file(path, data, fix.content)
        else:
            written = write_beside(path, fix.content)
    except OSError as error:
        return replace(checked, error=f"the fixed document cannot be written: {reason_of(error)}")
    outcome = FixOutcome(str(written), left=len(after.problems), changes=fix.changes)
    return replace(checked, report=after if options.in_place else checked.report, fix=outcome)


@click.command()
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
    options = CheckOptions(instant_of(now), ProblemLevel(level), fix, in_place)
    outcome = check_files(files, options, a_console(stderr=True))
    if form == "text":
        console = a_console()
        for line in text_lines(outcome, whole=whole):
            console.print(line, soft_wrap=True)
    else:
        click.echo(CHECK_FORMATS[form](outcome))
    return int(outcome.exit_code)
