"""Cheap checks come first; checks of one batch come together."""

from __future__ import annotations

import conformance.suite.chapters  # noqa: F401 - registers the checks
from conformance.execution.order import cheapest_first, costs
from conformance.execution.supervisor import Task, batches
from conformance.testing.verifies import CHECKS

TASKS = [Task(check) for check in CHECKS.values()]


def test_every_cost_is_that_of_a_check() -> None:
    assert not costs().keys() - CHECKS.keys()


def test_a_batch_costs_what_its_checks_cost() -> None:
    ordered = batches(cheapest_first(TASKS))
    sums = [sum(costs().get(task.check.test, 0) for task in batch) for batch in ordered]

    assert sums == sorted(sums)


def test_no_task_is_lost() -> None:
    assert sorted(task.check.test for task in cheapest_first(TASKS)) == sorted(CHECKS)
