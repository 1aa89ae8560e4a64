"""What to run on what: everything that the command line or pytest's options say, as one value."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from conformance.contract.classes import (
    CAPABILITIES,
    DEFAULT_CAPABILITIES,
    ConformanceClass,
    effective_capabilities,
)
from conformance.contract.requirements import Level, Ruleset
from conformance.contract.target import Description
from conformance.errors import UsageError
from conformance.execution.cluster import refuse_without_dask
from conformance.execution.selection import Shard
from conformance.testing.profiles import PROFILES, Dose

ATTACHED = "an attached adapter"


A_TARGET = "package.module:attribute, or a command after --"


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """How a target is named: `package.module:attribute`, or a command and its arguments.

    An attached one has no name: its user starts it by hand.
    """

    spelled: str = ""
    command: tuple[str, ...] = ()
    attached: bool = False

    def __post_init__(self) -> None:
        if [bool(self.spelled), bool(self.command), self.attached].count(True) != 1:
            raise UsageError(
                f"name one target: {A_TARGET}, or --attach for an adapter that you start by hand"
            )

    @property
    def pasted(self) -> str:
        """How the target is named on a command line, to be pasted into a shell."""
        if self.attached:
            return "--attach"
        return shlex.quote(self.spelled) if self.spelled else f"-- {shlex.join(self.command)}"

    def __str__(self) -> str:
        return ATTACHED if self.attached else self.spelled or " ".join(self.command)


@dataclass(frozen=True, slots=True)
class Plan:
    """A run. `capabilities` says which to add (True) or take away (False) from what the target declares.

    `ruleset` is the version that it is judged by, the newest where none is named. With `chooses_workers` the
    kit may take more of them where a backend is slow. `cluster` is where a Dask scheduler is, or `local`.
    """

    target: TargetSpec
    dose: Dose
    conformance_class: ConformanceClass | None = None
    capabilities: Mapping[str, bool] = field(default_factory=dict)
    level: Level = Level.MUST
    workers: int = 1
    chooses_workers: bool = False
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    shard: Shard | None = None
    last_failed: bool = False
    maxfail: int | None = None
    time_budget_s: float | None = None
    allow_untested: tuple[str, ...] = ()
    known_failures: Path | None = None
    fix_known_failures: bool = False
    report: Path = Path("sidecar-conformance-report")
    timeout_scale: float = 1.0
    search_path: tuple[str, ...] = ()
    ruleset: str | None = None
    cluster: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether it confines the run to a part of the rule set."""
        return bool(self.only or self.skip or self.shard or self.last_failed)

    def wants(self, id: str) -> bool:
        """Whether the options that name requirements leave this one in."""
        return (not self.only or id in self.only) and id not in self.skip

    def validate(self, ruleset: Ruleset) -> None:
        """Raise UsageError for a value that no run can take."""
        named = {"--only": self.only, "--skip": self.skip, "--allow-untested": self.allow_untested}
        for option, ids in named.items():
            unknown = [id for id in ids if id not in ruleset]
            if unknown:
                raise UsageError(f"{option} names {', '.join(unknown)}: no requirement of {ruleset.version}")
        if not any(self.wants(id) for id in ruleset.ids()):
            raise UsageError("--only and --skip leave no requirement to test")
        strangers = sorted(self.capabilities.keys() - CAPABILITIES.keys())
        if strangers:
            known = ", ".join(sorted(CAPABILITIES))
            raise UsageError(f"--capability names {', '.join(strangers)}; there are {known}")
        if self.dose.profile not in PROFILES:
            raise UsageError(f"--profile is one of {', '.join(PROFILES)}, not {self.dose.profile}")
        if self.workers < 1:
            raise UsageError("--workers must be 1 or more")
        if self.target.attached and self.workers > 1:
            raise UsageError("--attach is for one adapter, which you start by hand: leave --workers at 1")
        if self.cluster:
            self._validate_cluster()
        if self.fix_known_failures and self.is_partial:
            raise UsageError("--fix-known-failures refuses a filtered run: it would forget the others")
        if self.shard is not None and self.last_failed:
            raise UsageError("--shard splits a run that is known beforehand: leave out --last-failed")
        if self.fix_known_failures and self.known_failures is None:
            raise UsageError("--fix-known-failures needs --known-failures FILE")

    def _validate_cluster(self) -> None:
        refuse_without_dask()
        if self.target.attached:
            raise UsageError("--attach is for one adapter, which you start by hand: leave out --cluster")

    def describe(self, declared: Description) -> Description:
        """What the target declares, with what this plan says otherwise.

        With another class than declared, that class's usual capabilities are assumed too; what comes with
        the document was declared for class sidecar alone.
        """
        conformance_class = self.conformance_class or declared.conformance_class
        capabilities = declared.capabilities
        if conformance_class is not declared.conformance_class:
            if declared.conformance_class is ConformanceClass.SIDECAR:
                capabilities -= {"document", "planted_rows"}
            capabilities |= DEFAULT_CAPABILITIES[conformance_class]
        added = frozenset(name for name, wanted in self.capabilities.items() if wanted)
        removed = frozenset(name for name, wanted in self.capabilities.items() if not wanted)
        effective = effective_capabilities(conformance_class, (capabilities | added) - removed) - removed
        return replace(declared, conformance_class=conformance_class, capabilities=effective)


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """What decides the verdict of a run beside its target and dose, as JSON."""
    return {
        "command": list(plan.target.command),
        "attached": plan.target.attached,
        "level": plan.level.value,
        "ruleset": plan.ruleset,
        "only": list(plan.only),
        "skip": list(plan.skip),
        "last_failed": plan.last_failed,
        "allow_untested": list(plan.allow_untested),
        "known_failures": str(plan.known_failures) if plan.known_failures else None,
        "shard": str(plan.shard) if plan.shard else None,
        "report": str(plan.report),
    }
