"""Reads what `strace -f -y -xx -X raw` writes. Pure functions, from text to values.

A line is `TID name(arguments) = result`, or in two halves, `TID name(arguments <unfinished ...>` and
`TID <... name resumed>rest) = result`. Strings are hexadecimal, a descriptor is `3<path>`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"(\d+) +(.*)\Z", re.DOTALL)
_CALL = re.compile(r"(\w+)\((.*)\) += (-?(?:0x)?[0-9a-f]+|\?)(.*)\Z", re.DOTALL)
_UNFINISHED = re.compile(r"(\w+)\((.*) <unfinished \.\.\.>\Z", re.DOTALL)
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)\Z", re.DOTALL)
_ERROR = re.compile(r" (E[A-Z0-9]+)\b")
_DESCRIPTOR = re.compile(r"(-?\d+)(?:<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?)?\Z")
_TOKENS = re.compile(r'"[^"]*"|=>|[][(){}<>,]')
_OPENING, _CLOSING = frozenset("([{<"), frozenset(")]}>")


@dataclass(frozen=True, slots=True)
class Half:
    """A call entered (`entered`), returned, or both on one line (`number` is the line's)."""

    number: int
    tid: int
    name: str
    arguments: str
    entered: bool
    returned: bool
    result: int | None = None
    error: str = ""


def read_lines(text: str) -> Iterator[Half]:
    """The calls in a log, in the order of its lines; halves of one call carry its joined arguments."""
    open_halves: dict[int, str] = {}
    for number, line in enumerate(text.split("\n")):
        found = _LINE.match(line)
        if not found:
            continue
        tid, rest = int(found[1]), found[2].rstrip()
        unfinished, resumed = _UNFINISHED.match(rest), _RESUMED.match(rest)
        if unfinished:
            open_halves[tid] = unfinished[2]
            yield Half(number, tid, unfinished[1], unfinished[2], True, False)
        elif resumed:
            whole = f"{resumed[1]}({open_halves.pop(tid, '')}{resumed[2]}"
            yield from _whole(number, tid, whole, entered=False)
        else:
            yield from _whole(number, tid, rest, entered=True)


def _whole(number: int, tid: int, text: str, entered: bool) -> Iterator[Half]:
    found = _CALL.match(text)
    if found:
        result = None if found[3] == "?" else int(found[3], 0)
        error = _ERROR.match(found[4])
        yield Half(number, tid, found[1], found[2], entered, True, result, error[1] if error else "")


def split_arguments(text: str) -> list[str]:
    """The arguments of a call, at the commas that no bracket and no string holds."""
    parts, depth, start = [], 0, 0
    for token in _TOKENS.finditer(text):
        sign = token[0]
        if sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[start : token.start()].strip())
            start = token.end()
    last = text[start:].strip()
    return [*parts, last] if last or parts else []


def decode(text: str) -> bytes:
    """The bytes of a hexadecimal string, without its quotes."""
    return bytes.fromhex(text.replace("\\x", "")) if text else b""


def quoted_bytes(argument: str) -> bytes | None:
    """The bytes of a string argument; None for NULL, an address or a string that strace cut off."""
    if argument.startswith('"') and argument.endswith('"'):
        return decode(argument[1:-1])
    return None


def descriptor(argument: str) -> tuple[int, str]:
    """A descriptor and where it points, empty when strace did not tell."""
    found = _DESCRIPTOR.match(argument)
    if not found:
        raise ValueError(f"no descriptor: {argument!r}")
    return int(found[1]), os.fsdecode(decode(found[2] or ""))


def vector_bytes(argument: str) -> bytes:
    """The bytes of an array of struct iovec."""
    return b"".join(decode(part) for part in re.findall(r'iov_base="([^"]*)"', argument))


def number(argument: str) -> int:
    """A number, decimal, hexadecimal or octal, that a descriptor's path or a comment may follow.

    Flags may come in parts, of which strace leaves out a zero: those of statx are `|0x100`, or nothing.
    """
    parts = argument.partition("<")[0].strip().split("|")
    return sum(_integer(part) for part in parts if part)


def _integer(text: str) -> int:
    return int(text, 8 if re.fullmatch(r"0[0-7]+", text) else 0)


def offset(argument: str) -> int | None:
    """A file offset behind a pointer, as it was before the call; None for NULL."""
    found = re.match(r"\[(-?\d+)\]", argument)
    return int(found[1]) if found else None


def member(argument: str, name: str) -> int:
    """A number in a structure; 0 where it is not named."""
    found = re.search(rf"\b{name}=((?:0x)?[0-9a-f]+)", argument)
    return number(found[1]) if found else 0
