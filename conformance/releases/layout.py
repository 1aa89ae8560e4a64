"""How a document is laid out, and what changed in that: order of members, indent, gaps, escapes, the ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from conformance.oracle.json_tree import Node, parse_json
from conformance.releases.pairing import Pair
from conformance.releases.words import Difference, became

_LAYOUT = "layout"
_KEY = "key"
_GAP = r"([ \t\n\r]*)"
_BEFORE_CHILD = re.compile(rf'{_GAP}(,?){_GAP}(?:("(?:[^"\\]|\\.)*"){_GAP}:{_GAP})?', re.DOTALL)
_A_NEW_LINE = "a new line"
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)


class Piece(NamedTuple):
    """A gap between two tokens of a container, or the spelling of a key, and its role."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A document as text and tree, with how it breaks and indents lines (empty where it does not)."""

    text: str
    root: Node
    newline: str
    unit: str

    @classmethod
    def of(cls, content: bytes) -> Text:
        """Raises JsonSyntaxError. A byte that is not UTF-8 becomes a lone surrogate."""
        text = content.decode("utf-8", "surrogateescape")
        root = parse_json(text)
        found = re.match(r"(\r?\n)([ \t]*)", text[root.start + 1 :])
        newline, unit = (found[1], found[2]) if found and root.children else ("", "")
        return cls(text, root, newline, unit)

    @property
    def before(self) -> str:
        """What stands before the value."""
        return self.text[: self.root.start]

    @property
    def after(self) -> str:
        """What stands after the value."""
        return self.text[self.root.end :]

    def source(self, node: Node) -> str:
        """A value as it is written."""
        return self.text[node.start : node.end]

    def pieces(self, node: Node, depth: int) -> Iterator[Piece]:
        """The gaps of a container and the spellings of its keys, in order."""
        kind = "row" if depth == 0 else "member" if node.kind == "object" else "item"
        place = node.start + 1
        for child in node.children:
            found = _BEFORE_CHILD.fullmatch(self.text, place, child.start)
            assert found is not None
            before_comma, comma, before_item, key, before_colon, after_colon = found.groups()
            if comma:
                yield Piece("before a comma", self._gap(before_comma, depth + 1))
            yield Piece(
                f"before a {kind}", self._gap(before_item if comma else before_comma + before_item, depth + 1)
            )
            if key is not None:
                yield Piece(_KEY, key)
                yield Piece("before a colon", self._gap(before_colon, depth + 1))
                yield Piece("after a colon", self._gap(after_colon, depth + 1))
            place = child.end
        role = "before a closing bracket" if node.children else "between empty brackets"
        yield Piece(role, self._gap(self.text[place : node.end - 1], depth))

    def _gap(self, gap: str, depth: int) -> str:
        if self.newline and gap == self.newline + self.unit * depth:
            return _A_NEW_LINE
        return _spelled(gap)


def layout_differences(old: Text, new: Text, pairs: Iterable[Pair]) -> tuple[Difference, ...]:
    """What changed in the layout of what both documents hold."""
    counted: Counter[Difference] = Counter(_style(old, new))
    for pair in pairs:
        counted.update(_of_pair(old, new, pair))
    return tuple(Difference(each.place, each.what, times) for each, times in counted.items())


def _style(old: Text, new: Text) -> Iterator[Difference]:
    if old.newline and new.newline:
        if old.newline != new.newline:
            yield became(_LAYOUT, f"line ends: {_spelled(old.newline)}", _spelled(new.newline))
        if old.unit != new.unit:
            yield became(_LAYOUT, f"indent: {_spelled(old.unit)}", _spelled(new.unit))
    if old.before != new.before:
        yield became(_LAYOUT, f"before the document: {_spelled(old.before)}", _spelled(new.before))
    if old.after != new.after:
        what = "final newline: " if {old.after, new.after} <= {"", "\n", "\r\n"} else "after the document: "
        yield became(_LAYOUT, f"{what}{_spelled(old.after)}", _spelled(new.after))


def _of_pair(old: Text, new: Text, pair: Pair) -> Iterator[Difference]:
    if pair.is_container:
        yield from _order_of_members(pair)
        yield from _gaps(old, new, pair)
    elif pair.old.kind == pair.new.kind == "string" and pair.old.text == pair.new.text:
        yield from _escapes(old.source(pair.old), new.source(pair.new))


def _order_of_members(pair: Pair) -> Iterator[Difference]:
    before = [key for key in pair.old.keys if key in pair.new.keys]
    after = [key for key in pair.new.keys if key in pair.old.keys]
    if before != after and Counter(before) == Counter(after):
        yield became(_LAYOUT, f"order of members: {', '.join(before)}", ", ".join(after))


def _gaps(old: Text, new: Text, pair: Pair) -> Iterator[Difference]:
    before, after = list(old.pieces(pair.old, pair.depth)), list(new.pieces(pair.new, pair.depth))
    if pair.old.keys != pair.new.keys or len(before) != len(after):
        yield from _gaps_out_of_order(before, after)
        return
    for mine, other in zip(before, after, strict=True):
        if mine.role == other.role == _KEY:
            yield from _escapes(mine.text, other.text)
        elif mine != other:
            yield became(_LAYOUT, f"{mine.role}: {mine.text}", other.text)


def _gaps_out_of_order(before: list[Piece], after: list[Piece]) -> Iterator[Difference]:
    """The same where members or rows came or went, or changed places: by role, whatever stood where."""
    roles = {piece.role for piece in before} & {piece.role for piece in after} - {_KEY}
    for role in sorted(roles):
        old, new = ({piece.text for piece in pieces if piece.role == role} for pieces in (before, after))
        if old != new:
            yield became(_LAYOUT, f"{role}: {' or '.join(sorted(old))}", " or ".join(sorted(new)))


def _escapes(old: str, new: str) -> Iterator[Difference]:
    """Two spellings of one string: which escapes stand for what was written otherwise."""
    if old == new:
        return
    before, after = Counter(_ESCAPE.findall(old)), Counter(_ESCAPE.findall(new))
    gone, come = sorted((before - after).keys()), sorted((after - before).keys())
    words = [f"{', '.join(gone[:6])} no longer"] * bool(gone) + [f"{', '.join(come[:6])} now"] * bool(come)
    yield Difference(_LAYOUT, f"escapes written in strings: {'; '.join(words) or 'in other places'}")


def _spelled(gap: str) -> str:
    """White space in words."""
    if not gap:
        return "nothing"
    if set(gap) == {" "}:
        return f"{len(gap)} blank{'s' * (len(gap) > 1)}"
    return ascii(gap)
