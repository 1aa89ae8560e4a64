"""The values that a row holds: texts, integers, instants, durations, schedules.

ER-02 has the rules of what is refused, LD-08 and LD-09 those of what is read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conformance.contract.records import (
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
from conformance.oracle.rows import DURATION_MEMBERS, INSTANT_MEMBERS, VARIANTS

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


class ValueReader:
    """Reads values and notes what is wrong with them.

    What is refused is noted and read as a stand-in, so that all that is wrong with a row comes to light.
    """

    __slots__ = ("flaws", "refused")

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []
        self.refused = False

    def schedule(self, node: Node, at: Path) -> Schedule:
        if node.kind == "string":
            if self.text(node, at, "FM-03") != "Manual":
                self.refuse(node, at, "FM-03", "Manual, or an object of one kind", repr(node.text))
        elif node.kind != "object" or len(node.keys) != 1:
            self.refuse(node, at, "FM-03", '"Manual", or an object of one member', word(node))
        elif self._is_unicode(node.children[0], node.keys[0], (*at, node.keys[0])):
            return self._variant(node.keys[0], node.children[0], (*at, node.keys[0]))
        return Manual()

    def _variant(self, name: str, node: Node, at: Path) -> Schedule:
        match name:
            case "Once":
                return Once(self.instant(node, at))
            case "Periodic":
                return Periodic(Duration(*self._pair(node, at, DURATION_MEMBERS, MAX_DURATION_SECS)))
            case "Cron":
                return Cron(self.text(node, at, "FM-03"))
            case "Manual" if node.kind == "null":
                self.note(node, at, "LD-09", "FM-03", '"Manual"', '{"Manual": null}')
            case "Manual":
                self.refuse(node, at, "FM-03", "null", word(node))
            case _:
                self.refuse(node, at, "FM-03", f"one of {', '.join(VARIANTS)}", repr(name))
        return Manual()

    def instant(self, node: Node, at: Path) -> SystemTime:
        return SystemTime(*self._pair(node, at, INSTANT_MEMBERS, MAX_INSTANT_SECS))

    def _pair(self, node: Node, at: Path, names: tuple[str, str], highest: int) -> tuple[int, int]:
        """(seconds, nanoseconds) with whole seconds carried over. `highest` is that of the seconds."""
        members = self._pair_members(node, at, names)
        read = {
            name: self.integer(members[name], (*at, name), most, "FM-06")
            for name, most in zip(names, (MAX_DURATION_SECS, MAX_U32), strict=True)
            if name in members
        }
        if len(read) < len(names):
            return 0, 0
        carried, rest = divmod(read[names[1]], NANOS_PER_SECOND)
        if carried:
            nanos = members[names[1]]
            self.note(nanos, (*at, names[1]), "LD-09", "FM-03", "below a thousand million", nanos.text)
        if read[names[0]] + carried > highest:
            observed = str(read[names[0]] + carried)
            self.refuse(node, at, "FM-03", f"at most {highest} seconds", observed)
            return 0, 0
        return read[names[0]] + carried, rest

    def _pair_members(self, node: Node, at: Path, names: tuple[str, str]) -> dict[str, Node]:
        wanted = " and ".join(names)
        if node.kind == "array" and len(node.children) == len(names):
            self.note(node, at, "LD-09", "FM-03", f"an object of {wanted}", "an array")
            return dict(zip(names, node.children, strict=True))
        if node.kind != "object":
            self.refuse(node, at, "FM-03", f"an object of {wanted}", word(node))
            return {}
        if node.keys == names:
            return dict(zip(names, node.children, strict=True))
        members = self.known_members(node, at, names, "FM-03", wanted)
        for name in names:
            if name not in members:
                self.refuse(node, at, "FM-03", f"the member {name}", "none")
        if node.keys == names[::-1]:
            self.note(node, at, "LD-08", "FM-04", ", ".join(names), ", ".join(node.keys))
        return members

    def text(self, node: Node, at: Path, format_requirement: str = "FM-02") -> str:
        if node.kind != "string":
            self.refuse(node, at, format_requirement, "a string", word(node))
        elif self._is_unicode(node, node.text, at):
            return node.text
        return ""

    def _is_unicode(self, node: Node, text: str, at: Path) -> bool:
        if not _NO_SCALAR_VALUE.search(text):
            return True
        observed = "invalid UTF-8 or a lone surrogate"
        self._add(Flaw(node.start, at, "ER-01", "FM-02", "Unicode text", observed), refused=True)
        return False

    def integer(self, node: Node, at: Path, highest: int, not_exact: str) -> int:
        """`not_exact` is the format requirement that a fraction, an exponent or a number too large breaks."""
        expected = f"an integer from 0 to {highest}"
        if node.kind != "number" or node.text.startswith("-"):
            self.refuse(node, at, "FM-02" if not_exact == "FM-02" else "FM-03", expected, word(node))
        elif not node.text.isdigit() or len(node.text) > _LONGEST_INTEGER or int(node.text) > highest:
            self.refuse(node, at, not_exact, expected, word(node))
        else:
            return int(node.text)
        return 0

    def refuse(self, node: Node, at: Path, format_requirement: str, expected: str, observed: str) -> None:
        self._add(Flaw(node.start, at, "ER-02", format_requirement, expected, observed), refused=True)

    def note(
        self, node: Node, at: Path, requirement: str, format_requirement: str, expected: str, observed: str
    ) -> None:
        self._add(Flaw(node.start, at, requirement, format_requirement, expected, observed))

    def _add(self, flaw: Flaw, *, refused: bool = False) -> None:
        self.flaws.append(flaw)
        self.refused = self.refused or refused

    def known_members(
        self, node: Node, at: Path, names: Sequence[str], format_requirement: str, unknown: str | None
    ) -> dict[str, Node]:
        """The members of these names. Others are noted; they are refused where `unknown` says for what."""
        known: dict[str, Node] = {}
        for name, child in zip(node.keys, node.children, strict=True):
            here = (*at, name)
            if not self._is_unicode(child, name, here):
                continue
            if name not in names and unknown is None:
                self.note(child, here, "LD-04", "FM-02", "no such member", repr(name))
            elif name not in names:
                self.refuse(child, here, format_requirement, f"only {unknown}", repr(name))
            elif name in known:
                self.refuse(child, here, format_requirement, f"one {name}", f"{name} twice")
            else:
                known[name] = child
        return known


def word(node: Node) -> str:
    """The value in a word or two; a number as written, cut short."""
    if node.kind == "number":
        return node.text if len(node.text) <= 40 else node.text[:40] + "..."
    if node.kind == "object" and len(node.keys) != 1:
        return f"an object of {len(node.keys)} members"
    return _WORDS.get(node.kind, node.kind)
