"""The suite's items inside a pytest session: run by the workers, reported by pytest."""

from __future__ import annotations

import io
import traceback
from collections.abc import Iterator, Mapping, Sequence
from threading import Condition, Thread

import pytest
from rich.console import Console

from conformance.contract.requirements import load_ruleset
from conformance.contract.target import Description
from conformance.errors import ExitCode, SidecarConformanceError
from conformance.execution.judging import Preparation
from conformance.execution.plan import Plan
from conformance.execution.run import Run
from conformance.reports.explanation import explain_failure
from conformance.reports.terminal import print_summary
from conformance.reports.visible import visible_lines
from conformance.results.known_failures import KnownFailure, claim_of
from conformance.results.run_record import RunRecord
from conformance.results.verdict import BREACHES, EXIT_CODES, CheckOutcome, Verdict, counts
from conformance.testing.verifies import Check, check_of

_NOT_RUN = "the run ended before it"
_BENIGN = frozenset({pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED})


class Door:
    """A pytest plugin, registered when a target is named. Also the audience of its run."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._run = Run(plan, tell=self._tell)
        self._terminal: pytest.TerminalReporter | None = None
        self._preparation: Preparation | None = None
        self._record: RunRecord | None = None
        self._thread: Thread | None = None
        self._outcomes: dict[str, CheckOutcome] = {}
        self._news = Condition()
        self._told: list[tuple[pytest.TestReport, CheckOutcome]] = []
        self._strangers_failed = False
        self._trouble = ""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Reach the target and start the run of what was selected."""
        tests = [check.test for item in session.items if (check := _check(item)) is not None]
        if not tests or session.config.option.collectonly:
            return
        self._terminal = session.config.pluginmanager.get_plugin("terminalreporter")
        try:
            self._preparation = self._run.prepare(tests)
        except SidecarConformanceError as error:
            if error.exit_code is ExitCode.USAGE:
                raise pytest.UsageError(visible_lines(str(error))) from None
            pytest.exit(visible_lines(str(error)), returncode=int(error.exit_code))
        self._thread = Thread(target=self._perform, args=(self._preparation,), daemon=True)
        self._thread.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Wait for the outcome of one of our items and report it."""
        check = _check(item)
        if check is None:
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in self._reports(item, check):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the failures of tests that are not ours: they count too."""
        if report.failed and "requirement" not in dict(report.user_properties):
            self._strangers_failed = True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Iterator[None]:
        """Finish the run; pytest exits with the code of our verdict, unless something else went wrong.

        The code is set when all other plugins have had their say.
        """
        if self._thread is not None:
            if exitstatus not in _BENIGN or session.shouldstop or session.shouldfail:
                self._run.stop.set()
            self._thread.join()
            self._tell_where_replays_lie()
        yield
        if session.exitstatus in _BENIGN and not self._strangers_failed:
            session.exitstatus = int(self._exit_code())

    def _tell_where_replays_lie(self) -> None:
        """Explain failures anew, before pytest prints them: where the report lies shows at the run's end."""
        for report, outcome in self._told:
            report.longrepr = self._explained(outcome)

    def _explained(self, outcome: CheckOutcome) -> str:
        return explain_failure(load_ruleset()[outcome.requirement], outcome, self._run.plan.report)

    def _exit_code(self) -> ExitCode:
        if self._record is not None:
            return EXIT_CODES[self._record.judgement.verdict]
        return ExitCode.INCOMPLETE if self._thread is None else ExitCode.KIT_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print our table and verdict."""
        if self._record is None:
            terminalreporter.section("sidecar-conformance")
            terminalreporter.write_line(self._trouble or "nothing was judged: that is never conformant")
            return
        text = io.StringIO()
        console = Console(file=text, force_terminal=terminalreporter.hasmarkup, width=120, highlight=False)
        print_summary(self._record, console, failures=False)
        terminalreporter.section("sidecar-conformance")
        terminalreporter.write_line(text.getvalue())

    def begins(self, description: Description, tasks: int, known: Sequence[KnownFailure]) -> None:
        """The run begins."""

    def expects(self, seconds: Mapping[str, float], workers: int) -> None:
        """How long it should take."""

    def check_begins(self, test: str) -> None:
        """A check begins."""

    def check_ended(self, test: str, outcome: CheckOutcome) -> None:
        """Keep an outcome for the item that waits for it."""
        with self._news:
            self._outcomes[test] = outcome
            self._news.notify_all()

    def ends(self) -> None:
        """Let nobody wait any longer."""
        with self._news:
            self._run.stop.set()
            self._news.notify_all()

    def _tell(self, words: str) -> None:
        if self._terminal is not None:
            self._terminal.ensure_newline()
            self._terminal.write_line(words)
            self._terminal.flush()

    def _perform(self, preparation: Preparation) -> None:
        try:
            self._record = self._run.perform(preparation, self)
        except SidecarConformanceError as error:
            self._trouble = visible_lines(str(error))
        except Exception:
            self._trouble = f"the kit failed; please report it with this:\n{traceback.format_exc()}"
        finally:
            self.ends()

    def _wait_for(self, test: str) -> CheckOutcome | None:
        with self._news:
            self._news.wait_for(lambda: test in self._outcomes or self._run.stop.is_set())
            return self._outcomes.get(test)

    def _reports(self, item: pytest.Item, check: Check) -> Iterator[pytest.TestReport]:
        outcome = self._settled(check) or self._wait_for(check.test)
        if outcome is None:
            outcome = CheckOutcome(check.requirement, check.test, Verdict.NOT_REACHED, _NOT_RUN)
        item.user_properties.append(("requirement", outcome.requirement))
        yield _report(item, "setup", "passed", None, 0.0)
        yield self._call_report(item, outcome)
        yield _report(item, "teardown", "passed", None, 0.0)

    def _settled(self, check: Check) -> CheckOutcome | None:
        """What is known of a check that the run leaves out."""
        if self._preparation is None:
            return None
        for result in self._preparation.settled:
            if result.id == check.requirement:
                return CheckOutcome(result.id, check.test, result.verdict, result.reason)
        if all(task.check.test != check.test for task in self._preparation.tasks):
            reason = f"needs the capability {check.needs}, which the backend does not declare"
            return CheckOutcome(check.requirement, check.test, Verdict.NOT_TESTABLE, reason)
        return None

    def _call_report(self, item: pytest.Item, outcome: CheckOutcome) -> pytest.TestReport:
        seconds = outcome.effort.seconds
        if outcome.verdict is Verdict.PASSED:
            return _report(item, "call", "passed", None, seconds)
        excuse = self._excuse(outcome)
        if excuse is None and outcome.verdict in BREACHES | {Verdict.ERROR}:
            failed = _report(item, "call", "failed", self._explained(outcome), seconds)
            self._told.append((failed, outcome))
            return failed
        reason = excuse or f"{outcome.verdict.value}: {outcome.message}"
        skipped = _report(item, "call", "skipped", (str(item.path), 0, reason), seconds)
        if excuse is not None:
            skipped.wasxfail = excuse
        return skipped

    def _excuse(self, outcome: CheckOutcome) -> str | None:
        """Why a breach does not fail the test: it is known, new, or of a level that does not count."""
        if outcome.verdict not in BREACHES:
            return None
        if outcome.requirement not in load_ruleset(self._plan.ruleset):
            return f"new since rule set {self._plan.ruleset}: {outcome.message}"
        level = load_ruleset()[outcome.requirement].level
        if not counts(level, self._plan.level):
            return f"{level.value}: {outcome.message}"
        for entry in self._preparation.known if self._preparation is not None else ():
            if (entry.requirement, entry.message) == (outcome.requirement, claim_of(outcome)):
                return f"known failure: {entry.reason}"
        return None


def _check(item: pytest.Item) -> Check | None:
    return check_of(item.function) if isinstance(item, pytest.Function) else None


def _report(
    item: pytest.Item, when: str, outcome: str, longrepr: str | tuple[str, int, str] | None, seconds: float
) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords=dict.fromkeys(item.keywords, 1),
        outcome=outcome,  # type: ignore[arg-type]
        longrepr=longrepr,
        when=when,  # type: ignore[arg-type]
        duration=seconds,
        user_properties=list(item.user_properties),
    )
