"""A difference, and how values are said in one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conformance.oracle.json_tree import Node

_LONGEST = 100  # characters of a value in a message
_NO_UTF_8 = re.compile(r"\\udc([89a-f][0-9a-f])")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where something changed, and what; `times` counts how often just that changed in one document.

    A fault of the backend stands among the differences too, and is none that could be meant.
    """

    place: str
    what: str
    times: int = 1
    may_be_meant: bool = True

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def became(place: str, old: str, new: str) -> Difference:
    """`old` became `new`."""
    return Difference(place, f"{old} became {new}")


def in_words(node: Node) -> str:
    """A value on one line, in ASCII, cut short."""
    return shortened("".join(_pieces(node)))


def named(text: str) -> str:
    """A name in quotes, in ASCII, cut short: whatever it holds, a terminal can show it."""
    return shortened(ascii(text))


def row_place(index: int, row: Node) -> str:
    """Where a row stands, and of which job it is."""
    qname = qname_of(row)
    return f"row {index}" if qname is None else f"row {index} {named(qname)}"


def qname_of(row: Node) -> str | None:
    """The stored qname; None for what is no row."""
    if row.kind != "object" or "qname" not in row.keys:
        return None
    node = row.children[row.keys.index("qname")]
    return node.text if node.kind == "string" else None


def shortened(text: str, longest: int = _LONGEST) -> str:
    """A text, or its beginning and its end."""
    return text if len(text) <= longest else f"{text[: longest // 2]}...{text[-longest // 2 :]}"


def _pieces(node: Node) -> list[str]:
    """The text of a value, by an explicit stack: unknown members may nest deeply."""
    pieces: list[str] = []
    waiting: list[Node | str] = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            pieces.append(item)
        elif item.kind in {"object", "array"}:
            waiting.extend(reversed(_opened(item)))
        else:
            pieces.append(_scalar(item))
    return pieces


def _opened(node: Node) -> list[Node | str]:
    opening, closing = ("{", "}") if node.kind == "object" else ("[", "]")
    items: list[Node | str] = [opening]
    for index, child in enumerate(node.children):
        items.append(", " if index else "")
        if node.keys:
            items.append(f"{_quoted(node.keys[index])}: ")
        items.append(child)
    return [*items, closing]


def _scalar(node: Node) -> str:
    if node.kind == "string":
        return _quoted(node.text)
    return node.text if node.kind == "number" else node.kind


def _quoted(text: str) -> str:
    """In ASCII; a byte that is no UTF-8, which was read as a lone surrogate, as that byte."""
    escaped = text.encode("unicode_escape").decode("ascii").replace('"', '\\"')
    shown = _NO_UTF_8.sub(r"\\x\1", escaped)
    return f'"{shown}"'
