"""What a run will do: which checks, and what is settled before any of them runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from conformance.contract.requirements import Ruleset
from conformance.contract.target import Description
from conformance.execution.judging import Preparation
from conformance.execution.order import cheapest_first
from conformance.execution.plan import Plan
from conformance.execution.supervisor import Task, batches
from conformance.results.counterexample import Counterexample
from conformance.results.known_failures import KnownFailure
from conformance.results.verdict import RequirementResult, Verdict, exemption
from conformance.results.wording import NOT_IN_SHARD, NOT_SELECTED
from conformance.suite.chapters import checks_for
from conformance.testing.verifies import Check


def prepare_run(
    plan: Plan,
    ruleset: Ruleset,
    description: Description,
    tests: Collection[str] | None = None,
    known: Sequence[KnownFailure] = (),
    pinned: Iterable[Counterexample] = (),
) -> Preparation:
    """What the plan runs on a backend; of the checks, only `tests` if they are given."""
    settled: list[RequirementResult] = []
    tasks: list[Task] = []
    filtered = plan.is_partial
    pinned = tuple(pinned)
    for requirement in ruleset.requirements:
        exempt = exemption(requirement, description)
        if exempt is not None:
            settled.append(exempt)
            continue
        checks = [check for check in checks_for(requirement.id) if is_possible(check, description)]
        chosen = [check for check in checks if _wants(plan, check, tests)]
        filtered |= len(chosen) < len(checks)
        if checks and not chosen:
            settled.append(_left_out(requirement.id, ruleset, NOT_SELECTED))
        tasks += [Task(check, _pinned_of(check, pinned)) for check in chosen]
    tasks = cheapest_first(tasks)
    if plan.shard is not None:
        tasks, elsewhere = _sharded(plan, tasks)
        settled += [_left_out(id, ruleset, f"{NOT_IN_SHARD} {plan.shard}") for id in elsewhere]
    return Preparation(description, tuple(settled), tuple(tasks), tuple(known), filtered)


def _sharded(plan: Plan, tasks: Sequence[Task]) -> tuple[list[Task], list[str]]:
    """The tasks of the plan's shard, and the requirements that have none in it."""
    assert plan.shard is not None
    mine = [task for batch in plan.shard.of(batches(tasks)) for task in batch]
    ids = dict.fromkeys(task.check.requirement for task in tasks)
    here = {task.check.requirement for task in mine}
    return mine, [id for id in ids if id not in here]


def _left_out(id: str, ruleset: Ruleset, reason: str) -> RequirementResult:
    return RequirementResult(ruleset[id], Verdict.NOT_REACHED, reason=reason)


def _wants(plan: Plan, check: Check, tests: Collection[str] | None) -> bool:
    return plan.wants(check.requirement) and (tests is None or check.test in tests)


def is_possible(check: Check, description: Description) -> bool:
    """Whether the backend declares what the check itself needs."""
    return check.needs is None or check.needs in description.capabilities


def _pinned_of(check: Check, pinned: Iterable[Counterexample]) -> tuple[Any, ...]:
    """The arguments of the pinned counterexamples that this check found, whatever requirement they break."""
    return tuple(found.arguments for found in pinned if found.test == check.test)
