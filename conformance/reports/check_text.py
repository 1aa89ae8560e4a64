"""A check of documents for the terminal: a problem and what follows from it, then what it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.text import Text

from conformance.linting.document import DocumentReport, Problem
from conformance.linting.outcome import CheckedFile, CheckRun, FixOutcome
from conformance.linting.rules import ProblemLevel
from conformance.oracle.inspection import shortened
from conformance.reports.visible import visible
from conformance.results.wording import plural

MOST_OF_A_KIND = 20
_STYLES = {ProblemLevel.ERROR: "bold red", ProblemLevel.WARNING: "yellow", ProblemLevel.NOTE: "cyan"}


def render_text(run: CheckRun) -> str:
    """The report in plain text, with every problem."""
    return "\n".join(line.plain for line in text_lines(run, whole=True))


def text_lines(run: CheckRun, *, whole: bool) -> Iterator[Text]:
    """The report, line by line; `whole` shows every problem, however many are of one kind."""
    for file in run.files:
        name = visible(file.name)
        if file.report is not None:
            yield from _problems(name, file.report, whole=whole)
            yield _summary(run, file, file.report)
        if file.error:
            yield Text.assemble(f"{name}: ", ("cannot be checked", "bold red"), f": {visible(file.error)}")
        if file.fix is not None:
            yield from _fix(name, file.fix)
    if len(run.files) > 1:
        sound = sum(run.is_sound(file) for file in run.files)
        yield Text(f"{len(run.files)} files, {sound} of them sound")


def _problems(name: str, report: DocumentReport, *, whole: bool) -> Iterator[Text]:
    shown: Counter[str] = Counter()
    for problem in report.problems:
        shown[problem.rule.name] += 1
        if whole or shown[problem.rule.name] <= MOST_OF_A_KIND:
            yield from _problem(name, problem)
    for rule, times in shown.items():
        if not whole and times > MOST_OF_A_KIND:
            yield Text(f"{name}: and {times - MOST_OF_A_KIND} more of {rule}; --all shows them", style="dim")


def _problem(name: str, problem: Problem) -> Iterator[Text]:
    rule = problem.rule
    place = f"{shortened(visible(problem.pointer))}: " if problem.pointer else ""
    yield Text.assemble(
        f"{name}:{problem.line}:{problem.column}: ",
        (rule.level.value, _STYLES[rule.level]),
        f": {place}{problem.message} ",
        (f"[{rule.name}, {rule.requirement}]", "dim"),
    )
    yield Text(f"    {rule.follows}")


def _summary(run: CheckRun, file: CheckedFile, report: DocumentReport) -> Text:
    said = [plural(report.rows, "row")]
    if report.loaded != report.rows:
        said.append(f"{report.loaded or 'none'} of them loaded")
    said += [plural(count, level.value) for level in ProblemLevel if (count := report.count(level))]
    sound = run.is_sound(file)
    verdict = ("sound", "bold green") if sound else ("not sound", "bold red")
    return Text.assemble(f"{visible(file.name)}: ", verdict, f": {', '.join(said)}")


def _fix(name: str, fix: FixOutcome) -> Iterator[Text]:
    if fix.obstacle:
        yield Text(f"{name}: not fixed: {fix.obstacle}")
    elif not fix.written:
        yield Text(f"{name}: nothing to fix: it is spelled as the product spells it")
    else:
        left = f"{plural(fix.left, 'problem')} left" if fix.left else "no problem left"
        yield Text(f"{name}: written in the usual form as {visible(fix.written)}: {left} in it")
    for change in fix.changes:
        yield Text(f"    {change}")
