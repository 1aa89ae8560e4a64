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
_FOREIGN = re.compile(r"raised (?:ForeignException|EscapedFault): (?:\w+(?: of a token)? raised )?")
_WORDLESS = re.compile(r"(\braised \w+|\A\w+):\s*(?=;|\Z)")
_NONSENSE = re.compile(r"raised (?:NonsenseFault|LackingFault|DiedFault|TimeoutFault): ")
_LONGEST_LINE, _LONGEST_WORD = 160, 40
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BACKTRACE = re.compile(r"stack backtrace:(?:\n(?:[ \t]+|\d+: ).*)+(?:\n\Z)?")
_FRAME = re.compile(r"^\s*\d+: ", re.MULTILINE)


def readable(text: str) -> str:
    """The text in words; it may have more lines than before, where it holds a document."""
    text = _FOREIGN.sub("raised ", text)
    text = _NONSENSE.sub("failed: ", text)
    text = _WORDLESS.sub(r"\1", text)
    text = _BACKTRACE.sub(_folded, text)
    text = _VALUE.sub(_value, text)
    return _INSTANT.sub(_dated, text)


def readable_line(text: str) -> str:
    """The same on one line: a document in it without its indentation."""
    return visible(re.sub(r"\n\s*", " ", readable(text)))


def around_difference(one: str, other: str) -> tuple[str, str]:
    """Two lines, of long ones what stands around the first character in which they differ."""
    longest = max(len(one), len(other))
    if longest <= _LONGEST_LINE:
        return one, other
    pairs = enumerate(zip(one, other, strict=False))
    differ = next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))
    start = max(0, min(differ - _LONGEST_LINE // 2, longest - _LONGEST_LINE))
    return _part(one, start), _part(other, start)


def _part(line: str, start: int) -> str:
    """So much of the line from there on, and the rest of a word at either end."""
    end = start + _LONGEST_LINE
    word = line.rfind(" ", 0, start) + 1
    start = word if word >= start - _LONGEST_WORD else start
    word = line.find(" ", end)
    word = len(line) if word < 0 else word
    end = word if word <= end + _LONGEST_WORD else end
    return ("..." if start else "") + line[start:end] + ("..." if len(line) > end else "")


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
    frames = len(_FRAME.findall(match[0]))
    count = plural(frames, "frame") if frames else plural(len(match[0].splitlines()) - 1, "line")
    return f"stack backtrace: ({count}, in the replay file)"
