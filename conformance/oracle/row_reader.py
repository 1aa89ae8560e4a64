"""The tree of a document to stored rows, noting whatever is not as the product writes it.

ER-02 has the rules of what is refused, LD-01 to LD-09 those of what is read all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from conformance.contract.records import MAX_CONSECUTIVE_FAILURES, Manual, SystemTime
from conformance.oracle.json_tree import Node
from conformance.oracle.rows import REQUIRED_MEMBERS, ROW_MEMBERS, StoredRow
from conformance.oracle.value_reader import Flaw, ValueReader, word


class LocatedRow(NamedTuple):
    """A row, its place in the document from 0, and what it was read from."""

    place: int
    node: Node
    row: StoredRow


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows that could be read, and what was noted. A refused row is missing from `rows`."""

    rows: tuple[LocatedRow, ...]
    flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class RowReading:
    """One row, None where it is refused, and what was noted; paths start at the row."""

    row: StoredRow | None
    flaws: tuple[Flaw, ...]


def read_rows(document: Node) -> Reading:
    """The rows of a parsed document."""
    if document.kind != "array":
        return Reading((), (not_an_array(document),))
    rows = []
    flaws: list[Flaw] = []
    for place, node in enumerate(document.children):
        reading = read_row(node)
        if reading.row is not None:
            rows.append(LocatedRow(place, node, reading.row))
        flaws += [replace(flaw, path=(place, *flaw.path)) for flaw in reading.flaws]
    return Reading(tuple(rows), tuple(flaws))


def read_row(node: Node) -> RowReading:
    """One element of the document."""
    reader = _RowReader()
    row = reader.row(node)
    return RowReading(None if reader.refused else row, tuple(reader.flaws))


def not_an_array(document: Node) -> Flaw:
    """What there is to say about a document that is JSON, and no list of rows."""
    return Flaw(document.start, (), "ER-02", "FM-02", "an array of rows", word(document))


def member_of(row: Node, member: str) -> Node | None:
    """The member of a row, which may be an array; None where there is none."""
    names = ROW_MEMBERS if row.kind == "array" else row.keys
    place = names.index(member) if member in names else len(row.children)
    return row.children[place] if place < len(row.children) else None


class _RowReader(ValueReader):
    """Reads one row. Paths start at the row."""

    __slots__ = ()

    def row(self, node: Node) -> StoredRow:
        members = self._row_members(node)
        read = {name: _MEMBERS[name](self, member) for name, member in members.items()}
        return StoredRow(**{**_STAND_INS, **read})

    def failures(self, node: Node) -> int:
        return self.integer(node, ("consecutive_failures",), MAX_CONSECUTIVE_FAILURES, "FM-02")

    def next_fire_at(self, node: Node) -> SystemTime | None:
        return None if node.kind == "null" else self.instant(node, ("next_fire_at",))

    def _row_members(self, node: Node) -> dict[str, Node]:
        if node.kind == "array":
            return self._row_of_array(node)
        if node.kind == "object":
            return self._row_of_object(node)
        self.refuse(node, (), "FM-02", "an object", word(node))
        return {}

    def _row_of_array(self, node: Node) -> dict[str, Node]:
        self.note(node, (), "LD-09", "FM-02", "an object", "an array")
        if not len(REQUIRED_MEMBERS) <= len(node.children) <= len(ROW_MEMBERS):
            self.refuse(node, (), "FM-02", "3 to 5 values", str(len(node.children)))
            return {}
        members = dict(zip(ROW_MEMBERS, node.children, strict=False))
        self._note_missing(node, members)
        return members

    def _row_of_object(self, node: Node) -> dict[str, Node]:
        if node.keys == ROW_MEMBERS:
            return dict(zip(ROW_MEMBERS, node.children, strict=True))
        known = self.known_members(node, (), ROW_MEMBERS, "FM-02", None)
        if list(known) != [name for name in ROW_MEMBERS if name in known]:
            self.note(node, (), "LD-08", "FM-02", ", ".join(ROW_MEMBERS), ", ".join(known))
        self._note_missing(node, known)
        return known

    def _note_missing(self, node: Node, members: dict[str, Node]) -> None:
        for name, requirement in (("schedule", "LD-01"), ("next_fire_at", "LD-02")):
            if name not in members:
                self.note(node, (), requirement, "FM-02", f"the member {name}", "none")
        for name in REQUIRED_MEMBERS:
            if name not in members:
                self.refuse(node, (), "FM-02", f"the member {name}", "none")


_MEMBERS: Mapping[str, Callable[[_RowReader, Node], Any]] = {
    "qname": lambda reader, node: reader.text(node, ("qname",)),
    "status": lambda reader, node: reader.text(node, ("status",)),
    "consecutive_failures": _RowReader.failures,
    "schedule": lambda reader, node: reader.schedule(node, ("schedule",)),
    "next_fire_at": _RowReader.next_fire_at,
}
_STAND_INS: Mapping[str, Any] = {
    "qname": "",
    "status": "",
    "consecutive_failures": 0,
    "schedule": Manual(),
    "next_fire_at": None,
}
