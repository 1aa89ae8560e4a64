"""A normalised copy of a document: every row of it, written as the product writes rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from conformance.linting.repairs import mend_bytes, mend_row, mend_syntax
from conformance.linting.scanning import Element, NotRows, Scanner
from conformance.oracle.inspection import decode, printable, shortened
from conformance.oracle.json_tree import JsonSyntaxError, Lines, pointer
from conformance.oracle.row_reader import read_row
from conformance.oracle.row_writer import write_document
from conformance.oracle.rows import StoredRow


@dataclass(frozen=True, slots=True)
class Fix:
    """A normalised copy, or why there is none. `changes` tells what was mended before it could be read.

    `content` is None where `obstacle` says what keeps the document from being written without loss.
    """

    content: bytes | None
    changes: tuple[str, ...] = ()
    obstacle: str = ""


class _Obstacle(Exception):  # noqa: N818 - carries out why a document is left alone
    pass


def fix_document(data: bytes) -> Fix:
    """Rewrite a document with all its rows. One that can only be read by guessing is left alone."""
    if not data:
        return Fix(write_document([]))
    try:
        elements, changes = _readable(data)
        rows, mended = _rows(elements)
        return Fix(write_document(rows), (*changes, *mended))
    except _Obstacle as obstacle:
        return Fix(None, obstacle=str(obstacle))


def _readable(data: bytes) -> tuple[list[Element], list[str]]:
    """The elements, and what had to be mended to make the bytes JSON."""
    text = decode(data)
    try:
        return list(Scanner(text).elements()), []
    except NotRows as error:
        raise _Obstacle(f"it is {error.flaw.observed}, not an array of rows") from None
    except JsonSyntaxError as error:
        first = error
    data, changes = mend_bytes(data)
    mended, more = mend_syntax(decode(data))
    try:
        return list(Scanner(mended).elements()), [*changes, *more]
    except (JsonSyntaxError, NotRows):
        line, column = Lines(text).at(first.offset)
        raise _Obstacle(
            f"{printable(first.reason)} (line {line}, column {column}): which rows are meant cannot be known"
        ) from None


def _rows(elements: Iterable[Element]) -> tuple[list[StoredRow], list[str]]:
    rows = []
    changes: Counter[str] = Counter()
    for element in elements:
        row = element.row
        if row is None:
            row = _mended(element, changes)
        rows.append(row)
        changes["left out: a member that the format does not have"] += sum(
            flaw.requirement == "LD-04" for flaw in element.flaws
        )
    return rows, [_counted(change, times) for change, times in changes.items() if times]


def _counted(change: str, times: int) -> str:
    return change if times == 1 else f"{change} ({times} times)"


def _mended(element: Element, changes: Counter[str]) -> StoredRow:
    assert element.node is not None
    node, done = mend_row(element.node)
    reading = read_row(node)
    if reading.row is None:
        flaw = next(flaw for flaw in reading.flaws if flaw.requirement in {"ER-01", "ER-02"})
        place = printable(pointer(element.place, *flaw.path))
        found = shortened(printable(flaw.observed))
        raise _Obstacle(f"{place}: expected {flaw.expected}, found {found}: what is meant cannot be known")
    changes.update(done)
    return reading.row
