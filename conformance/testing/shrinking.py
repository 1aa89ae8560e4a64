"""Makes a failing program small where Hypothesis does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from conformance.contract.connection import EscapedFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.oracle.model import Operation
from conformance.testing.expect import Nonconformance

Breach: TypeAlias = Nonconformance | SchedulerPersistenceError | EscapedFault
BREACHES = (Nonconformance, SchedulerPersistenceError, EscapedFault)


def smallest(
    program: Sequence[Operation], broken: Breach, outcome: Callable[[Sequence[Operation]], Breach | None]
) -> Sequence[Operation]:
    """The program without what need not be in it to break the same requirement.

    Halves, quarters and so on are left out, down to single operations.
    """
    wanted = _what(broken)
    size = len(program) // 2
    while size:
        for start in range(len(program) - size, -1, -size):
            shorter = [*program[:start], *program[start + size :]]
            found = outcome(shorter) if shorter else None
            if found is not None and _what(found) == wanted:
                program = shorter
        size //= 2
    return program


def _what(broken: Breach) -> tuple[type, str | None]:
    return type(broken), broken.requirement if isinstance(broken, Nonconformance) else None
