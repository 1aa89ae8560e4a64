"""The product's way of writing JSON (FM-04). Nothing here recurses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.oracle.json_tree import SHORT_ESCAPES, Node

_MUST_ESCAPE = re.compile(r'["\\\x00-\x1f]')
_ESCAPED = {chr(code): f"\\u{code:04x}" for code in range(0x20)} | {
    character: f"\\{short}" for short, character in SHORT_ESCAPES.items() if short != "/"
}


def quote(text: str) -> str:
    """`text` as a JSON string with only the escapes that JSON requires, in lower-case hex (FM-04)."""
    return '"' + _MUST_ESCAPE.sub(lambda found: _ESCAPED[found[0]], text) + '"'


def styled(root: Node, line: str = "\n") -> Iterator[str]:
    """`root` in the product's style, piece by piece: two-space indent, no final newline (FM-04).

    `line` is a line break with the indent that `root` stands at.
    """
    waiting: list[str | tuple[Node, str]] = [(root, line)]
    while waiting:
        job = waiting.pop()
        if isinstance(job, str):
            yield job
        elif job[0].children:
            waiting.extend(reversed(_open_up(*job)))
        else:
            yield _leaf(job[0])


def _open_up(node: Node, line: str) -> list[str | tuple[Node, str]]:
    """The pieces of a container; `line` is a line break with the indent that the container stands at."""
    inner = line + "  "
    pieces: list[str | tuple[Node, str]] = []
    for index, child in enumerate(node.children):
        name = quote(node.keys[index]) + ": " if node.keys else ""
        pieces += [("," if index else "{" if node.keys else "[") + inner + name, (child, inner)]
    pieces.append(line + ("}" if node.keys else "]"))
    return pieces


def _leaf(node: Node) -> str:
    match node.kind:
        case "string":
            return quote(node.text)
        case "number":
            return node.text
        case "object":
            return "{}"
        case "array":
            return "[]"
        case literal:
            return literal
