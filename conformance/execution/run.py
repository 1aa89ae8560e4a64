"""One whole run: reach the backend, run what is owed, judge it against the rule set, leave a report."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from typing import NoReturn, Protocol

from conformance.contract.requirements import Ruleset, load_ruleset
from conformance.contract.target import Description
from conformance.errors import SidecarConformanceError, TargetUnreachableError, UsageError, reason_of
from conformance.execution.judging import (
    Preparation,
    RunCourse,
    conclude_run,
    unreachable,
    with_known_failures_fixed,
)
from conformance.execution.limits import EarlyEnd
from conformance.execution.pace import expected_seconds, pace_of
from conformance.execution.plan import Plan
from conformance.execution.preparing import prepare_run
from conformance.execution.probing import Doubt, outage_words
from conformance.execution.report_folder import (
    JOURNAL,
    clear_report,
    holds_report,
    home_of,
    make_room,
    remove_if_empty,
    take_place,
    write_report,
    writing_to,
)
from conformance.execution.report_writer import ReportWriter
from conformance.execution.selection import failed_last
from conformance.execution.supervisor import Supervisor, Task, say
from conformance.results.counterexample import Counterexample, read_counterexample
from conformance.results.journal import JournalWriter
from conformance.results.known_failures import KnownFailure, parse_known_failures
from conformance.results.run_record import RunRecord
from conformance.results.verdict import CheckOutcome
from conformance.suite.chapters import CHECKS


class Audience(Protocol):
    """Who is told how a run goes. `test` is the name of a check, `seconds` what each should take."""

    def begins(self, description: Description, tasks: int, known: Sequence[KnownFailure]) -> None: ...
    def expects(self, seconds: Mapping[str, float], workers: int) -> None: ...
    def check_begins(self, test: str) -> None: ...
    def check_ended(self, test: str, outcome: CheckOutcome) -> None: ...
    def ends(self) -> None: ...


class Hands(Protocol):
    """Who carries out the checks: `Supervisor` here, `ClusterHands` on many machines."""

    workers: int

    def run(
        self,
        description: Description,
        tasks: Sequence[Task],
        report: Callable[[Task, CheckOutcome], None],
        started: Callable[[Task], None],
    ) -> str: ...
    def close(self) -> None: ...


class Nobody:
    """An audience that does not listen."""

    def begins(self, description: Description, tasks: int, known: Sequence[KnownFailure]) -> None: ...
    def expects(self, seconds: Mapping[str, float], workers: int) -> None: ...
    def check_begins(self, test: str) -> None: ...
    def check_ended(self, test: str, outcome: CheckOutcome) -> None: ...
    def ends(self) -> None: ...


class Run:
    """A run in two steps: `prepare` reaches the target, `perform` puts it under the suite.

    `tell` is called with what the user must do before the run goes on. Who sets `stop` ends it. The names of
    the workers begin with `mark`.
    """

    def __init__(
        self,
        plan: Plan,
        ruleset: Ruleset | None = None,
        tell: Callable[[str], None] = say,
        stop: Event | None = None,
        mark: str = "",
    ) -> None:
        self._place = plan.report
        self.plan = plan = replace(plan, report=home_of(plan.report))
        self.ruleset = ruleset or load_ruleset()
        self.stop = stop or Event()
        self._tell = tell
        self._call_s: float | None = None
        self._outage = ""
        self._supervisor = Supervisor(plan, self.stop, tell, plan.report, mark)
        self._hands: Hands = self._supervisor
        self._started_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._begun = time.monotonic()

    def prepare(self, tests: Collection[str] | None = None) -> Preparation:
        """Reach the target and decide what to run; of the checks, only `tests` if they are given.

        Raises UsageError, TargetUnreachableError or KitError. The report of an earlier run is touched only
        once the target has answered; where there is none, the new one says that it did not.
        """
        self.plan.validate(self.ruleset)
        known = _read_known_failures(self.plan, self.ruleset)
        pinned = _read_pinned(self.plan, known)
        if self.plan.last_failed:
            failed = failed_last(self._place, str(self.plan.target))
            if not any(self.plan.wants(CHECKS[test].requirement) for test in failed & CHECKS.keys()):
                raise UsageError(
                    "--last-failed: of what failed in the run before, --only and --skip leave none"
                )
            self._tell(f"--last-failed: what failed in the run that {self._place} tells of")
            tests = failed if tests is None else failed.intersection(tests)
        make_room(self.plan.report)
        description = self._describe()
        preparation = prepare_run(self.plan, self.ruleset, description, tests, known, pinned)
        if preparation.filtered and self.plan.fix_known_failures:
            self._hands.close()
            self._leave_no_trace()
            raise UsageError("--fix-known-failures refuses a filtered run: it would forget the others")
        clear_report(self.plan.report)
        return preparation

    def _describe(self) -> Description:
        try:
            description = self._supervisor.describe()
            self._call_s = self._supervisor.time_calls()
            outage = self._supervisor.outage()
            if outage:
                raise TargetUnreachableError(outage_words(self.plan.target, outage))
            if self.plan.cluster:
                self._join()
            return description
        except SidecarConformanceError as error:
            self._supervisor.close()
            if holds_report(self._place):
                self._leave_no_trace()
            else:
                write_report(unreachable(self.plan, self.ruleset, error, self._course()), self.plan.report)
            raise
        except KeyboardInterrupt:
            self._supervisor.close()
            self._leave_no_trace()
            raise KeyboardInterrupt(f"{self.plan.target} did not answer yet, nothing was judged") from None

    def _leave_no_trace(self) -> None:
        """Take away a directory that was made beside the older report, for nothing."""
        if self.plan.report != self._place:
            remove_if_empty(self.plan.report)

    def _join(self) -> None:
        """Let a cluster carry out the checks. Raises TargetUnreachableError."""
        from conformance.execution.cluster.hands import ClusterHands  # imports Dask

        self._hands = ClusterHands(self.plan, self._supervisor, self.stop)
        self._supervisor.close()
        self.plan = replace(self.plan, workers=self._hands.workers, chooses_workers=False)

    def perform(self, preparation: Preparation, audience: Audience) -> RunRecord:
        """Run the checks and leave the report. Survives everything the backend does.

        It is written beside the report of a whole run, and takes its place once this one is whole as well.
        KeyboardInterrupt passes on once the report, of an unfinished run, is written.
        """
        audience.begins(preparation.description, len(preparation.tasks), preparation.known)
        pace = pace_of(self.plan, self._call_s, len(preparation.tasks))
        if pace is not None:
            self._hands.workers = pace.workers
            self._tell(pace.words)
        tests = [task.check.test for task in preparation.tasks]
        audience.expects(expected_seconds(self.plan, pace, tests), self._hands.workers)
        interrupted: KeyboardInterrupt | None = None
        with self._journal() as journal:
            recorder = ReportWriter(self.plan, preparation, journal)

            limits = EarlyEnd(self.plan, preparation.known, self.stop)
            doubt = Doubt()

            def report(task: Task, outcome: CheckOutcome) -> None:
                kept = recorder.record(outcome)
                audience.check_ended(task.check.test, kept)
                limits.see(kept)
                if doubt.arises(kept):
                    self._outage = self._supervisor.outage_meanwhile()
                    if self._outage:
                        self.stop.set()

            try:
                cut_off = self._hands.run(
                    preparation.description,
                    preparation.tasks,
                    report,
                    lambda task: audience.check_begins(task.check.test),
                )
            except KeyboardInterrupt as interrupt:
                interrupted, cut_off = interrupt, "the run was interrupted"
            finally:
                limits.end()
                self._hands.close()
                audience.ends()
            if self._outage:
                self._give_up()
            cut_off = cut_off and (limits.reached or cut_off)
            course = replace(self._course(), cut_off=cut_off)
            if self.plan.fix_known_failures and not course.cut_off and not preparation.filtered:
                preparation, words = with_known_failures_fixed(
                    self.plan, preparation, recorder.outcomes, self.ruleset
                )
                self._tell(words)
                recorder.knows(preparation.known)
            home = self.plan.report
            if not course.cut_off and not preparation.filtered:
                self.plan = replace(self.plan, report=self._place)
            record = conclude_run(self.plan, preparation, recorder.outcomes, self.ruleset, course)
            write_report(record, home)
            recorder.end(record)
        if record.report != home:
            take_place(home, record.report)
        if interrupted is not None:
            raise KeyboardInterrupt(f"what ran until then is in {self.plan.report}") from interrupted
        return record

    def _give_up(self) -> NoReturn:
        """Every operation fails alike since a while: what failed by that says nothing of the backend."""
        error = TargetUnreachableError(outage_words(self.plan.target, self._outage))
        write_report(unreachable(self.plan, self.ruleset, error, self._course()), self.plan.report)
        raise error

    def _journal(self) -> JournalWriter:
        with writing_to(self.plan.report):
            return JournalWriter(self.plan.report / JOURNAL)

    def _course(self) -> RunCourse:
        return RunCourse(self._started_at, time.monotonic() - self._begun)


def execute(plan: Plan, audience: Audience, tell: Callable[[str], None] = say) -> RunRecord:
    """Prepare and perform a run. Raises what `Run.prepare` raises."""
    run = Run(plan, tell=tell)
    return run.perform(run.prepare(), audience)


def _read_known_failures(plan: Plan, ruleset: Ruleset) -> tuple[KnownFailure, ...]:
    if plan.known_failures is None or (plan.fix_known_failures and not plan.known_failures.exists()):
        return ()
    try:
        text = plan.known_failures.read_text("utf-8")
        return parse_known_failures(text, ruleset, str(plan.known_failures))
    except (OSError, UnicodeDecodeError) as error:
        reason = f"{plan.known_failures}: the known failures cannot be read: {reason_of(error)}"
        raise UsageError(reason) from None


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
            words = f"{plan.known_failures}: the counterexample of {entry.requirement}, {path}"
            raise UsageError(f"{words}: {reason_of(error)}") from None
    return tuple(pinned)
