"""All operations in any order, with reopening, against the model."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given

from conformance.contract.records import SystemTime
from conformance.oracle.model import Operation
from conformance.suite.machine import walk
from conformance.suite.session import Backend
from conformance.suite.shrinking import BREACHES, Breach, smallest
from conformance.suite.strategies import long_programs, programs
from conformance.suite.verifies import verifies

NOON = SystemTime(1_800_000_000, 0)


@verifies("UP-06")
@given(program=programs(cancelling_unknown=True))
def test_UP_06_a_backend_agrees_with_the_model_after_every_operation(
    backend: Backend, program: list[Operation]
) -> None:
    with backend.fresh(now=NOON) as store:
        walk(store, program)


@verifies("UP-06", shrinks=False)
@given(program=long_programs())
def test_UP_06_a_backend_agrees_with_the_model_on_long_walks(
    backend: Backend, program: list[Operation]
) -> None:
    """
    Long programs that Hypothesis could not make or shrink as cheaply; so the shrinking is done here.
    """

    def outcome(program: Sequence[Operation]) -> Breach | None:
        backend.restart_example({"program": list(program)})
        try:
            with backend.fresh(now=NOON) as store:
                walk(store, program)
        except BREACHES as broken:
            return broken
        return None

    broken = outcome(program)
    if broken is not None:
        raise outcome(smallest(program, broken, outcome)) or broken
