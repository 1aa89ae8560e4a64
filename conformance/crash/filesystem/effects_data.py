"""What calls do to bytes: write, copy, resize, map, sync."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from conformance.crash.filesystem.descriptors import OpenFile
from conformance.crash.filesystem.filesystem import FileSystem, Handler, bytes_at, number_at, text_at
from conformance.crash.filesystem.objects import File, Folder
from conformance.crash.recording.calls import MAP_SHARED, PROT_WRITE, READS, WRITES
from conformance.crash.recording.trace import Call

_RWF_DSYNC, _RWF_SYNC, _RWF_APPEND = 0x2, 0x4, 0x10
_KEEP_SIZE, _PUNCH_HOLE, _COLLAPSE, _ZERO, _INSERT, _UNSHARE = 0x1, 0x2, 0x8, 0x10, 0x20, 0x40
_POSITIONED_READS = frozenset({"pread64", "preadv", "preadv2"})
# R7 names EINTR and EBADF. EINVAL and ENOTSUP say that this directory needs no sync or knows none.
_HARMLESS = frozenset({errno.EINTR, errno.EBADF})
_TOLERATED_FOR_DIRECTORIES = frozenset({errno.EINVAL, errno.ENOTSUP})


def _read(system: FileSystem, call: Call) -> None:
    found = system.open_file(call)
    positioned = call.name in _POSITIONED_READS
    if call.name == "preadv2" and number_at(call, 2) == -1:
        positioned = False
    if found and not positioned and (call.result or 0) > 0:
        found.offset += call.result or 0


def _seek(system: FileSystem, call: Call) -> None:
    found = system.open_file(call)
    if found and not call.errno and call.result is not None:
        found.offset = call.result


def _write(system: FileSystem, call: Call) -> None:
    if call.errno or not call.result:
        return
    found = system.open_file(call)
    if found is None:
        system.note_unmodelled(f"{call.name} to a descriptor that the model does not know")
        return
    flags = number_at(call, 3) if call.name == "pwritev2" else 0
    offset = number_at(call, 2) if call.name not in ("write", "writev") else -1
    durable = found.syncs or bool(flags & (_RWF_DSYNC | _RWF_SYNC))
    content = bytes_at(call, 1)[: call.result]
    _put(system, call, found, None if offset == -1 else offset, content, durable, bool(flags & _RWF_APPEND))


def _put(
    system: FileSystem,
    call: Call,
    found: OpenFile,
    offset: int | None,
    content: bytes,
    durable: bool,
    at_end: bool = False,
) -> None:
    """Write at `offset`, or at the open file's own offset, which then moves on."""
    file = found.node
    if not isinstance(file, File):
        return
    at = offset if offset is not None else found.offset
    if found.appends or at_end:
        at = len(file.content)  # on Linux for pwrite too
    system.write(call, file, at, content, durable)
    if offset is None:
        found.offset = at + len(content)


def _copy_file_range(system: FileSystem, call: Call) -> None:
    source, target = system.open_file(call, 0), system.open_file(call, 2)
    _copy(system, call, source, call.arguments[1], target, call.arguments[3])


def _sendfile(system: FileSystem, call: Call) -> None:
    source, target = system.open_file(call, 1), system.open_file(call, 0)
    _copy(system, call, source, call.arguments[2], target, None)


def _copy(
    system: FileSystem,
    call: Call,
    source: OpenFile | None,
    source_offset: object,
    target: OpenFile | None,
    target_offset: object,
) -> None:
    """R8: live bytes are copied."""
    if call.errno or not call.result:
        return
    start = source_offset if isinstance(source_offset, int) else source.offset if source else 0
    if target is not None:
        if source is None or not isinstance(source.node, File):
            system.note_unmodelled("bytes were copied from outside the traced directory")
            content = bytes(call.result)
        else:
            content = bytes(source.node.content[start : start + call.result])
        at = target_offset if isinstance(target_offset, int) else None
        _put(system, call, target, at, content, target.syncs)
    if source is not None and not isinstance(source_offset, int):
        source.offset = start + call.result


def _truncate(system: FileSystem, call: Call) -> None:
    place = None if call.errno else system.find(call.process, text_at(call, 0), follow=True)
    if place is not None and isinstance(place.node, File):
        system.resize(call, place.node, number_at(call, 1))


def _ftruncate(system: FileSystem, call: Call) -> None:
    found = None if call.errno else system.open_file(call)
    if found is not None and isinstance(found.node, File):
        system.resize(call, found.node, number_at(call, 1))


def _fallocate(system: FileSystem, call: Call) -> None:
    found = None if call.errno else system.open_file(call)
    if found is None or not isinstance(found.node, File):
        return
    mode, offset, length = (number_at(call, place) for place in (1, 2, 3))
    file, end = found.node, offset + length
    if mode & (_COLLAPSE | _INSERT):
        system.note_unmodelled("fallocate moved a range of a file")
        return
    if mode & (_PUNCH_HOLE | _ZERO):
        inside = max(0, min(end, len(file.content)) - offset)
        if inside:
            system.write(call, file, offset, bytes(inside), found.syncs)
    if not mode & (_KEEP_SIZE | _PUNCH_HOLE) and end > len(file.content):
        system.resize(call, file, end)


def _sync_one(system: FileSystem, call: Call) -> None:
    found = system.open_file(call)
    if found is None:
        return
    tolerated = isinstance(found.node, Folder) and call.errno in _TOLERATED_FOR_DIRECTORIES
    if call.errno in _HARMLESS:
        return
    system.sync(call, found.node.number, failed=bool(call.errno) and not tolerated)


def _sync_all(system: FileSystem, call: Call) -> None:
    if call.errno not in _HARMLESS:
        system.sync(call, None, failed=bool(call.errno))


def _map(system: FileSystem, call: Call) -> None:
    found = None if call.errno else system.open_file(call, 3)
    if found is not None and number_at(call, 1) & PROT_WRITE and number_at(call, 2) & MAP_SHARED:
        system.mapped.add(found.node.number)


def _unknowable(system: FileSystem, call: Call) -> None:
    if not call.errno:
        system.note_unmodelled(f"{call.name} was called, whose effects cannot be followed")


DATA_EFFECTS: Mapping[str, Handler] = {
    **dict.fromkeys(READS, _read),
    **dict.fromkeys(WRITES, _write),
    **dict.fromkeys(("fsync", "fdatasync"), _sync_one),
    **dict.fromkeys(("sync", "syncfs"), _sync_all),
    **dict.fromkeys(("io_uring_setup", "io_submit", "splice"), _unknowable),
    "lseek": _seek,
    "copy_file_range": _copy_file_range,
    "sendfile": _sendfile,
    "truncate": _truncate,
    "ftruncate": _ftruncate,
    "fallocate": _fallocate,
    "mmap": _map,
}
