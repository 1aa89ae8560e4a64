"""System calls as people read them: flags and errors by name, descriptors with what they are open on."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from conformance.crash.recording.calls import OPENS, recorded_kinds
from conformance.crash.recording.trace import Argument, Call

_LONGEST = 160
_ACCESS = ("O_RDONLY", "O_WRONLY", "O_RDWR")
_FLAGS = (
    *("O_TMPFILE", "O_SYNC", "O_CREAT", "O_EXCL", "O_TRUNC", "O_APPEND", "O_DSYNC", "O_DIRECT"),
    *("O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_NOATIME", "O_PATH", "O_CLOEXEC"),
)
_DUPLICATES = frozenset({"dup", "dup2", "dup3", "fcntl"})
_MODE_CALLS = frozenset({"mkdir", "mkdirat", "chmod", "fchmod", "fchmodat", "fchmodat2", "mknod", "mknodat"})
_TAKE_FLAGS = OPENS - {"creat"}
DescriptorNames: TypeAlias = Mapping[int, str]
_NO_NAMES: DescriptorNames = MappingProxyType({})


def describe(call: Call, names: DescriptorNames = _NO_NAMES) -> str:
    """A call as one line; `names` tells what its descriptors are open on."""
    return f"{without_result(call, names)} = {_result(call)}"


def without_result(call: Call, names: DescriptorNames = _NO_NAMES) -> str:
    """The call alone."""
    shown = call.arguments[:2] if call.name in _TAKE_FLAGS and not _creates(call) else call.arguments
    arguments = ", ".join(
        _argument(call, place, kind, value, names)
        for place, (kind, value) in enumerate(zip(_kinds(call), shown, strict=False))
    )
    return shortened(f"{call.name}({arguments})", _LONGEST)


def shortened(text: str, longest: int) -> str:
    """The text, with its end replaced by dots where it is too long."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def _creates(call: Call) -> bool:
    flags = call.arguments[1]
    return isinstance(flags, int) and bool(
        flags & (os.O_CREAT | getattr(os, "O_TMPFILE", 0) & ~os.O_DIRECTORY)
    )


def _result(call: Call) -> str:
    if call.result is None:
        return "?"
    return f"-1 {errno.errorcode.get(call.errno, call.errno)}" if call.errno else str(call.result)


def _kinds(call: Call) -> Sequence[str]:
    return ("path", "int", "int") if call.name == "openat2" else recorded_kinds(call.name)


def _argument(call: Call, place: int, kind: str, value: Argument, names: DescriptorNames) -> str:
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, str):
        return repr(value)
    if value is None:
        return "NULL"
    if kind == "fd" and value in names:
        return f"{value} {names[value]}"
    if call.name in _TAKE_FLAGS and place == 1:
        return _flags(value)
    if (call.name in OPENS and place) or (call.name in _MODE_CALLS and place == 1):
        return f"0{value & 0o7777:o}"
    return str(value)


def _flags(value: int) -> str:
    words = [_ACCESS[value & os.O_ACCMODE]] if value & os.O_ACCMODE < len(_ACCESS) else []
    rest = value & ~os.O_ACCMODE
    for name in _FLAGS:
        flag = getattr(os, name, 0)
        if flag and rest & flag == flag:
            words.append(name)
            rest &= ~flag
    return "|".join(words + ([hex(rest)] if rest else []))


def descriptor_names(calls: Iterable[Call]) -> dict[int, DescriptorNames]:
    """For each call, by its start, what the descriptors of its process were open on."""
    tables: dict[int, dict[int, str]] = {}
    found: dict[int, DescriptorNames] = {}
    for call in sorted(calls, key=lambda call: call.start):
        table = tables.setdefault(call.process, {})
        found[call.start] = dict(table)
        if call.errno or call.result is None:
            continue
        first = call.arguments[0] if call.arguments else None
        if call.name in OPENS and isinstance(first, str):
            table[call.result] = first
        elif call.name in _DUPLICATES and first in table and call.result > 2:
            table[call.result] = table[first]
        elif call.name == "close" and isinstance(first, int):
            table.pop(first, None)
    return found
