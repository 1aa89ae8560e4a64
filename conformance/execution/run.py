"""One whole run: reach the backend, run what is owed, judge it against the rule set, leave a report."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from typing import Any, Protocol

import conformance.suite.chapters  # noqa: F401 - registers the checks
from conformance.contract.requirements import Ruleset, load_ruleset
from conformance.contract.target import Description
from conformance.errors import SidecarConformanceError, UsageError
from conformance.execution.judging import Course, Preparation, conclude_run, unreachable
from conformance.execution.plan import Plan
from conformance.execution.recorder import Recorder
from conformance.execution.report_folder import JOURNAL, clear_report, write_report, writing_to
from conformance.execution.supervisor import Supervisor, Task, say
from conformance.results.counterexample import Counterexample, read_counterexample
from conformance.results.journal import JournalWriter
from conformance.results.known_failures import KnownFailure, parse_known_failures
from conformance.results.run_record import RunRecord
from conformance.results.verdict import CheckOutcome, RequirementResult, Verdict, exemption
from conformance.testing.verifies import PENDING, Check, checks_for


class Audience(Protocol):
    """Who is told how a run goes. `test` is the name of a check."""

    def begins(self, description: Description, tasks: int) -> None: ...
    def check_begins(self, test: str) -> None: ...
    def check_ended(self, test: str, outcome: CheckOutcome) -> None: ...
    def ends(self) -> None: ...


class Nobody:
    """An audience that does not listen."""

    def begins(self, description: Description, tasks: int) -> None: ...
    def check_begins(self, test: str) -> None: ...
    def check_ended(self, test: str, outcome: CheckOutcome) -> None: ...
    def ends(self) -> None: ...


class Run:
    """A run in two steps: `prepare` reaches the target, `perform` puts it under the suite.

    `tell` is called with what the user must do before the run goes on.
    """

    def __init__(self, plan: Plan, ruleset: Ruleset | None = None, tell: Callable[[str], None] = say) -> None:
        self.plan = plan
        self.ruleset = ruleset or load_ruleset()
        self.stop = Event()
        self._supervisor = Supervisor(plan, self.stop, tell, plan.report)
        self._started_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._begun = time.monotonic()

    def prepare(self, tests: Collection[str] | None = None) -> Preparation:
        """Reach the target and decide what to run; of the checks, only `tests` if they are given.

        Raises UsageError, TargetUnreachableError or KitError. The report of an earlier run is gone then, and
        where the target cannot be reached, the new one says so.
        """
        self.plan.validate(self.ruleset)
        known = _read_known_failures(self.plan, self.ruleset)
        pinned = _read_pinned(self.plan, known)
        clear_report(self.plan.report)
        description = self._describe()
        preparation = self._select(description, tests, known, pinned)
        if preparation.filtered and self.plan.fix_known_failures:
            self._supervisor.close()
            raise UsageError("--fix-known-failures refuses a filtered run: it would forget the others")
        return preparation

    def _describe(self) -> Description:
        try:
            return self._supervisor.describe()
        except SidecarConformanceError as error:
            self._supervisor.close()
            write_report(unreachable(self.plan, self.ruleset, error, self._course()), self.plan.report)
            raise
        except KeyboardInterrupt:
            self._supervisor.close()
            raise KeyboardInterrupt(f"{self.plan.target} did not answer yet, nothing was judged") from None

    def _select(
        self,
        description: Description,
        tests: Collection[str] | None,
        known: tuple[KnownFailure, ...],
        pinned: tuple[Counterexample, ...],
    ) -> Preparation:
        settled, tasks, filtered = [], [], bool(self.plan.only)
        for requirement in self.ruleset.requirements:
            exempt = exemption(requirement, description)
            if exempt is not None:
                settled.append(exempt)
                continue
            if requirement.id in PENDING:
                reason = "its check is still being written"
                settled.append(RequirementResult(requirement, Verdict.NOT_APPLICABLE, reason=reason))
                continue
            checks = [check for check in checks_for(requirement.id) if _is_possible(check, description)]
            chosen = [check for check in checks if self._wants(check, tests)]
            filtered |= len(chosen) < len(checks)
            if checks and not chosen:
                reason = "not selected in this run"
                settled.append(RequirementResult(requirement, Verdict.NOT_REACHED, reason=reason))
            tasks += [Task(check, _pinned_of(check, pinned)) for check in chosen]
        tasks.sort(key=lambda task: not task.check.heavy)
        return Preparation(description, tuple(settled), tuple(tasks), known, filtered)

    def perform(self, preparation: Preparation, audience: Audience) -> RunRecord:
        """Run the checks and leave the report. Survives everything the backend does.

        KeyboardInterrupt passes on once the report, of an unfinished run, is written.
        """
        audience.begins(preparation.description, len(preparation.tasks))
        interrupted: KeyboardInterrupt | None = None
        with self._journal() as journal:
            recorder = Recorder(self.plan, preparation, journal)

            def report(task: Task, outcome: CheckOutcome) -> None:
                audience.check_ended(task.check.test, recorder.record(outcome))

            try:
                cut_off = self._supervisor.run(
                    preparation.description,
                    preparation.tasks,
                    report,
                    lambda task: audience.check_begins(task.check.test),
                )
            except KeyboardInterrupt as interrupt:
                interrupted, cut_off = interrupt, "the run was interrupted"
            finally:
                audience.ends()
            course = replace(self._course(), cut_off=cut_off)
            record = conclude_run(self.plan, preparation, recorder.outcomes, self.ruleset, course)
            write_report(record, self.plan.report)
            recorder.end(record)
        if interrupted is not None:
            raise KeyboardInterrupt(f"what ran until then is in {self.plan.report}") from interrupted
        return record

    def _journal(self) -> JournalWriter:
        with writing_to(self.plan.report):
            return JournalWriter(self.plan.report / JOURNAL)

    def _wants(self, check: Check, tests: Collection[str] | None) -> bool:
        only = self.plan.only
        return (not only or check.requirement in only) and (tests is None or check.test in tests)

    def _course(self) -> Course:
        return Course(self._started_at, time.monotonic() - self._begun)


def execute(plan: Plan, audience: Audience, tell: Callable[[str], None] = say) -> RunRecord:
    """Prepare and perform a run. Raises what `Run.prepare` raises."""
    run = Run(plan, tell=tell)
    return run.perform(run.prepare(), audience)


def _is_possible(check: Check, description: Description) -> bool:
    return check.needs is None or check.needs in description.capabilities


def _read_known_failures(plan: Plan, ruleset: Ruleset) -> tuple[KnownFailure, ...]:
    if plan.known_failures is None or (plan.fix_known_failures and not plan.known_failures.exists()):
        return ()
    try:
        return parse_known_failures(plan.known_failures.read_text("utf-8"), ruleset)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the known failures cannot be read: {error}") from None


def _read_pinned(plan: Plan, known: Iterable[KnownFailure]) -> tuple[Counterexample, ...]:
    """The pinned counterexamples, before the report that may hold them is made anew."""
    pinned = []
    for entry in known:
        if plan.known_failures is None or not entry.counterexample:
            continue
        path = plan.known_failures.parent / entry.counterexample
        try:
            pinned.append(read_counterexample(path.read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise UsageError(f"the counterexample of {entry.requirement}: {path}: {error}") from None
    return tuple(pinned)


def _pinned_of(check: Check, pinned: Iterable[Counterexample]) -> tuple[Any, ...]:
    """The arguments of the pinned counterexamples that this check found, whatever requirement they break."""
    return tuple(found.arguments for found in pinned if found.test == check.test)
