"""An independent, strict reader, writer and judge of the sidecar document.

Text becomes a tree of positioned values, the tree becomes rows and findings. A finding that refuses makes
the whole document unreadable (ER-01, ER-02); the others tell where the document is read, but is not written
the way the product writes it.
"""

from __future__ import annotations

from conformance.oracle.format_check import FormatProblem, check_format
from conformance.oracle.inspection import Finding, Inspection, decode, inspect_document
from conformance.oracle.row_writer import write_document
from conformance.oracle.rows import (
    StoredRow,
    instant_from_json,
    instant_to_json,
    loaded_rows,
    restore,
    restored_qname,
    row_to_json,
    schedule_from_json,
    schedule_to_json,
)
from conformance.oracle.usual_spelling import rows_as_usually_spelled

__all__ = [
    "DocumentRefused",
    "Finding",
    "FormatProblem",
    "Inspection",
    "StoredRow",
    "check_format",
    "inspect_document",
    "instant_from_json",
    "instant_to_json",
    "loaded_rows",
    "read_document",
    "restore",
    "restored_qname",
    "row_to_json",
    "schedule_from_json",
    "schedule_to_json",
    "write_document",
]


class DocumentRefused(ValueError):  # noqa: N818 - it is the document that is refused; nothing went wrong
    """The document cannot be read. Line and column count from 1, in characters."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(
            f"{finding.reason} (line {finding.line}, column {finding.column}; {finding.requirement})"
        )
        self.reason = finding.reason
        self.line = finding.line
        self.column = finding.column
        self.pointer = finding.pointer
        self.requirement = finding.requirement


def read_document(data: bytes) -> tuple[StoredRow, ...]:
    """The stored rows; no bytes mean no rows (LD-05).

    Raises DocumentRefused for a document that ER-01 or ER-02 has a backend refuse. Invalid UTF-8 and lone
    surrogates inside the value of an unknown member are ignored.
    """
    rows = rows_as_usually_spelled(decode(data))
    if rows is not None:
        return rows
    inspection = inspect_document(data)
    for finding in inspection.findings:
        if finding.refuses:
            raise DocumentRefused(finding)
    return inspection.rows
