"""One whole run: reach the backend, run what is owed, judge it against the rule set, leave a report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import conformance.suite.chapters  # noqa: F401 - registers the checks
from conformance import __version__
from conformance.contract.requirements import Requirement, Ruleset, load_ruleset
from conformance.contract.target import Description
from conformance.errors import UsageError
from conformance.execution.plan import Plan
from conformance.execution.supervisor import Supervisor, Task, describe_target
from conformance.reports import write_reports
from conformance.results.counterexample import read_counterexample
from conformance.results.journal import JournalWriter, description_to_json, outcome_to_json
from conformance.results.known_failures import (
    KnownFailure,
    apply_known_failures,
    parse_known_failures,
    render_known_failures,
)
from conformance.results.run_record import RunRecord
from conformance.results.verdict import (
    CheckOutcome,
    RequirementResult,
    Verdict,
    conclude,
    exemption,
    judge,
)
from conformance.suite.verifies import Check, checks_for


class Audience(Protocol):
    """Who is told how a run goes."""

    def begins(self, description: Description, tasks: int) -> None: ...
    def check_begins(self, test: str) -> None: ...
    def check_ended(self, test: str, outcome: CheckOutcome) -> None: ...
    def ends(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a run will do: the results that are settled beforehand, and the tasks."""

    description: Description
    settled: tuple[RequirementResult, ...]
    tasks: tuple[Task, ...]
    known: tuple[KnownFailure, ...]


def prepare(plan: Plan, ruleset: Ruleset) -> Preparation:
    """Reach the target and decide what to run. Raises UsageError, TargetUnreachableError or KitError."""
    plan.validate(ruleset)
    known = _read_known_failures(plan, ruleset)
    description = plan.describe(describe_target(plan))
    settled, tasks = [], []
    for requirement in ruleset.requirements:
        exempt = exemption(requirement, description)
        if exempt is not None:
            settled.append(exempt)
        elif not plan.only or requirement.id in plan.only:
            tasks += [Task(check, _pinned(check, known, plan)) for check in checks_for(requirement.id)]
    return Preparation(description, tuple(settled), tuple(tasks), known)


def _read_known_failures(plan: Plan, ruleset: Ruleset) -> tuple[KnownFailure, ...]:
    if plan.known_failures is None or (plan.fix_known_failures and not plan.known_failures.exists()):
        return ()
    try:
        return parse_known_failures(plan.known_failures.read_text("utf-8"), ruleset)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the known failures cannot be read: {error}") from None


def _pinned(check: Check, known: Iterable[KnownFailure], plan: Plan) -> tuple[Any, ...]:
    assert plan.known_failures is not None or not known
    pinned = []
    for entry in known:
        if entry.requirement != check.requirement or not entry.counterexample:
            continue
        assert plan.known_failures is not None
        path = plan.known_failures.parent / entry.counterexample
        try:
            counterexample = read_counterexample(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UsageError(f"the counterexample of {entry.requirement}: {error}") from None
        if counterexample.test == check.test:
            pinned.append(counterexample.arguments)
    return tuple(pinned)


class Recorder:
    """Collects outcomes: writes the journal and the replay files as they come."""

    def __init__(self, plan: Plan, preparation: Preparation, journal: JournalWriter) -> None:
        self.outcomes: list[CheckOutcome] = []
        self._plan = plan
        self._journal = journal
        journal.write(
            "run",
            kit=__version__,
            target=str(plan.target),
            backend=description_to_json(preparation.description),
            profile=plan.dose.profile,
            seed=plan.dose.seed,
            checks=[task.check.test for task in preparation.tasks],
        )

    def record(self, outcome: CheckOutcome) -> CheckOutcome:
        """Keep an outcome; the same, with the name of its replay file."""
        outcome = self._keep_replay(outcome)
        self.outcomes.append(outcome)
        self._journal.write("check", **outcome_to_json(outcome))
        return outcome

    def _keep_replay(self, outcome: CheckOutcome) -> CheckOutcome:
        if outcome.counterexample is None:
            return outcome
        number = 1 + sum(old.requirement == outcome.requirement and bool(old.replay) for old in self.outcomes)
        name = f"replays/{outcome.requirement}-{number}.json"
        path = self._plan.report / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(outcome.counterexample.to_json(), "utf-8")
        return replace(outcome, replay=name)


def execute(plan: Plan, audience: Audience, ruleset: Ruleset | None = None) -> RunRecord:
    """Run the plan and leave its report. Raises what `prepare` raises; survives everything the backend does.

    KeyboardInterrupt passes on once the report, of an unfinished run, is written.
    """
    ruleset = ruleset or load_ruleset()
    started, begun = datetime.now(UTC), time.monotonic()
    preparation = prepare(plan, ruleset)
    _clear(plan.report)
    audience.begins(preparation.description, len(preparation.tasks))
    with JournalWriter(plan.report / "journal.jsonl") as journal:
        recorder = Recorder(plan, preparation, journal)

        def report(task: Task, outcome: CheckOutcome) -> None:
            audience.check_ended(task.check.test, recorder.record(outcome))

        interrupted: KeyboardInterrupt | None = None
        try:
            supervisor = Supervisor(plan, preparation.description)
            supervisor.run(preparation.tasks, report, lambda task: audience.check_begins(task.check.test))
        except KeyboardInterrupt as interrupt:
            interrupted = interrupt
        finally:
            audience.ends()
        record = finish(
            plan,
            preparation,
            recorder.outcomes,
            ruleset,
            started_at=started.isoformat(timespec="seconds"),
            seconds=time.monotonic() - begun,
            finished=interrupted is None,
        )
        if interrupted is None:
            journal.write("end", verdict=record.judgement.verdict.value)
    write_reports(record, plan.report)
    if interrupted is not None:
        raise interrupted
    return record


def finish(
    plan: Plan,
    preparation: Preparation,
    outcomes: Sequence[CheckOutcome],
    ruleset: Ruleset,
    *,
    started_at: str,
    seconds: float,
    finished: bool,
) -> RunRecord:
    """Judge what the checks found; rewrite the known failures if the plan says so."""
    results = [
        _result(requirement, preparation, outcomes, plan, finished) for requirement in ruleset.requirements
    ]
    if plan.fix_known_failures and finished and plan.known_failures is not None:
        text = render_known_failures(results, preparation.known, _relative_to(plan))
        plan.known_failures.write_text(text, "utf-8")
        preparation = replace(preparation, known=parse_known_failures(text, ruleset))
    complaints: list[str] = []
    if plan.known_failures is not None and not plan.only:
        results, complaints = apply_known_failures(results, preparation.known)
    judgement = judge(
        results,
        level=plan.level,
        allow_untested=plan.allow_untested,
        filtered=bool(plan.only),
        finished=finished,
        complaints=complaints,
    )
    return RunRecord(
        kit_version=__version__,
        ruleset=ruleset.version,
        target=str(plan.target),
        is_command=bool(plan.target.command),
        description=preparation.description,
        profile=plan.dose.profile,
        seed=plan.dose.seed,
        filtered=bool(plan.only),
        finished=finished,
        started_at=started_at,
        seconds=seconds,
        report=plan.report,
        results=tuple(results),
        judgement=judgement,
    )


def _relative_to(plan: Plan) -> Callable[[str], str]:
    """Replay files as the known failures, which lie elsewhere, must name them."""
    assert plan.known_failures is not None
    home = plan.known_failures.resolve().parent
    return lambda replay: os.path.relpath(plan.report.resolve() / replay, home)


def _result(
    requirement: Requirement,
    preparation: Preparation,
    outcomes: Sequence[CheckOutcome],
    plan: Plan,
    finished: bool,
) -> RequirementResult:
    for result in preparation.settled:
        if result.id == requirement.id:
            return result
    mine = [outcome for outcome in outcomes if outcome.requirement == requirement.id]
    planned = sum(task.check.requirement == requirement.id for task in preparation.tasks)
    if plan.only and requirement.id not in plan.only and not mine:
        return RequirementResult(requirement, Verdict.NOT_REACHED, reason="not selected in this run")
    if not mine and planned:
        reason = "its checks stopped at another requirement" if finished else "the run was interrupted"
        return RequirementResult(requirement, Verdict.NOT_REACHED, reason=reason)
    return conclude(requirement, mine)


def _clear(report: Path) -> None:
    """Make the report's directory, without what an earlier run left there."""
    try:
        report.mkdir(parents=True, exist_ok=True)
        for name in ("results.json", "junit.xml", "journal.jsonl"):
            (report / name).unlink(missing_ok=True)
        for replay_file in report.glob("replays/*.json"):
            replay_file.unlink()
    except OSError as error:
        raise UsageError(f"the report cannot be written to {report}: {error}") from None
