"""A finished run, as one value: what every report is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from conformance.contract.requirements import Level
from conformance.contract.target import Description
from conformance.results.verdict import Judgement, RequirementResult, Verdict


class HasVerdict(Protocol):
    """A check, at hand or saved."""

    @property
    def verdict(self) -> Verdict: ...


class Concluded(Protocol):
    """The verdict on a requirement, at hand or saved."""

    @property
    def id(self) -> str: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def reason(self) -> str: ...
    @property
    def checks(self) -> Sequence[HasVerdict]: ...
    @property
    def follows_from(self) -> Sequence[str]: ...


class Judged(Protocol):
    """A run, at hand or saved, as far as it takes to say why its verdict is what it is."""

    @property
    def results(self) -> Sequence[Concluded]: ...
    @property
    def judgement(self) -> Judgement: ...
    @property
    def later(self) -> frozenset[str]: ...
    @property
    def ruleset(self) -> str: ...
    @property
    def filtered(self) -> bool: ...
    @property
    def shard(self) -> str: ...
    @property
    def cut_off(self) -> str: ...


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run. `cut_off` says why it ended early, if it did; `seconds` is its wall time.

    `shard` says which part of a run it is, if it is one; `level` is the weakest whose breach counts.

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
    level: Level = Level.MUST

    @property
    def complete(self) -> bool:
        """Whether the run covers the whole rule set as far as the backend owes it."""
        return not self.cut_off and not self.filtered and not self.judgement.missing

    def with_verdict(self, verdict: Verdict) -> tuple[RequirementResult, ...]:
        """The results of one verdict, in catalogue order."""
        return tuple(result for result in self.results if result.verdict is verdict)
