"""`replay`: the example of a replay file again, in a worker, without Hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import click

from conformance.commands.common import TargetCommand, attach_option, scale_option, target_argument, target_of
from conformance.contract.classes import ConformanceClass
from conformance.contract.requirements import load_ruleset
from conformance.errors import ExitCode, KitError, NotTestableError, UsageError
from conformance.execution.plan import ATTACHED, Plan, TargetSpec
from conformance.execution.supervisor import Supervisor, Task
from conformance.reports.explanation import explain_failure
from conformance.results.counterexample import Counterexample, read_counterexample
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.suite.chapters import CHECKS
from conformance.testing.profiles import Dose


def replay_file(file: Path, target: TargetSpec | None, timeout_scale: float = 1.0) -> CheckOutcome:
    """The outcome of the file's example on `target`, or on the target that the file names.

    Raises UsageError for a file that is none, TargetUnreachableError, NotTestableError, KitError.
    """
    try:
        counterexample = read_counterexample(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: {error}") from None
    check = CHECKS.get(counterexample.test)
    if check is None:
        raise UsageError(f"{file}: this version of the kit has no check {counterexample.test}")
    plan = _plan(counterexample, target or _named(counterexample), timeout_scale)
    outcomes: list[CheckOutcome] = []
    supervisor = Supervisor(plan, Event())
    description = supervisor.describe()
    task = Task(check, (counterexample.arguments,), replays_only=True)
    supervisor.run(description, [task], lambda _, outcome: outcomes.append(outcome))
    return _judged(outcomes)


def _judged(outcomes: Sequence[CheckOutcome]) -> CheckOutcome:
    if not outcomes:
        raise KitError("the example was not judged: no worker answered")
    if outcomes[0].verdict in {Verdict.NOT_TESTABLE, Verdict.NOT_REACHED}:
        raise NotTestableError(f"the example was not judged: {outcomes[0].message}")
    if outcomes[0].verdict is Verdict.ERROR:
        raise KitError(f"the example was not judged: {outcomes[0].message}")
    return outcomes[0]


def _named(counterexample: Counterexample) -> TargetSpec:
    if counterexample.command:
        return TargetSpec(command=counterexample.command)
    if counterexample.target == ATTACHED:
        return TargetSpec(attached=True)
    return TargetSpec(counterexample.target)


def _plan(counterexample: Counterexample, target: TargetSpec, timeout_scale: float) -> Plan:
    return Plan(
        target=target,
        dose=Dose("quick", counterexample.seed),
        conformance_class=ConformanceClass(counterexample.conformance_class),
        capabilities=dict.fromkeys(counterexample.capabilities, True),
        timeout_scale=timeout_scale,
        search_path=(str(Path.cwd()),),
    )


@click.command(cls=TargetCommand)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@target_argument
@attach_option
@scale_option
@click.pass_context
def replay(ctx: click.Context, /, file: Path, target: str | None, attach: bool, timeout_scale: float) -> int:
    """Run the failing example of a replay FILE again, on the same target or on another."""
    spec = target_of(ctx, target, attach) if target or ctx.obj or attach else None
    outcome = replay_file(file, spec, timeout_scale)
    if outcome.counterexample is None:
        click.echo(f"{outcome.requirement} holds on this example: it no longer fails")
        return int(ExitCode.CONFORMANT)
    click.echo(explain_failure(load_ruleset()[outcome.requirement], outcome, file.parent))
    return int(ExitCode.NOT_CONFORMANT)
