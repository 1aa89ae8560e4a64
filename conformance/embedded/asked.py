"""What a caller asks for: which requirements, of which backend, how much of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import SystemRandom
from typing import Any, TypeAlias

from conformance.contract.classes import CAPABILITIES, ConformanceClass
from conformance.contract.requirements import Level, load_ruleset
from conformance.contract.target import Description, describe
from conformance.errors import UsageError
from conformance.execution.plan import Plan, TargetSpec
from conformance.execution.selection import with_chapters
from conformance.hosting.loading import name_of, spelling_of
from conformance.suite.chapters import CHECKS
from conformance.testing.profiles import Dose
from conformance.testing.verifies import Check

OpenBackend: TypeAlias = Callable[[Path], Any]
Names: TypeAlias = str | Iterable[str]


def plan_of(
    open_backend: OpenBackend,
    *,
    profile: str,
    only: Names = (),
    skip: Names = (),
    conformance_class: str | None,
    capabilities: Iterable[str] | None,
    level: str,
    seed: int | None,
) -> Plan:
    """The plan of a run in this process. Raises ValueError for a word that it cannot take."""
    wanted = None if capabilities is None else frozenset(capabilities)
    try:
        plan = Plan(
            target_of(open_backend),
            Dose(profile, SystemRandom().randrange(2**32) if seed is None else seed),
            ConformanceClass(conformance_class) if conformance_class is not None else None,
            {} if wanted is None else {name: name in wanted for name in wanted | CAPABILITIES.keys()},
            Level(level.upper()),
            only=_ids(only),
            skip=_ids(skip),
            report=Path(),
        )
        plan.validate(load_ruleset())
    except UsageError as error:
        raise ValueError(str(error).replace("--capability", "capabilities").replace("--", "")) from None
    return plan


def target_of(open_backend: OpenBackend) -> TargetSpec:
    """How another process names the backend, or else only what it is called."""
    return TargetSpec(spelling_of(open_backend) or name_of(open_backend))


def described(plan: Plan, open_backend: OpenBackend) -> Description:
    """What the target declares, with what the plan says otherwise. Raises ValueError where that cannot be."""
    return plan.describe(describe(open_backend, plan.target.spelled))


def selected(plan: Plan) -> Sequence[Check]:
    """The checks of the requirements that the plan runs, in catalogue order."""
    order = {id: place for place, id in enumerate(load_ruleset().ids())}
    found = [check for check in CHECKS.values() if plan.wants(check.requirement)]
    return sorted(found, key=lambda check: order[check.requirement])


def _ids(names: Names) -> tuple[str, ...]:
    """The ids that are named, by themselves or by their chapter, in any case."""
    said = names.split(",") if isinstance(names, str) else names
    words = (word.strip().upper() for word in said)
    return with_chapters(filter(None, words), load_ruleset())
