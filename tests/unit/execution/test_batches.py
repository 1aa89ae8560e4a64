"""Checks that run together share a worker; the others spread."""

from __future__ import annotations

from conformance.execution.supervisor import Task, batches
from conformance.suite.chapters import CHECKS
from conformance.testing.crashes import TOGETHER


def test_the_checks_of_crashes_are_one_batch_and_every_other_check_is_its_own() -> None:
    found = [[task.check for task in batch] for batch in batches([Task(check) for check in CHECKS.values()])]
    shared = [batch for batch in found if len(batch) > 1]

    assert [[check for check in CHECKS.values() if check.together == TOGETHER]] == shared
    assert len(CHECKS) == sum(map(len, found))
