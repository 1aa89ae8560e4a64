"""What calls do to descriptors."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping

from conformance.crash.filesystem.descriptors import OpenFile
from conformance.crash.filesystem.filesystem import FileSystem, Handler, number_at, text_at
from conformance.crash.filesystem.objects import File, Folder
from conformance.crash.filesystem.units import EntryChange
from conformance.crash.recording.calls import F_SETFD, F_SETFL, FIOCLEX, FIONCLEX, OPENS
from conformance.crash.recording.paths import is_inside, named_descriptor
from conformance.crash.recording.trace import Call

_O_TMPFILE = 0o20000000 | os.O_DIRECTORY
_CREAT_FLAGS = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
_CLOSE_RANGE_CLOEXEC = 4
_F_DUPFD, _F_DUPFD_CLOEXEC = 0, 1030
_SETTABLE = os.O_APPEND | os.O_NONBLOCK  # F_SETFL changes no other flag that matters here


def _open(system: FileSystem, call: Call) -> None:
    if call.errno or call.result is None:
        return
    flags = _CREAT_FLAGS if call.name == "creat" else number_at(call, 1)
    node = _opened(system, call, text_at(call, 0), flags)
    if node is None:
        system.tables.drop(call.process, call.result)
        return
    system.tables.put(call.process, call.result, OpenFile(node, flags), bool(flags & os.O_CLOEXEC))


def _opened(system: FileSystem, call: Call, path: str, flags: int) -> File | Folder | None:
    if flags & _O_TMPFILE == _O_TMPFILE:
        return system.objects.new_file()
    place = system.find(call.process, path, follow=not flags & os.O_NOFOLLOW)
    if place is None:
        if is_inside(path) or named_descriptor(path) is not None:
            system.note_unmodelled(f"{path} was opened, which the model does not know")
        return None
    if place.node is None:
        file = system.objects.new_file()
        system.rename_entries(call, EntryChange(place.folder.number, place.name, file.number))
        return file
    if isinstance(place.node, File) and flags & os.O_TRUNC:
        system.resize(call, place.node, 0)
    return place.node if isinstance(place.node, (File, Folder)) else None


def _close(system: FileSystem, call: Call) -> None:
    if call.errno != errno.EBADF:  # Linux releases the descriptor whatever close returns
        system.tables.drop(call.process, number_at(call, 0))


def _close_range(system: FileSystem, call: Call) -> None:
    first, last, flags = (number_at(call, place) for place in range(3))
    last = last if last >= 0 else 1 << 32
    if call.errno:
        return
    if flags & _CLOSE_RANGE_CLOEXEC:
        for number in system.tables.of.get(call.process, {}):
            if first <= number <= last:
                system.tables.mark(call.process, number, True)
    else:
        system.tables.drop(call.process, first, last)


def _duplicate(system: FileSystem, call: Call) -> None:
    if call.errno or call.result is None:
        return
    close_on_exec = call.name == "dup3" and bool(number_at(call, 2) & os.O_CLOEXEC)
    system.tables.duplicate(call.process, number_at(call, 0), call.result, close_on_exec)


def _fcntl(system: FileSystem, call: Call) -> None:
    if call.errno or call.result is None:
        return
    number, command, argument = (number_at(call, place) for place in range(3))
    if command in (_F_DUPFD, _F_DUPFD_CLOEXEC):
        system.tables.duplicate(call.process, number, call.result, command == _F_DUPFD_CLOEXEC)
    elif command == F_SETFD:
        system.tables.mark(call.process, number, bool(argument & 1))
    elif command == F_SETFL and (found := system.open_file(call)):
        found.flags = found.flags & ~_SETTABLE | argument & _SETTABLE


def _ioctl(system: FileSystem, call: Call) -> None:
    if call.errno:
        return
    number, command = number_at(call, 0), number_at(call, 1)
    if command in (FIOCLEX, FIONCLEX):
        system.tables.mark(call.process, number, command == FIOCLEX)
    else:
        system.note_unmodelled("a file was cloned by ioctl")


OPEN_EFFECTS: Mapping[str, Handler] = {
    **dict.fromkeys(OPENS, _open),
    **dict.fromkeys(("dup", "dup2", "dup3"), _duplicate),
    "close": _close,
    "close_range": _close_range,
    "fcntl": _fcntl,
    "ioctl": _ioctl,
}
