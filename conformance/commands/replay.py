"""`replay`: the example of a replay file again, in a worker, without Hypothesis; or as something to paste."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from threading import Event

import click

from conformance.commands.common import TargetCommand, attach_option, scale_option, target_argument, target_of
from conformance.contract.classes import ConformanceClass
from conformance.contract.requirements import load_ruleset
from conformance.drivers.spawning import serve_command
from conformance.errors import ExitCode, KitError, NotTestableError, UsageError, reason_of
from conformance.execution.plan import ATTACHED, Plan, TargetSpec
from conformance.execution.supervisor import Supervisor, Task
from conformance.reports.explanation import explain_failure
from conformance.reports.pasting import as_python, as_wire, first_documents, path_of, paths_of
from conformance.results.counterexample import Counterexample, read_counterexample
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.suite.chapters import CHECKS
from conformance.testing.profiles import Dose
from conformance.workspace import DataPath


def replay_file(file: Path, target: TargetSpec | None, timeout_scale: float = 1.0) -> CheckOutcome:
    """The outcome of the file's example on `target`, or on the target that the file names.

    Raises UsageError for a file that is none, TargetUnreachableError, NotTestableError, KitError.
    """
    counterexample = _read(file)
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


def _read(file: Path) -> Counterexample:
    try:
        return read_counterexample(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: {reason_of(error)}") from None


def paste(file: Path, target: TargetSpec | None, form: str, timeout_scale: float) -> None:
    """Print the example's calls as a Python program, or as JSON-RPC lines with their data paths prepared."""
    found = _with_calls(file, target, timeout_scale)
    if form == "python":
        spec = target or _named(found)
        if not spec.spelled:
            raise UsageError("a target behind a command cannot be called from Python: take --as wire")
        click.echo(as_python(found, spec.spelled), nl=False)
        return
    data = Path(mkdtemp(prefix="sidecar-replay-"))
    for number in paths_of(found.calls):
        path_of(data, number).mkdir()
    for number, content in first_documents(found).items():
        DataPath(path_of(data, number)).write_document(content)
    lines = as_wire(found, data)
    click.echo("# send each line when the one before it has been answered", err=True)
    for before, words in lines.beside:
        click.echo(f"# before line {before}: {words}", err=True)
    for line in lines.lines:
        click.echo(line)


def _with_calls(file: Path, target: TargetSpec | None, timeout_scale: float) -> Counterexample:
    """The example with its calls. A file without, of a process that died, is run once more to learn them.

    It is run behind a command, so that who watches survives.
    """
    found = _read(file)
    if not _tells_calls(found):
        spec = target or _named(found)
        behind = TargetSpec(command=tuple(serve_command(spec.spelled))) if spec.spelled else spec
        again = replay_file(file, behind, timeout_scale).counterexample
        found = replace(found, calls=again.calls if again is not None else ())
    if not _tells_calls(found):
        raise UsageError(f"{file} tells no calls that can be made without the kit: replay it")
    return found


def _tells_calls(found: Counterexample) -> bool:
    return any("call" in step for step in found.calls)


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
@click.option(
    "--as",
    "form",
    type=click.Choice(["python", "wire"]),
    help="print the calls, in place of making them, as a Python program, or as JSON-RPC lines for an adapter",
)
@click.pass_context
def replay(
    ctx: click.Context,
    /,
    file: Path,
    target: str | None,
    attach: bool,
    timeout_scale: float,
    form: str | None,
) -> int:
    """Run the failing example of a replay FILE again, on the same target or on another."""
    spec = target_of(ctx, target, attach) if target or ctx.obj or attach else None
    if form is not None:
        paste(file, spec, form, timeout_scale)
        return int(ExitCode.CONFORMANT)
    outcome = replay_file(file, spec, timeout_scale)
    if outcome.counterexample is None:
        click.echo(f"{outcome.requirement} holds on this example: it no longer fails")
        return int(ExitCode.CONFORMANT)
    click.echo(explain_failure(load_ruleset()[outcome.requirement], outcome, file.parent))
    return int(ExitCode.NOT_CONFORMANT)
