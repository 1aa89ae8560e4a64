"""All operations in any order, with reopening, against the model."""

from __future__ import annotations

from hypothesis import given

from conformance.contract.records import SystemTime
from conformance.oracle.model import Operation
from conformance.suite.machine import Walk
from conformance.suite.session import Backend
from conformance.suite.strategies import programs
from conformance.suite.verifies import verifies


@verifies("UP-06")
@given(program=programs(cancelling_unknown=True))
def test_UP_06_a_backend_agrees_with_the_model_after_every_operation(
    backend: Backend, program: list[Operation]
) -> None:
    with backend.fresh(now=SystemTime(1_800_000_000, 0)) as store:
        walk = Walk(store)
        for operation in program:
            walk.step(operation)
