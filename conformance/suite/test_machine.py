"""All operations in any order, with reopening, against the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from hypothesis import given

from conformance.contract.records import QName, SystemTime
from conformance.oracle.model import FlushCheckpoint, Operation, Reopen
from conformance.suite.expect import Nonconformance
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
    broken = _outcome(backend, program)
    if broken is not None:
        raise broken


@verifies("UP-06", shrinks=False)
@given(program=long_programs())
def test_UP_06_a_backend_agrees_with_the_model_on_long_walks(
    backend: Backend, program: list[Operation]
) -> None:
    """
    Long programs that Hypothesis could not make or shrink as cheaply; so the shrinking is done here.
    """
    broken = _outcome(backend, program)
    if broken is not None:
        outcome = partial(_outcome, backend)
        raise outcome(smallest(program, broken, outcome)) or broken


def _outcome(backend: Backend, program: Sequence[Operation]) -> Breach | None:
    """What a program breaks. Two spellings of one id are to blame only if one spelling breaks nothing."""
    broken = _walked(backend, program)
    if isinstance(broken, Nonconformance) and broken.requirement == "QN-07":
        return _walked(backend, list(map(_in_one_spelling, program))) or _walked(backend, program)
    return broken


def _walked(backend: Backend, program: Sequence[Operation]) -> Breach | None:
    backend.restart_example({"program": list(program)})
    try:
        with backend.fresh(now=NOON) as store:
            walk(store, program)
    except BREACHES as broken:
        return broken
    return None


def _in_one_spelling(operation: Operation) -> Operation:
    if isinstance(operation, FlushCheckpoint | Reopen):
        return operation
    return replace(operation, id=QName.parse(str(operation.id)))
