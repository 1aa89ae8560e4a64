"""Which value of a new document is which of the old one, and what is said otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conformance.oracle.json_tree import Node
from conformance.releases.words import Difference, became, in_words, named, qname_of, row_place, shortened

_Key: TypeAlias = tuple[str | int, int]
_MANY = 6  # so many names are listed where rows changed places


@dataclass(frozen=True, slots=True)
class Pair:
    """A value of the old document and the same one of the new; `depth` counts the containers around it."""

    old: Node
    new: Node
    place: str
    depth: int

    @property
    def is_container(self) -> bool:
        """Whether both are objects, or both arrays."""
        return self.old.kind == self.new.kind and self.old.kind in {"object", "array"}


@dataclass(frozen=True, slots=True)
class Pairing:
    """All pairs of two documents, outer before inner, and what changed in value."""

    pairs: tuple[Pair, ...]
    differences: tuple[Difference, ...]


def pair_documents(old: Node, new: Node) -> Pairing:
    """Pair all that two documents have in common.

    Nothing here recurses, so nesting costs memory and never the stack.
    """
    pairs: list[Pair] = []
    differences: list[Difference] = []
    waiting = [Pair(old, new, "the document", 0)]
    while waiting:
        pair = waiting.pop()
        pairs.append(pair)
        inner, found = _take_apart(pair)
        differences += found
        waiting += reversed(inner)
    return Pairing(tuple(pairs), tuple(differences))


def _take_apart(pair: Pair) -> tuple[list[Pair], list[Difference]]:
    old, new = pair.old, pair.new
    if old.kind != new.kind or old.text != new.text:
        return [], [became(pair.place, in_words(old), in_words(new))]
    if old.kind == "array":
        return _rows(pair) if pair.depth == 0 else _items(pair)
    if old.kind == "object":
        return _members(pair)
    return [], []


def _members(pair: Pair) -> tuple[list[Pair], list[Difference]]:
    old, new = _numbered(pair.old.keys), _numbered(pair.new.keys)
    if len(old) == len(new) == 1 and old.keys() != new.keys() and pair.place.endswith(", schedule"):
        return _renamed_variant(pair)
    differences = [
        Difference(_inside(pair, key), f"lost; it was {in_words(pair.old.children[place])}")
        for key, place in old.items()
        if key not in new
    ] + [
        Difference(_inside(pair, key), f"added: {in_words(pair.new.children[place])}")
        for key, place in new.items()
        if key not in old
    ]
    common = [key for key in old if key in new]
    pairs = [_child(pair, old[key], new[key], _inside(pair, key)) for key in common]
    return pairs, differences


def _renamed_variant(pair: Pair) -> tuple[list[Pair], list[Difference]]:
    words = f"variant {named(pair.old.keys[0])} became {named(pair.new.keys[0])}"
    return [_child(pair, 0, 0, f"{pair.place}.{pair.old.keys[0]}")], [Difference(pair.place, words)]


def _items(pair: Pair) -> tuple[list[Pair], list[Difference]]:
    shared = min(len(pair.old.children), len(pair.new.children))
    differences = [
        Difference(f"{pair.place}[{index}]", f"lost; it was {in_words(child)}")
        for index, child in enumerate(pair.old.children[shared:], shared)
    ] + [
        Difference(f"{pair.place}[{index}]", f"added: {in_words(child)}")
        for index, child in enumerate(pair.new.children[shared:], shared)
    ]
    return [_child(pair, index, index, f"{pair.place}[{index}]") for index in range(shared)], differences


def _rows(pair: Pair) -> tuple[list[Pair], list[Difference]]:
    """Rows belong together by qname; what is left over, by its position: then the qname changed."""
    old = _numbered([qname_of(row) or "" for row in pair.old.children])
    new = _numbered([qname_of(row) or "" for row in pair.new.children])
    matched = {place: new[key] for key, place in old.items() if key in new}
    taken = set(matched.values())
    matched |= {
        place: place
        for place in old.values()
        if place not in matched and place not in taken and place < len(pair.new.children)
    }
    in_order = sorted(matched.items())
    pairs = [_child(pair, mine, other, row_place(mine, pair.old.children[mine])) for mine, other in in_order]
    lost = [place for place in old.values() if place not in matched]
    added = sorted(set(new.values()) - set(matched.values()))
    differences = [
        *_order_of_rows(pair, in_order),
        *(_row(pair.old, place, "lost; it was {}") for place in lost),
        *(_row(pair.new, place, "added: {}") for place in added),
    ]
    return pairs, differences


def _row(document: Node, place: int, words: str) -> Difference:
    row = document.children[place]
    return Difference(row_place(place, row), words.format(in_words(row)))


def _order_of_rows(pair: Pair, matched: Sequence[tuple[int, int]]) -> list[Difference]:
    places = [other for _, other in matched]
    if places == sorted(places):
        return []
    before = [pair.old.children[mine] for mine, _ in matched]
    after = [pair.new.children[other] for other in sorted(places)]
    first = next(
        i for i, (mine, other) in enumerate(zip(places, sorted(places), strict=True)) if mine != other
    )
    return [became("order of rows", _listed(before, first), _listed(after, first))]


def _listed(rows: Sequence[Node], first: int) -> str:
    """The names of some rows, from `first` on, which is where the order changes."""
    shown = rows[first : first + _MANY]
    names = [named(qname_of(row) or "") for row in shown]
    return ", ".join(["..."] * (first > 0) + names + ["..."] * (first + _MANY < len(rows)))


def _numbered(names: Sequence[str]) -> dict[_Key, int]:
    """Each name, with how often it stood there before, and its place."""
    seen: Counter[str] = Counter()
    numbered: dict[_Key, int] = {}
    for place, name in enumerate(names):
        numbered[name, seen[name]] = place
        seen[name] += 1
    return numbered


def _inside(pair: Pair, key: _Key) -> str:
    name = str(key[0])
    plain = name if name.isascii() and name.isidentifier() else named(name)
    return f"{pair.place}{', ' if pair.depth == 1 else '.'}{plain}"


def _child(pair: Pair, old: int, new: int, place: str) -> Pair:
    return Pair(pair.old.children[old], pair.new.children[new], shortened(place, 400), pair.depth + 1)
