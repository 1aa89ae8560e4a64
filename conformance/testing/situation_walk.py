"""Walks through a situation beside the model, and makes one that goes wrong as plain as still goes wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SystemTime
from conformance.oracle.model import Cancel
from conformance.testing.covering import simplest
from conformance.testing.expect import Nonconformance
from conformance.testing.machine import Walk
from conformance.testing.planting import raw_row
from conformance.testing.session import Backend
from conformance.testing.shrinking import BREACHES, Breach
from conformance.testing.situations import (
    FACTORS,
    JOB,
    LEFT_OUT,
    STRANGE,
    program_of,
    raw_row_of,
    rows_of,
)

NOON = SystemTime(1_800_000_000, 0)


def outcome_of(backend: Backend, situation: Mapping[str, Any]) -> Breach | None:
    """What goes wrong in it, if anything. A row that is not loaded can be seen in a document only."""
    situation = {**situation, "unloadable": situation["unloadable"] and backend.keeps_document}
    backend.restart_example({"situation": dict(situation)})
    try:
        _walk(backend, situation)
    except BREACHES as broken:
        return broken
    return None


def plainest(backend: Backend, situation: Mapping[str, Any], broken: Breach) -> Breach:
    """What goes wrong in the plainest situation in which anything does; it becomes the failing example."""
    plain = simplest(situation, FACTORS, lambda other: outcome_of(backend, other) is not None)
    return outcome_of(backend, plain) or broken


def _walk(backend: Backend, situation: Mapping[str, Any]) -> None:
    rows = rows_of(situation)
    planted = [raw_row_of(situation), *map(raw_row, rows[1:])]
    with backend.fresh(now=NOON, rows=planted) as store:
        course = Walk(store, tuple(rows), spellings=frozenset({JOB}))
        with _in_doubt(_RULE_OF_LOADING, situation):
            _look(course)
        for operation in program_of(situation):
            with _in_doubt({} if isinstance(operation, Cancel) else _RULE_OF_CHANGING, situation):
                course.step(operation)


def _look(course: Walk) -> None:
    try:
        course.look()
    except SchedulerPersistenceError as error:
        claim = "a stored job is loaded as its row has it"
        raise Nonconformance(claim, "no exception", f"SchedulerPersistenceError: {error}") from None


_UNLOADABLE, _STRANGE, _LEGACY = "unloadable", "strange", "legacy"
_RULE_OF_LOADING = {_UNLOADABLE: "QN-03", _STRANGE: "LD-07", _LEGACY: "LD-03"}
_RULE_OF_CHANGING = {_UNLOADABLE: "QN-05", _STRANGE: "LD-07", _LEGACY: "LD-06"}


@contextmanager
def _in_doubt(rules: Mapping[str, str], situation: Mapping[str, Any]) -> Iterator[None]:
    """Where the rows are unlike those written today, the requirement is the one that speaks of such rows."""
    try:
        yield
    except Nonconformance as broken:
        broken.requirement = rules.get(_kind(situation), broken.requirement)
        raise


def _kind(situation: Mapping[str, Any]) -> str:
    if situation["unloadable"]:
        return _UNLOADABLE
    if situation["status"] == STRANGE:
        return _STRANGE
    return _LEGACY if LEFT_OUT in situation.values() else ""
