"""What ends a run early because its user said so: so many failures, or so much time."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event, Timer

from conformance.contract.requirements import load_ruleset
from conformance.execution.plan import Plan
from conformance.results.known_failures import KnownFailure, claim_of
from conformance.results.verdict import BREACHES, CheckOutcome, counts
from conformance.results.wording import plural


class EarlyEnd:
    """Sets `stop` once a limit of the plan is reached; `reached` then says which."""

    def __init__(self, plan: Plan, known: Sequence[KnownFailure], stop: Event) -> None:
        self.reached = ""
        self._plan = plan
        self._known = {(entry.requirement, entry.message) for entry in known}
        self._stop = stop
        self._failures = 0
        self._timer: Timer | None = None
        if plan.time_budget_s is not None:
            self._timer = Timer(plan.time_budget_s, self._out_of_time)
            self._timer.daemon = True
            self._timer.start()

    def see(self, outcome: CheckOutcome) -> None:
        """Count an outcome, if it is a failure that counts and is not known."""
        if outcome.verdict not in BREACHES or self._is_excused(outcome):
            return
        self._failures += 1
        if self._plan.maxfail is not None and self._failures >= self._plan.maxfail:
            self._end(f"the run ended after {plural(self._failures, 'failure')} (--maxfail)")

    def end(self) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()

    def _is_excused(self, outcome: CheckOutcome) -> bool:
        ruleset = load_ruleset(self._plan.ruleset)
        if outcome.requirement not in ruleset or not counts(
            ruleset[outcome.requirement].level, self._plan.level
        ):
            return True
        return (outcome.requirement, claim_of(outcome)) in self._known

    def _out_of_time(self) -> None:
        assert self._plan.time_budget_s is not None
        self._end(f"the run ended after {self._plan.time_budget_s:g} s (--time-budget)")

    def _end(self, why: str) -> None:
        self.reached = self.reached or why
        self._stop.set()
