"""The tree of a document to stored rows, noting whatever is not as the product writes it.

ER-02 has the rules of what is refused, LD-01 to LD-09 those of what is read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from conformance.contract.records import (
    MAX_CONSECUTIVE_FAILURES,
    MAX_DURATION_SECS,
    MAX_INSTANT_SECS,
    NANOS_PER_SECOND,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    Schedule,
    SystemTime,
)
from conformance.oracle.json_tree import Node
from conformance.oracle.rows import (
    DURATION_MEMBERS,
    INSTANT_MEMBERS,
    REQUIRED_MEMBERS,
    ROW_MEMBERS,
    VARIANTS,
    StoredRow,
)

Path: TypeAlias = tuple[str | int, ...]
MAX_U32 = 2**32 - 1
_NO_SCALAR_VALUE = re.compile("[\ud800-\udfff]")
_LONGEST_INTEGER = 20  # digits of 2^64-1
_WORDS = {"object": "an object", "array": "an array", "string": "a string", "true": "true", "false": "false"}


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not as the product writes it.

    `requirement` tells how it is read: ER-01 and ER-02 refuse the document. `format_requirement` tells what
    a backend breaks that writes it, if anything.
    """

    offset: int
    path: Path
    requirement: str
    format_requirement: str | None
    expected: str
    observed: str


class LocatedRow(NamedTuple):
    """A row, its place in the document from 0, and the offset of its first character."""

    place: int
    offset: int
    row: StoredRow


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows that could be read, and what was noted. A refused row is missing from `rows`."""

    rows: tuple[LocatedRow, ...]
    flaws: tuple[Flaw, ...]


class _Refused(Exception):  # noqa: N818 - carries a flaw out of a row
    def __init__(self, flaw: Flaw) -> None:
        self.flaw = flaw


def read_rows(document: Node) -> Reading:
    """The rows of a parsed document."""
    if document.kind != "array":
        flaw = Flaw(document.start, (), "ER-02", "FM-02", "an array of rows", _word(document))
        return Reading((), (flaw,))
    rows = []
    flaws: list[Flaw] = []
    for index, node in enumerate(document.children):
        reader = _RowReader()
        try:
            rows.append(LocatedRow(index, node.start, reader.row(node)))
        except _Refused as refused:
            reader.flaws.append(refused.flaw)
        flaws += [replace(flaw, path=(index, *flaw.path)) for flaw in reader.flaws]
    return Reading(tuple(rows), tuple(flaws))


class _RowReader:
    """Reads one row. Paths start at the row."""

    __slots__ = ("flaws",)

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []

    def row(self, node: Node) -> StoredRow:
        members = self._row_members(node)
        schedule = members.get("schedule")
        next_fire_at = members.get("next_fire_at")
        failures = members["consecutive_failures"]
        return StoredRow(
            _text(members["qname"], ("qname",)),
            _text(members["status"], ("status",)),
            _integer(failures, ("consecutive_failures",), MAX_CONSECUTIVE_FAILURES, "FM-02"),
            Manual() if schedule is None else self._schedule(schedule, ("schedule",)),
            None if next_fire_at is None else self._optional_instant(next_fire_at, ("next_fire_at",)),
        )

    def _row_members(self, node: Node) -> dict[str, Node]:
        if node.kind == "array":
            members = self._row_of_array(node)
        elif node.kind == "object":
            members = self._row_of_object(node)
        else:
            raise _refusal(node, (), "FM-02", "an object", _word(node))
        if len(members) < len(ROW_MEMBERS):
            self._note_missing(node, members)
        return members

    def _row_of_array(self, node: Node) -> dict[str, Node]:
        self._note(node, (), "LD-09", "FM-02", "an object", "an array")
        if not len(REQUIRED_MEMBERS) <= len(node.children) <= len(ROW_MEMBERS):
            raise _refusal(node, (), "FM-02", "3 to 5 values", str(len(node.children)))
        return dict(zip(ROW_MEMBERS, node.children, strict=False))

    def _row_of_object(self, node: Node) -> dict[str, Node]:
        if node.keys == ROW_MEMBERS:
            return dict(zip(ROW_MEMBERS, node.children, strict=True))
        known: dict[str, Node] = {}
        for name, child in zip(node.keys, node.children, strict=True):
            _require_scalar_values(child, name, (name,))
            if name not in ROW_MEMBERS:
                self._note(child, (name,), "LD-04", "FM-02", "no such member", repr(name))
            elif name in known:
                raise _refusal(child, (name,), "FM-02", f"one {name}", f"{name} twice")
            else:
                known[name] = child
        if list(known) != [name for name in ROW_MEMBERS if name in known]:
            self._note(node, (), "LD-08", "FM-02", ", ".join(ROW_MEMBERS), ", ".join(known))
        return known

    def _note_missing(self, node: Node, members: dict[str, Node]) -> None:
        for name, requirement in (("schedule", "LD-01"), ("next_fire_at", "LD-02")):
            if name not in members:
                self._note(node, (), requirement, "FM-02", f"the member {name}", "none")
        for name in REQUIRED_MEMBERS:
            if name not in members:
                raise _refusal(node, (), "FM-02", f"the member {name}", "none")

    def _schedule(self, node: Node, at: Path) -> Schedule:
        if node.kind == "string":
            if _text(node, at, "FM-03") != "Manual":
                raise _refusal(node, at, "FM-03", "Manual, or an object of one kind", repr(node.text))
            return Manual()
        if node.kind != "object" or len(node.keys) != 1:
            raise _refusal(node, at, "FM-03", '"Manual", or an object of one member', _word(node))
        name = node.keys[0]
        _require_scalar_values(node.children[0], name, (*at, name))
        return self._variant(name, node.children[0], (*at, name))

    def _variant(self, name: str, node: Node, at: Path) -> Schedule:
        match name:
            case "Once":
                return Once(self._instant(node, at))
            case "Periodic":
                return Periodic(Duration(*self._pair(node, at, DURATION_MEMBERS, MAX_DURATION_SECS)))
            case "Cron":
                return Cron(_text(node, at, "FM-03"))
            case "Manual" if node.kind == "null":
                self._note(node, at, "LD-09", "FM-03", '"Manual"', '{"Manual": null}')
                return Manual()
            case "Manual":
                raise _refusal(node, at, "FM-03", "null", _word(node))
            case _:
                raise _refusal(node, at, "FM-03", f"one of {', '.join(VARIANTS)}", repr(name))

    def _optional_instant(self, node: Node, at: Path) -> SystemTime | None:
        return None if node.kind == "null" else self._instant(node, at)

    def _instant(self, node: Node, at: Path) -> SystemTime:
        return SystemTime(*self._pair(node, at, INSTANT_MEMBERS, MAX_INSTANT_SECS))

    def _pair(self, node: Node, at: Path, names: tuple[str, str], highest: int) -> tuple[int, int]:
        """(seconds, nanoseconds) with whole seconds carried over. `highest` is that of the seconds."""
        whole_node, nanos_node = self._pair_members(node, at, names)
        whole = _integer(whole_node, (*at, names[0]), MAX_DURATION_SECS, "FM-06")
        nanos = _integer(nanos_node, (*at, names[1]), MAX_U32, "FM-06")
        carried, rest = divmod(nanos, NANOS_PER_SECOND)
        if carried:
            self._note(
                nanos_node, (*at, names[1]), "LD-09", "FM-03", "below a thousand million", nanos_node.text
            )
        if whole + carried > highest:
            raise _refusal(node, at, "FM-03", f"at most {highest} seconds", str(whole + carried))
        return whole + carried, rest

    def _pair_members(self, node: Node, at: Path, names: tuple[str, str]) -> Sequence[Node]:
        if node.kind == "array" and len(node.children) == len(names):
            self._note(node, at, "LD-09", "FM-03", f"an object of {' and '.join(names)}", "an array")
            return node.children
        if node.kind != "object":
            raise _refusal(node, at, "FM-03", f"an object of {' and '.join(names)}", _word(node))
        if node.keys == names:
            return node.children
        if node.keys != names[::-1]:
            raise _refusal(
                node, at, "FM-03", " and ".join(names), ", ".join(map(repr, node.keys)) or "no member"
            )
        self._note(node, at, "LD-08", "FM-04", ", ".join(names), ", ".join(node.keys))
        return node.children[::-1]

    def _note(
        self, node: Node, at: Path, requirement: str, format_requirement: str, expected: str, observed: str
    ) -> None:
        self.flaws.append(Flaw(node.start, at, requirement, format_requirement, expected, observed))


def _text(node: Node, at: Path, format_requirement: str = "FM-02") -> str:
    if node.kind != "string":
        raise _refusal(node, at, format_requirement, "a string", _word(node))
    _require_scalar_values(node, node.text, at)
    return node.text


def _require_scalar_values(node: Node, text: str, at: Path) -> None:
    if _NO_SCALAR_VALUE.search(text):
        observed = "invalid UTF-8 or a lone surrogate"
        raise _Refused(Flaw(node.start, at, "ER-01", "FM-02", "Unicode text", observed))


def _integer(node: Node, at: Path, highest: int, not_exact: str) -> int:
    """`not_exact` is the format requirement that a fraction, an exponent or a number too large breaks."""
    expected = f"an integer from 0 to {highest}"
    if node.kind != "number" or node.text.startswith("-"):
        raise _refusal(node, at, "FM-02" if not_exact == "FM-02" else "FM-03", expected, _word(node))
    if not node.text.isdigit() or len(node.text) > _LONGEST_INTEGER or int(node.text) > highest:
        raise _refusal(node, at, not_exact, expected, _word(node))
    return int(node.text)


def _word(node: Node) -> str:
    """The value in a word or two; a number as written, cut short."""
    if node.kind == "number":
        return node.text if len(node.text) <= 40 else node.text[:40] + "..."
    if node.kind == "object" and len(node.keys) != 1:
        return f"an object of {len(node.keys)} members"
    return _WORDS.get(node.kind, node.kind)


def _refusal(node: Node, at: Path, format_requirement: str, expected: str, observed: str) -> _Refused:
    return _Refused(Flaw(node.start, at, "ER-02", format_requirement, expected, observed))
