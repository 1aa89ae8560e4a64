"""What checks and backends say, for people: documents as text, instants as dates, faults in words."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta

from conformance.reports.visible import visible
from conformance.results.wording import plural

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_VALUE = re.compile(rf"(?<![\w.])b?(?:{_QUOTED.pattern})")  # what begins within a word is an apostrophe
_INSTANT = re.compile(r"SystemTime\((-?\d{1,12}), (\d{1,9})\)")
_FOREIGN = re.compile(r"raised \w*(?:ForeignException|EscapedFault): (?=\w+ raised )(?:\w+ raised )?")
_NONSENSE = re.compile(r"raised (?:NonsenseFault|LackingFault|DiedFault|TimeoutFault): ")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BACKTRACE = re.compile(r"stack backtrace:\n(?:\s+.*(?:\n|$))+")


def readable(text: str) -> str:
    """The text in words; it may have more lines than before, where it holds a document."""
    text = _FOREIGN.sub("raised ", text)
    text = _NONSENSE.sub("failed: ", text)
    text = _BACKTRACE.sub(_folded, text)
    text = _VALUE.sub(_value, text)
    return _INSTANT.sub(_dated, text)


def readable_line(text: str) -> str:
    """The same on one line: a document in it without its indentation."""
    return visible(re.sub(r"\n\s*", " ", readable(text)))


def _value(match: re.Match[str]) -> str:
    if not match[0].startswith("b"):
        return _escaped(match[0])
    return _QUOTED.sub(lambda quoted: _escaped(quoted[0]), _document(match[0]))


def _document(literal: str) -> str:
    """The bytes as the text that they are; as they stand, where they are none."""
    try:
        text = bytes(ast.literal_eval(literal)).decode("utf-8")
    except (ValueError, SyntaxError):
        return literal
    if not text.strip() or not all(each.isprintable() or each == "\n" for each in text):
        return literal
    if text.endswith("\n"):
        text = f"{text[:-1]} (and a line feed)"
    return text


def _escaped(quoted: str) -> str:
    """A name with what is not ASCII as escapes: two that look alike must not read alike."""
    return "".join(
        each if each.isascii() else each.encode("unicode_escape").decode("ascii") for each in quoted
    )


def _dated(match: re.Match[str]) -> str:
    try:
        date = _EPOCH + timedelta(seconds=int(match[1]))
    except OverflowError:
        return match[0]
    fraction = f".{int(match[2]):09}".rstrip("0") if int(match[2]) else ""
    return f"{match[0]} [{date:%Y-%m-%d %H:%M:%S}{fraction} UTC]"


def _folded(match: re.Match[str]) -> str:
    count = match[0].count("\n") - 1
    return f"stack backtrace: ({plural(count, 'line')}, told in the replay file)\n"
