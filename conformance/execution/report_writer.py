"""What a run leaves behind while it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from conformance import __version__
from conformance.execution.judging import Preparation, attributed
from conformance.execution.plan import Plan, plan_to_json
from conformance.execution.report_folder import REPLAYS, writing_to
from conformance.results.journal import JournalWriter, description_to_json, outcome_to_json
from conformance.results.known_failures import KnownFailure
from conformance.results.run_record import RunRecord
from conformance.results.verdict import CheckOutcome


class ReportWriter:
    """Collects outcomes: writes the journal and the replay files as they come, or raises KitError."""

    def __init__(self, plan: Plan, preparation: Preparation, journal: JournalWriter) -> None:
        self.outcomes: list[CheckOutcome] = []
        self._plan = plan
        self._preparation = preparation
        self._journal = journal
        self._write(
            "run",
            kit=__version__,
            target=str(plan.target),
            backend=description_to_json(preparation.description),
            profile=plan.dose.profile,
            seed=plan.dose.seed,
            checks=[task.check.test for task in preparation.tasks],
            plan=plan_to_json(plan),
        )
        self.knows(preparation.known)

    def knows(self, known: Sequence[KnownFailure]) -> None:
        """Write which failures are known; what is written last holds."""
        self._write("known_failures", entries=[asdict(entry) for entry in known])

    def record(self, outcome: CheckOutcome) -> CheckOutcome:
        """Keep an outcome; the same, with the name of its replay file."""
        outcome = self._keep_replay(attributed(outcome, self._preparation))
        self.outcomes.append(outcome)
        self._write("check", **outcome_to_json(outcome))
        return outcome

    def _keep_replay(self, outcome: CheckOutcome) -> CheckOutcome:
        if outcome.counterexample is None:
            return outcome
        number = 1 + sum(old.requirement == outcome.requirement and bool(old.replay) for old in self.outcomes)
        name = f"{REPLAYS}/{outcome.requirement}-{number}.json"
        path = self._plan.report / name
        with writing_to(self._plan.report):
            path.parent.mkdir(exist_ok=True)
            path.write_text(outcome.counterexample.to_json(), "utf-8")
        return replace(outcome, replay=name)

    def end(self, record: RunRecord) -> None:
        """Write that the run ended: a journal without this line was cut off."""
        self._write(
            "end",
            verdict=record.judgement.verdict.value,
            cut_off=record.cut_off,
            started_at=record.started_at,
            seconds=record.seconds,
            report=str(record.report),
        )

    def _write(self, event: str, **members: Any) -> None:
        with writing_to(self._plan.report):
            self._journal.write(event, **members)
