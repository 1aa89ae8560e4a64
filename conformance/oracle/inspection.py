"""Everything that can be said about a sidecar document: its rows, and findings that know where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.contract.records import SchedulerJobStatus
from conformance.oracle.json_tree import JsonSyntaxError, Lines, Node, parse_json, pointer
from conformance.oracle.row_reader import LocatedRow, Reading, member_of, read_rows
from conformance.oracle.rows import StoredRow, restored_qname
from conformance.oracle.value_reader import Flaw

_LONGEST = 200  # characters of a value in a message
_REFUSALS = frozenset({"ER-01", "ER-02"})
_KNOWN_STATUS = frozenset(status.value for status in SchedulerJobStatus)


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a document is not as the product writes it.

    `requirement` says how it is read; ER-01 and ER-02 refuse the document. `format_requirement` is what a
    backend breaks that writes it so, None where that is no fault of the format.
    """

    requirement: str
    format_requirement: str | None
    pointer: str
    line: int
    column: int
    expected: str
    observed: str

    @property
    def refuses(self) -> bool:
        """Whether the whole document is refused for it."""
        return self.requirement in _REFUSALS

    @property
    def reason(self) -> str:
        """The finding as one sentence."""
        place = shortened(self.pointer) or "the document"
        return f"{place}: expected {self.expected}, observed {self.observed}"


@dataclass(frozen=True, slots=True)
class Inspection:
    """All rows that can be read, and all findings, in the order of the document.

    When a finding refuses, the rows are those of a document without the bad ones: no backend loads them.
    """

    rows: tuple[StoredRow, ...]
    findings: tuple[Finding, ...]


def inspect_document(data: bytes) -> Inspection:
    """Read as much as can be read and note everything that the product would not have written."""
    if not data:
        return Inspection((), ())
    text = decode(data)
    try:
        return inspect_tree(text, parse_json(text))
    except JsonSyntaxError as error:
        return Inspection((), (syntax_finding(text, error),))


def inspect_tree(text: str, root: Node) -> Inspection:
    """The same for a document that is parsed already."""
    reading = read_rows(root)
    flaws = sorted((*reading.flaws, *_row_remarks(reading)), key=lambda flaw: flaw.offset)
    lines = Lines(text if flaws else "")
    rows = tuple(located.row for located in reading.rows)
    return Inspection(rows, tuple(_finding(flaw, lines) for flaw in flaws))


def decode(data: bytes) -> str:
    """The text; each byte that is not UTF-8 becomes a lone surrogate, which no valid UTF-8 decodes to."""
    return data.decode("utf-8", "surrogateescape")


def syntax_finding(text: str, error: JsonSyntaxError) -> Finding:
    """What there is to say about a text that is no JSON."""
    line, column = Lines(text).at(error.offset)
    return Finding("ER-01", "FM-02", printable(error.pointer), line, column, "JSON", printable(error.reason))


def printable(text: str) -> str:
    """`text` without lone surrogates."""
    return text.encode("utf-8", "backslashreplace").decode()


def shortened(text: str) -> str:
    """`text`, or its beginning and its end."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}...{text[-_LONGEST // 2 :]}"


def _finding(flaw: Flaw, lines: Lines) -> Finding:
    return Finding(
        flaw.requirement,
        flaw.format_requirement,
        printable(pointer(*flaw.path)),
        *lines.at(flaw.offset),
        shortened(printable(flaw.expected)),
        shortened(printable(flaw.observed)),
    )


def _row_remarks(reading: Reading) -> list[Flaw]:
    """What is right by the format and yet worth a word: rows that load_all drops, repeated or odd ones."""
    remarks = []
    seen: set[str] = set()
    for located in reading.rows:
        qname = located.row.qname
        if restored_qname(qname) is None:
            rule, wanted = ("QN-04", "two parts") if "." in qname else ("QN-03", "a dot")
            remarks.append(_remark(located, "qname", rule, f"{wanted} in the qname", qname))
        if qname in seen:
            remarks.append(_remark(located, "qname", "UP-07", "one row of this qname", qname))
        if located.row.status not in _KNOWN_STATUS:
            remarks.append(_remark(located, "status", "LD-07", "a known status", located.row.status))
        seen.add(qname)
    return remarks


def _remark(located: LocatedRow, member: str, requirement: str, expected: str, observed: str) -> Flaw:
    node = member_of(located.node, member) or located.node
    return Flaw(node.start, (located.place, member), requirement, None, expected, repr(observed))
