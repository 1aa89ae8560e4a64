"""The words of a Cypher statement.

A string literal may be quoted singly or doubly. Inside, a backslash escapes and a doubled quote is one quote;
both are recognised, so a backend that doubles quotes and leaves backslashes alone says something else than
it means (CM-06).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

TokenKind: TypeAlias = Literal["name", "string", "parameter", "number", "symbol", "end"]


class StatementUnclear(ValueError):  # noqa: N818 - the statement is unclear; nothing went wrong
    """The statement cannot be read as one that mirrors a job. `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the meaning: a string without quotes, a parameter or quoted name without its marks.

    `quoted` is True for a name in backquotes, which is never a keyword.
    """

    kind: TokenKind
    text: str
    quoted: bool = False


_LEXEME = re.compile(
    r"(?P<blank>[ \t\r\n\f\v]+|//[^\r\n]*|/\*(?s:.*?)\*/)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|\$(?P<parameter>\w+)"
    r"|\$`(?P<quoted_parameter>(?:[^`]|``)+)`"
    r"|`(?P<quoted_name>(?:[^`]|``)+)`"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<symbol>\+=|<=|>=|<>|[-(){}\[\]:,.;=+*/<>|])"
)
_PLAIN = re.compile(r"[^'\"\\]+")
_HEX = re.compile(r"u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})")
_SHORT = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def tokens(cypher: str) -> list[Token]:
    """The tokens of a statement without blanks and comments, the last of kind end.

    Raises StatementUnclear.
    """
    found: list[Token] = []
    pos = 0
    while pos < len(cypher):
        if cypher[pos] in "'\"":
            text, pos = string_literal(cypher, pos)
            found.append(Token("string", text))
            continue
        lexeme = _LEXEME.match(cypher, pos)
        if lexeme is None:
            raise StatementUnclear(f"{cypher[pos : pos + 12]!r} is no Cypher")
        if lexeme["blank"] is None:
            found.append(_token(lexeme))
        pos = lexeme.end()
    return [*found, Token("end", "")]


def _token(lexeme: re.Match[str]) -> Token:
    if lexeme["quoted_name"] is not None:
        return Token("name", lexeme["quoted_name"].replace("``", "`"), quoted=True)
    if lexeme["quoted_parameter"] is not None:
        return Token("parameter", lexeme["quoted_parameter"].replace("``", "`"))
    if lexeme["parameter"] is not None:
        return Token("parameter", lexeme["parameter"])
    if lexeme["name"] is not None:
        return Token("name", lexeme["name"])
    if lexeme["number"] is not None:
        return Token("number", lexeme["number"])
    return Token("symbol", lexeme["symbol"])


def string_literal(cypher: str, start: int) -> tuple[str, int]:
    """The meaning of the literal that begins at `start`, and where it ends. Raises StatementUnclear."""
    quote = cypher[start]
    parts: list[str] = []
    pos = start + 1
    while pos < len(cypher):
        plain = _PLAIN.match(cypher, pos)
        if plain is not None:
            parts.append(plain[0])
            pos = plain.end()
        elif cypher[pos] == "\\":
            character, pos = _escape(cypher, pos + 1)
            parts.append(character)
        elif cypher[pos] != quote:
            parts.append(cypher[pos])
            pos += 1
        elif cypher[pos + 1 : pos + 2] == quote:
            parts.append(quote)
            pos += 2
        else:
            return _joined(parts), pos + 1
    raise StatementUnclear("a string literal does not end")


def _escape(cypher: str, pos: int) -> tuple[str, int]:
    """The character of the escape whose backslash stands before `pos`, and where it ends."""
    short = _SHORT.get(cypher[pos : pos + 1])
    if short is not None:
        return short, pos + 1
    found = _HEX.match(cypher, pos)
    if found is None or int(found[1] or found[2], 16) > 0x10FFFF:
        raise StatementUnclear(f"'\\{cypher[pos : pos + 1]}' is no escape")
    return chr(int(found[1] or found[2], 16)), found.end()


def _joined(parts: list[str]) -> str:
    r"""The text; two \u escapes for the halves of one character make that character."""
    try:
        return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise StatementUnclear("half a character in a string literal") from None


class Cursor:
    """A place in a statement. What is asked for and does not stand there raises StatementUnclear."""

    def __init__(self, cypher: str) -> None:
        self._tokens = tokens(cypher)
        self._at = 0

    @property
    def token(self) -> Token:
        """The next token, not yet taken."""
        return self._tokens[self._at]

    def take(self) -> Token:
        """The next token; the end is never passed."""
        token = self.token
        self._at += token.kind != "end"
        return token

    def is_symbol(self, text: str) -> bool:
        return self.token.kind == "symbol" and self.token.text == text

    def is_keyword(self, *words: str) -> bool:
        return self.token.kind == "name" and not self.token.quoted and self.token.text.upper() in words

    def took_symbol(self, text: str) -> bool:
        """Whether the symbol stood there; then it is taken."""
        return self.is_symbol(text) and self.take() is not None

    def took_keyword(self, word: str) -> bool:
        """Whether the keyword, in any case, stood there; then it is taken."""
        return self.is_keyword(word) and self.take() is not None

    def symbol(self, text: str) -> None:
        if not self.took_symbol(text):
            raise StatementUnclear(f"{self.shown()} where {text} should stand")

    def keyword(self, word: str) -> None:
        if not self.took_keyword(word):
            raise StatementUnclear(f"{self.shown()} where {word} should stand")

    def name(self, what: str) -> str:
        if self.token.kind != "name":
            raise StatementUnclear(f"{self.shown()} where {what} should stand")
        return self.take().text

    def shown(self) -> str:
        """The next token, for a message."""
        return "the end" if self.token.kind == "end" else repr(self.token.text)
