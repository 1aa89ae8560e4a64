"""Steps through the bytes of a JSON text, piece by piece as the caller asks for them.

Nothing recurses into a value, and every step is linear in the bytes it reads (SE-03).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn, cast

# Quantifiers are possessive (++, *+): a token that does not match is given up without trying shorter ones.
_BLANKS = rb"[ \t\n\r]*+"
_PLAIN = rb'[^"\\\x00-\x1f]*+'
_ESCAPE = rb'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
_TEXT = _PLAIN + rb"(?:" + _ESCAPE + _PLAIN + rb")*+"
_STRING = re.compile(_BLANKS + rb'"(' + _TEXT + rb')"')
_KEY = re.compile(_STRING.pattern + _BLANKS + rb":")
_INTEGER = re.compile(_BLANKS + rb"(0|[1-9][0-9]*+)(?![0-9.eE])")
_NUMBER = rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
_VALUE = re.compile(_BLANKS + rb"(?:([\[{])|true|false|null|" + _NUMBER + rb'|"' + _TEXT + rb'")')
_NULL = re.compile(_BLANKS + rb"null")
_END = re.compile(_BLANKS + rb"\Z")
_SYMBOLS = {symbol: re.compile(_BLANKS + re.escape(symbol.encode())) for symbol in "[]{},"}
_COMMA_OR_END = {end: re.compile(_BLANKS + rb"(?:(,)|\%c)" % ord(end)) for end in "]}"}
_ENDS = {b"[": "]", b"{": "}"}


class JsonScanner:
    """A place in a JSON text. Each method reads what comes next, or raises ValueError, naming the byte."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0

    def string(self) -> str:
        """A string. It must be Unicode, without lone surrogates."""
        return self._decoded(self._expect(_STRING, "a string"))

    def key(self) -> str:
        """A member's name, a string like others, and its colon."""
        return self._decoded(self._expect(_KEY, "a member's name"))

    def integer(self, most: int) -> int:
        """An integer from 0 to `most`, spelled as one: not -0, not 60.0, not 1e0."""
        digits = self._expect(_INTEGER, "an integer")[1]
        if len(digits) > len(str(most)) or (value := int(digits)) > most:
            self.fail(f"at most {most}")
        return value

    def null(self) -> bool:
        """Whether null comes next; if so, it is read."""
        return self._take(_NULL) is not None

    def members(self) -> Iterator[str]:
        """The names of an object's members. Whoever asks for the next one has read the value."""
        self.expect("{")
        if self.accept("}"):
            return
        yield self.key()
        while self.another("}"):
            yield self.key()

    def elements(self) -> Iterator[None]:
        """A step for each element of an array. Whoever asks for the next one has read the element."""
        self.expect("[")
        if self.accept("]"):
            return
        yield
        while self.another("]"):
            yield

    def end(self) -> None:
        """The end of the text."""
        self._expect(_END, "the end")

    def skip_value(self) -> None:
        """Any value, however deeply nested. Its strings may hold what `string` refuses, as in the product."""
        ends: list[str] = []
        while True:
            opening = self._expect(_VALUE, "a value")[1]
            if opening and not self.accept(end := _ENDS[opening]):
                ends.append(end)
            else:
                while ends and not self.another(ends[-1]):
                    ends.pop()
                if not ends:
                    return
            if ends[-1] == "}":
                self._expect(_KEY, "a member's name")

    def another(self, end: str) -> bool:
        """Whether a comma comes next, or the end of the object or array; either is read."""
        return self._expect(_COMMA_OR_END[end], f"a comma or {end}")[1] is not None

    def accept(self, symbol: str) -> bool:
        """Whether the symbol comes next; if so, it is read."""
        return self._take(_SYMBOLS[symbol]) is not None

    def expect(self, symbol: str) -> None:
        """The symbol."""
        self._expect(_SYMBOLS[symbol], symbol)

    def fail(self, expected: str) -> NoReturn:
        """Raise the ValueError that says what should have stood here."""
        raise ValueError(f"expected {expected} at byte {self._at}")

    def _take(self, token: re.Pattern[bytes]) -> re.Match[bytes] | None:
        found = token.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return found

    def _expect(self, token: re.Pattern[bytes], called: str) -> re.Match[bytes]:
        found = token.match(self._text, self._at)
        if found is None:
            self.fail(called)
        self._at = found.end()
        return found

    def _decoded(self, string: re.Match[bytes]) -> str:
        try:
            text = string[1].decode("utf-8")
            if "\\" not in text:
                return text
            text = cast(str, json.loads(f'"{text}"'))
            text.encode("utf-8")  # fails for a lone surrogate
        except UnicodeError:
            self.fail("text that is Unicode")
        return text
