"""JSON text to a tree whose every value knows where it stands.

Nothing here recurses, so nesting costs memory and never the stack; time grows in step with the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["object", "array", "string", "number", "true", "false", "null"]


class Node(NamedTuple):
    """A JSON value. `start` and `end` are offsets into the text.

    `text` is a string's meaning, or a number as it is written. An object has as many `keys` (in order,
    repeated ones too) as `children`; an array has children only.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    keys: tuple[str, ...] = ()
    children: tuple[Node, ...] = ()


class JsonSyntaxError(ValueError):
    """The text is not JSON. `offset` is where, `pointer` names the innermost value begun there."""

    def __init__(self, reason: str, offset: int, pointer: str) -> None:
        super().__init__(f"{reason} at offset {offset}")
        self.reason = reason
        self.offset = offset
        self.pointer = pointer


class Lines:
    """Line and column of an offset, both from 1, counted in characters."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def at(self, offset: int) -> tuple[int, int]:
        """(line, column) of `offset`."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


_VALUE = re.compile(
    r"[ \t\n\r]*(?:"
    r'"([^"\\\x00-\x1f]*)"'  # 1: a string without escapes
    r"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"  # 2
    r"|([{\[])"  # 3
    r"|(true|false|null)"  # 4
    r'|("))'  # 5: any other string
)
_KEY = re.compile(r'[ \t\n\r]*"([^"\\\x00-\x1f]*)"[ \t\n\r]*:')
_QUOTE = re.compile(r'[ \t\n\r]*"')
_AFTER = re.compile(r"[ \t\n\r]*([,\]}])")
_COLON = re.compile(r"[ \t\n\r]*:")
_BLANKS = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt])|u([0-9a-fA-F]{4}))')
SHORT_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CLOSING = {"object": "}", "array": "]"}


class _Container:
    """An object or array that is still open."""

    __slots__ = ("children", "keys", "kind", "start")

    def __init__(self, kind: Literal["object", "array"], start: int) -> None:
        self.kind = kind
        self.start = start
        self.keys: list[str] = []
        self.children: list[Node] = []


def parse_json(text: str) -> Node:
    """The one JSON value of `text`. A lone surrogate escape is kept as a lone surrogate.

    Raises JsonSyntaxError.
    """
    parser = _Parser(text, 0)
    return parser.finish(parser.parse())


def parse_value(text: str, start: int) -> Node:
    """The JSON value that stands at `start`, whatever follows it. Raises JsonSyntaxError as for a root."""
    return _Parser(text, start).parse()


class _Parser:
    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._pos = start
        self._open: list[_Container] = []
        self._shared_keys: dict[tuple[str, ...], tuple[str, ...]] = {}

    def parse(self) -> Node:
        while True:
            node = self._value()
            while node is not None:
                if not self._open:
                    return node
                self._open[-1].children.append(node)
                node = self._after_child()

    def _value(self) -> Node | None:
        """The next value; None when it is a container that is not empty, and now open."""
        found = _VALUE.match(self._text, self._pos)
        if found is None:
            raise self._unexpected("a value")
        self._pos = end = found.end()
        group = found.lastindex
        if group == 1:
            return Node("string", found.start(1) - 1, end, found[1])
        if group == 2:
            return Node("number", found.start(2), end, found[2])
        if group == 4:
            return Node(_literal(found[4]), found.start(4), end)
        if group == 5:
            return self._escaped_string(end - 1)
        return self._begin(_Container("object" if found[3] == "{" else "array", end - 1))

    def _begin(self, container: _Container) -> Node | None:
        self._open.append(container)
        after = _AFTER.match(self._text, self._pos)
        if after is not None and after[1] == _CLOSING[container.kind]:
            return self._close(after.end())
        if container.kind == "object":
            self._key(container)
        return None

    def _key(self, container: _Container) -> None:
        found = _KEY.match(self._text, self._pos)
        if found is not None:
            self._pos = found.end()
            container.keys.append(found[1])
            return
        quote = _QUOTE.match(self._text, self._pos)
        if quote is None:
            raise self._unexpected("a member name in double quotes")
        container.keys.append(self._escaped_string(quote.end() - 1).text)
        colon = _COLON.match(self._text, self._pos)
        if colon is None:
            raise self._unexpected("a colon")
        self._pos = colon.end()

    def _after_child(self) -> Node | None:
        """The container, when it ends here; None when another child follows."""
        container = self._open[-1]
        after = _AFTER.match(self._text, self._pos)
        if after is not None and after[1] == ",":
            self._pos = after.end()
            if container.kind == "object":
                self._key(container)
            return None
        if after is None or after[1] != _CLOSING[container.kind]:
            raise self._unexpected(f"a comma or {_CLOSING[container.kind]}")
        return self._close(after.end())

    def _close(self, end: int) -> Node:
        container = self._open.pop()
        self._pos = end
        keys = tuple(container.keys)
        keys = self._shared_keys.setdefault(keys, keys)
        return Node(container.kind, container.start, end, "", keys, tuple(container.children))

    def _escaped_string(self, quote: int) -> Node:
        parts: list[str] = []
        pos = quote + 1
        while True:
            plain = _PLAIN.match(self._text, pos)
            assert plain is not None
            parts.append(plain[0])
            pos = plain.end()
            if self._text[pos : pos + 1] != "\\":
                break
            character, pos = self._escape(pos)
            parts.append(character)
        if self._text[pos : pos + 1] != '"':
            reason = "a control character in a string" if pos < len(self._text) else "a string does not end"
            raise JsonSyntaxError(reason, pos, self._pointer())
        self._pos = pos + 1
        return Node("string", quote, self._pos, "".join(parts))

    def _escape(self, pos: int) -> tuple[str, int]:
        pair = _PAIR.match(self._text, pos)
        if pair is not None:
            code = 0x10000 + ((int(pair[1], 16) - 0xD800) << 10) + int(pair[2], 16) - 0xDC00
            return chr(code), pair.end()
        found = _ESCAPE.match(self._text, pos)
        if found is None:
            raise JsonSyntaxError("an escape that JSON does not have", pos, self._pointer())
        character = SHORT_ESCAPES[found[1]] if found[1] else chr(int(found[2], 16))
        return character, found.end()

    def finish(self, node: Node) -> Node:
        end = self._skip_blanks()
        if end < len(self._text):
            raise JsonSyntaxError("text after the end of the document", end, "")
        return node

    def _skip_blanks(self) -> int:
        blanks = _BLANKS.match(self._text, self._pos)
        assert blanks is not None
        return blanks.end()

    def _unexpected(self, wanted: str) -> JsonSyntaxError:
        return unexpected(self._text, self._skip_blanks(), wanted, self._pointer())

    def _pointer(self) -> str:
        steps: list[str | int] = []
        for container in self._open:
            if len(container.keys) > len(container.children):
                steps.append(container.keys[-1])
            elif container.kind == "array":
                steps.append(len(container.children))
        return pointer(*steps)


def unexpected(text: str, offset: int, wanted: str, pointer: str) -> JsonSyntaxError:
    """The error that something else stands at `offset` than what is wanted there."""
    found = text[offset : offset + 1]
    if not found:
        reason = f"the text ends where {wanted} should stand"
    elif found == "\ufeff":
        reason = "a byte-order mark"
    else:
        reason = f"{found!r} where {wanted} should stand"
    return JsonSyntaxError(reason, offset, pointer)


def _literal(text: str) -> Literal["true", "false", "null"]:
    return "true" if text == "true" else "false" if text == "false" else "null"


def pointer(*steps: str | int) -> str:
    """The JSON pointer (RFC 6901) that takes these steps from the root."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
