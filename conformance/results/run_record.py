"""A finished run, as one value: what every report is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from conformance.contract.target import Description
from conformance.results.verdict import Judgement, RequirementResult, Verdict


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run. `cut_off` says why it ended early, if it did; `seconds` is its wall time.

    `shard` says which part of a run it is, if it is one.

    `results` also tell of requirements that came `later` than the rule set it is judged by.
    """

    kit_version: str
    ruleset: str
    target: str
    description: Description
    profile: str
    seed: int
    filtered: bool
    cut_off: str
    started_at: str
    seconds: float
    report: Path
    results: tuple[RequirementResult, ...]
    judgement: Judgement
    later: frozenset[str] = frozenset()
    shard: str = ""

    @property
    def complete(self) -> bool:
        """Whether the run covers the whole rule set as far as the backend owes it."""
        return not self.cut_off and not self.filtered and not self.judgement.missing

    def with_verdict(self, verdict: Verdict) -> tuple[RequirementResult, ...]:
        """The results of one verdict, in catalogue order."""
        return tuple(result for result in self.results if result.verdict is verdict)
