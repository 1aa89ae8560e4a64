"""What calls do to names: make, link, rename, remove."""

from __future__ import annotations

import stat
from collections.abc import Mapping

from conformance.crash.filesystem.filesystem import FileSystem, Handler, Place, number_at, text_at
from conformance.crash.filesystem.objects import FileObject
from conformance.crash.filesystem.tree import Link, Special
from conformance.crash.filesystem.units import EntryChange
from conformance.crash.recording.calls import LINKS, RENAMES
from conformance.crash.recording.trace import Call

_EXCHANGE, _WHITEOUT = 2, 4


def _add(system: FileSystem, call: Call, path: str, node: FileObject, made: bool = False) -> None:
    place = system.find(call.process, path)
    if place is None:
        system.note_unmodelled(f"{path} was made where the model knows no directory")
        return
    change = EntryChange(place.folder.number, place.name, node.number)
    system.rename_entries(call, change, made=node.number if made else None)


def _mkdir(system: FileSystem, call: Call) -> None:
    if not call.errno:
        _add(system, call, text_at(call, 0), system.objects.new_folder(), made=True)


def _symlink(system: FileSystem, call: Call) -> None:
    if not call.errno:
        _add(system, call, text_at(call, 1), system.objects.new_fixed(Link(text_at(call, 0))))


def _mknod(system: FileSystem, call: Call) -> None:
    if call.errno:
        return
    kind = stat.S_IFMT(number_at(call, 1))
    regular = kind in (0, stat.S_IFREG)
    node = system.objects.new_file() if regular else system.objects.new_fixed(Special())
    _add(system, call, text_at(call, 0), node)


def _remove(system: FileSystem, call: Call) -> None:
    place = None if call.errno else system.find(call.process, text_at(call, 0))
    if place is not None:
        system.rename_entries(call, EntryChange(place.folder.number, place.name, None))


def _link(system: FileSystem, call: Call) -> None:
    if call.errno:
        return
    old, new = (system.find(call.process, text_at(call, place)) for place in range(2))
    if old is None or old.node is None or new is None:
        system.note_unmodelled("a link crosses the border of the traced directory")
        return
    change = EntryChange(new.folder.number, new.name, old.node.number)
    system.rename_entries(call, change, source=old.node.number)


def _rename(system: FileSystem, call: Call) -> None:
    if call.errno:
        return
    old, new = (system.find(call.process, text_at(call, place)) for place in range(2))
    flags = number_at(call, 2) if call.name == "renameat2" else 0
    if old is None or old.node is None or new is None or flags & _WHITEOUT:
        _renamed_across(system, call, old)
    elif flags & _EXCHANGE:
        _exchange(system, call, old, new)
    elif old.node is not new.node:
        system.rename_entries(
            call,
            EntryChange(old.folder.number, old.name, None),
            EntryChange(new.folder.number, new.name, old.node.number),
            source=old.node.number,
            over=new.node is not None,
        )


def _renamed_across(system: FileSystem, call: Call, old: Place | None) -> None:
    system.note_unmodelled(
        f"{text_at(call, 0)} was renamed to {text_at(call, 1)}, across the border of the traced directory"
    )
    if old is not None and old.node is not None:
        system.rename_entries(call, EntryChange(old.folder.number, old.name, None))


def _exchange(system: FileSystem, call: Call, old: Place, new: Place) -> None:
    assert old.node is not None
    if new.node is not None:
        system.rename_entries(
            call,
            EntryChange(old.folder.number, old.name, new.node.number),
            EntryChange(new.folder.number, new.name, old.node.number),
            source=old.node.number,
            over=True,
        )


NAME_EFFECTS: Mapping[str, Handler] = {
    **dict.fromkeys(("mkdir", "mkdirat"), _mkdir),
    **dict.fromkeys(("symlink", "symlinkat"), _symlink),
    **dict.fromkeys(("mknod", "mknodat"), _mknod),
    **dict.fromkeys(("unlink", "rmdir", "unlinkat"), _remove),
    **dict.fromkeys(LINKS, _link),
    **dict.fromkeys(RENAMES, _rename),
}
