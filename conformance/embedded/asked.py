"""What a caller asks for: which requirements, of which backend, how much of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import SystemRandom
from typing import Any, TypeAlias

import conformance.suite.chapters  # noqa: F401 - registers the checks
from conformance.contract.classes import CAPABILITIES, ConformanceClass
from conformance.contract.requirements import Level, load_ruleset
from conformance.contract.target import Description, describe
from conformance.errors import UsageError
from conformance.execution.plan import Plan, TargetSpec
from conformance.hosting.loading import name_of, spelling_of
from conformance.testing.profiles import Dose
from conformance.testing.verifies import CHECKS, Check

OpenBackend: TypeAlias = Callable[[Path], Any]
Names: TypeAlias = str | Iterable[str]


def plan_of(
    open_backend: OpenBackend,
    *,
    profile: str,
    conformance_class: str | None,
    capabilities: Iterable[str] | None,
    level: str,
    seed: int | None,
) -> Plan:
    """The plan of a run in this process. Raises ValueError for a word that it cannot take."""
    wanted = None if capabilities is None else frozenset(capabilities)
    try:
        plan = Plan(
            TargetSpec(spelling_of(open_backend) or name_of(open_backend)),
            Dose(profile, SystemRandom().randrange(2**32) if seed is None else seed),
            ConformanceClass(conformance_class) if conformance_class is not None else None,
            {} if wanted is None else {name: name in wanted for name in wanted | CAPABILITIES.keys()},
            Level(level.upper()),
            report=Path(),
        )
        plan.validate(load_ruleset())
    except UsageError as error:
        raise ValueError(str(error).replace("--capability", "capabilities").replace("--", "")) from None
    return plan


def described(plan: Plan, open_backend: OpenBackend) -> Description:
    """What the target declares, with what the plan says otherwise. Raises ValueError where that cannot be."""
    return plan.describe(describe(open_backend, plan.target.spelled))


def selected(only: Names, skip: Names) -> Sequence[Check]:
    """The checks of these requirements, in catalogue order; all where `only` is empty.

    A name is an id or a chapter, in any case: "CX-03", "cx". Raises ValueError for one that is neither.
    """
    chosen = set(_ids(only, "only") if _words(only) else load_ruleset().ids()) - set(_ids(skip, "skip"))
    order = {id: place for place, id in enumerate(load_ruleset().ids())}
    found = [check for check in CHECKS.values() if check.requirement in chosen]
    if not found:
        raise ValueError("only and skip leave no requirement to test")
    return sorted(found, key=lambda check: order[check.requirement])


def _words(names: Names) -> list[str]:
    said = names.split(",") if isinstance(names, str) else names
    return [word.strip().upper() for word in said if word.strip()]


def _ids(names: Names, argument: str) -> list[str]:
    found = []
    for word in _words(names):
        meant = [id for id in load_ruleset().ids() if word in (id, id.partition("-")[0])]
        if not meant:
            raise ValueError(f"{argument} names {word!r}, which is no requirement and no chapter of one")
        found += meant
    return found
