"""Repairs that lose nothing: only what can mean one thing is mended.

Whatever would need a guess, such as a status that is missing or a schedule that is null, stays unmended.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from conformance.oracle.json_style import quote, styled
from conformance.oracle.json_tree import Node
from conformance.oracle.rows import ROW_MEMBERS

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=[ \t\n\r]*[\]}])', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f]")
_MOST_DIGITS = 20  # of an integer that a document may hold


def mend_bytes(data: bytes) -> tuple[bytes, list[str]]:
    """The document in UTF-8 without a byte-order mark, and what was done."""
    if data.startswith(_UTF16_MARKS):
        try:
            return data.decode("utf-16").encode("utf-8"), ["UTF-16 turned into UTF-8"]
        except UnicodeError:
            return data, []
    unmarked = data.removeprefix(b"\xef\xbb\xbf")
    return unmarked, [] if unmarked == data else ["byte-order mark removed"]


def mend_syntax(text: str) -> tuple[str, list[str]]:
    """A text that is no JSON, without the slips that leave no doubt, and what was done."""
    if not text.strip(" \t\r\n"):
        return "[]", ["white space taken for no rows"]
    commas = controls = 0

    def mended(found: re.Match[str]) -> str:
        nonlocal commas, controls
        if found[0] == ",":
            commas += 1
            return ""
        controls += len(_CONTROL.findall(found[0]))
        return _CONTROL.sub(lambda control: quote(control[0])[1:-1], found[0])

    text = _STRING_OR_COMMA.sub(mended, text)
    counts = (
        (commas, "commas removed before a closing bracket: {}"),
        (controls, "control characters escaped: {}"),
    )
    return text, [said.format(count) for count, said in counts if count]


def mend_row(row: Node) -> tuple[Node, list[str]]:
    """A row whose numbers are spelled as integers and that names no member twice, and what was done."""
    done: list[str] = []
    if row.kind == "array":
        children = zip(ROW_MEMBERS, row.children, strict=False)
        mended = (_mend_member(name, child, done) for name, child in children)
        return row._replace(children=(*mended, *row.children[len(ROW_MEMBERS) :])), done
    return _mend_object(row, _mend_member, done), done


def _mend_member(name: str, node: Node, done: list[str]) -> Node:
    if name == "consecutive_failures":
        return _mend_integer(name, node, done)
    if name == "schedule":
        return _mend_object(node, lambda _, value, said: _mend_pair(value, said), done)
    return _mend_pair(node, done) if name == "next_fire_at" else node


def _mend_pair(node: Node, done: list[str]) -> Node:
    """An instant or a duration."""
    if node.kind == "array":
        return node._replace(children=tuple(_mend_integer("", child, done) for child in node.children))
    return _mend_object(node, _mend_integer, done)


def _mend_object(node: Node, mend: Callable[[str, Node, list[str]], Node], done: list[str]) -> Node:
    if node.kind != "object":
        return node
    kept: list[tuple[str, Node]] = []
    seen: dict[str, str] = {}
    for name, child in zip(node.keys, node.children, strict=True):
        mended = mend(name, child, done)
        value = "".join(styled(mended))
        if seen.get(name) == value:
            done.append(f"a second {name} removed, which repeated the first")
            continue
        seen.setdefault(name, value)
        kept.append((name, mended))
    return node._replace(keys=tuple(name for name, _ in kept), children=tuple(child for _, child in kept))


def _mend_integer(name: str, node: Node, done: list[str]) -> Node:
    """An integer that is spelled as a fraction, with an exponent or with a minus sign before zero."""
    if node.kind != "number" or node.text.isdigit():
        return node
    try:
        value = Decimal(node.text)
    except InvalidOperation:
        return node
    if value.adjusted() >= _MOST_DIGITS or value < 0 or value != value.to_integral_value():
        return node
    done.append(f"{node.text} written as {int(value)}")
    return node._replace(text=str(int(value)))
