"""The kit as a library: for tests of one's own.

    from conformance.testing import assert_conformant

    def test_my_backend():
        assert_conformant(open_backend)

| name | what it is |
|---|---|
| `assert_conformant` | the whole suite, or a part of it, as one assertion |
| `requirements` | the suite as pytest items, one a check |
| `state_machine` | every operation in any order against the model, as a Hypothesis state machine |
| `strategies` | Hypothesis strategies: names, instants, schedules, rows, documents, programs |
| `Model` | what a right backend holds and loads after some operations |
| `Operation` | an operation as a value, such as `RecordScheduled` or `Cancel` |
| `carry_out` | makes the call that such a value stands for |
| `read_document`, `write_document`, `DocumentRefused` | the sidecar document, as the strict reader reads it |

Checks run in the calling process. The other modules of this package are what the suite itself stands on, and
may change.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.embedded.asserting import assert_conformant
    from conformance.embedded.items import RequirementCheck, requirements
    from conformance.embedded.stateful import state_machine
    from conformance.oracle.document import DocumentRefused, StoredRow, read_document, write_document
    from conformance.oracle.model import (
        Cancel,
        FlushCheckpoint,
        Operation,
        RecordFinished,
        RecordScheduled,
        RecordStarted,
        Reopen,
        carry_out,
    )
    from conformance.results.run_record import RunRecord
    from conformance.testing import strategies
    from conformance.testing.model import Model

__all__ = [
    "Cancel",
    "DocumentRefused",
    "FlushCheckpoint",
    "Model",
    "Operation",
    "RecordFinished",
    "RecordScheduled",
    "RecordStarted",
    "Reopen",
    "RequirementCheck",
    "RunRecord",
    "StoredRow",
    "assert_conformant",
    "carry_out",
    "read_document",
    "requirements",
    "state_machine",
    "strategies",
    "write_document",
]

if not TYPE_CHECKING:
    # The doors stand above the suite, which stands on this package: they open when somebody comes. They are
    # not in dir(), because tools that look through all modules, such as freezegun, would open them.
    _HOMES = {
        "assert_conformant": "conformance.embedded.asserting",
        "requirements": "conformance.embedded.items",
        "RequirementCheck": "conformance.embedded.items",
        "state_machine": "conformance.embedded.stateful",
        "Model": "conformance.testing.model",
        "RunRecord": "conformance.results.run_record",
        "DocumentRefused": "conformance.oracle.document",
        "StoredRow": "conformance.oracle.document",
        "read_document": "conformance.oracle.document",
        "Operation": "conformance.oracle.model",
        "RecordScheduled": "conformance.oracle.model",
        "RecordStarted": "conformance.oracle.model",
        "RecordFinished": "conformance.oracle.model",
        "Cancel": "conformance.oracle.model",
        "FlushCheckpoint": "conformance.oracle.model",
        "Reopen": "conformance.oracle.model",
        "carry_out": "conformance.oracle.model",
        "write_document": "conformance.oracle.document",
    }

    def __getattr__(name):
        if name == "strategies":
            return import_module("conformance.testing.strategies")
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
