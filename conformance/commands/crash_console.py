"""Shows on a console how crashes are tried: a live line, a line a scenario, violations, what it comes to."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from conformance.commands.crashing import CrashPlan, Explored
from conformance.contract.requirements import load_ruleset
from conformance.contract.target import Description
from conformance.crash.judging.orders import ExplorationStep
from conformance.crash.telling.verdicts import CrashReport
from conformance.reports.explanation import explain_failure
from conformance.results.verdict import CheckOutcome
from conformance.results.wording import plural

_RELOADING = ("kills", "power", "advice", "second lives")


class ConsoleCrashAudience:
    """A `CrashAudience` that prints."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._plan: CrashPlan | None = None
        self._violations = 0
        self._began = 0.0
        self._progress = Progress(
            SpinnerColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("")

    def begins(self, description: Description, recorder: str, plan: CrashPlan) -> None:
        """Say who is looked at, and by which means."""
        self._plan = plan
        version = f" {description.version}" if description.version else ""
        kind = description.conformance_class.value
        self._say(f"{description.name}{version}: class {kind}, recorder {recorder}, model {plan.model}")
        self._progress.start()

    def step(self, step: ExplorationStep) -> None:
        """Show what is under way."""
        if step.phase == "recording":
            self._began = time.monotonic()
        seconds = max(time.monotonic() - self._began, 0.001)
        done = f"{step.states} states ({step.states / seconds:.0f} a second), {step.runs} runs"
        self._progress.update(self._task, description=f"{step.workload}: {step.phase}; {done}")

    def explored(self, explored: Explored) -> None:
        """A line for a scenario."""
        report = explored.report
        name = f"{explored.scenario.name:<44}"
        if report is None:
            self._say(f"{name} does not come up: it leaves no temporary files")
            return
        failing = f"{_errors(report)} of {_errors(report) + report.unexplored}"
        counts = f"{report.kills:4} kills {report.states:5} losses of power {failing:>10} failing calls"
        self._say(f"{name}{counts} {explored.seconds:6.1f} s")
        if report.untestable:
            self._say(f"  not testable: {report.untestable}", style="yellow")

    def violated(self, outcome: CheckOutcome) -> None:
        """A violation, in full."""
        assert self._plan is not None
        self._violations += 1
        self._say("")
        self._say(
            explain_failure(load_ruleset()[outcome.requirement], outcome, self._plan.report), style="red"
        )
        self._say("")

    def ends(self, all_explored: Sequence[Explored], left_out: int) -> None:
        """What it comes to."""
        self._progress.stop()
        reports = [one.report for one in all_explored if one.report is not None]
        kills, losses = sum(one.kills for one in reports), sum(one.states for one in reports)
        reloading = sum(one.seconds.get(phase, 0.0) for one in reports for phase in _RELOADING)
        self._say(
            f"{self._found(reports)} in {sum(one.seconds for one in all_explored):.1f} s:"
            f" {plural(kills, 'kill')}, {losses} {'loss' if losses == 1 else 'losses'} of power,"
            f" {plural(sum(map(_errors, reports)), 'failing call')};"
            f" {(kills + losses) / max(reloading, 0.001):.0f} states a second"
        )
        if left_out:
            words = f"{plural(left_out, 'scenario')} {'was' if left_out == 1 else 'were'} left out"
            self._say(f"the budget was used up: {words} (--budget)", style="yellow")

    def _found(self, reports: Sequence[CrashReport]) -> str:
        if self._violations:
            return f"{plural(self._violations, 'requirement')} broken"
        blind = sum(report.untestable is not None for report in reports)
        if blind == len(reports):
            return "nothing could be looked at, so nothing is said of the backend,"
        if blind:
            of_all = f"{blind} of {plural(len(reports), 'scenario')}"
            return f"no violation found, but {of_all} could not be looked at,"
        return "no violation found"

    def _say(self, text: str, style: str | None = None) -> None:
        self._console.print(text, style=style, soft_wrap=True, markup=False, highlight=False)


def _errors(report: CrashReport) -> int:
    return sum(report.exercised.get(id, 0) for id in ("CR-08", "CR-09", "CR-15"))
