"""An exception of another type than the backend's own is one fault, and one requirement's affair.

Most checks can live with a refusal, and none of them is about its type: to them a foreign exception is a
refusal like any other. Those about errors say `strictly`: ER-01, ER-02, ER-03, ER-06, NF-07, SE-03, SE-04.
"""

from __future__ import annotations

from conformance.contract.connection import EscapedFault
from conformance.contract.faults import SchedulerPersistenceError


class ForeignException(EscapedFault, SchedulerPersistenceError):  # noqa: N818 - the backend's fault, not an error
    """Something else than SchedulerPersistenceError came out, where that would have been in order."""
