"""Who may read what at every moment of a run, as the modes of open, mkdir and chmod tell (SE-02).

A created file's mode is taken with the usual mask. What a process has done to its mask nobody sees, so what
is found here is a suspicion, which a kill at that moment confirms.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance.crash.filesystem.filesystem import FileSystem
from conformance.crash.filesystem.history import steps_of, take_effect
from conformance.crash.filesystem.objects import File, FileObject
from conformance.crash.filesystem.tree import Tree, names_in
from conformance.crash.recording.calls import OPENS
from conformance.crash.recording.trace import Call, Trace

_USUAL_MASK = 0o022
READABLE, ENTERABLE = 0o044, 0o011
_BY_DESCRIPTOR = frozenset({"fchmod"})
_BY_PATH = frozenset({"chmod", "fchmodat", "fchmodat2"})
_MAKE = OPENS | {"mkdir", "mkdirat", "mknod", "mknodat"}


@dataclass(frozen=True, slots=True)
class Exposure:
    """After a call others may read a file that holds something."""

    call: Call
    path: str
    mode: int


def exposures(trace: Trace, initial: Tree, modes: Mapping[str, int], mask: int = 0) -> Iterator[Exposure]:
    """Each moment at which somebody may read what lies on the data path who is not the owner.

    `modes` are those of what lies there at first, by path; what is not in it is as usual. Bits in `mask` are
    granted: who has them could read the document before.
    """
    system = FileSystem(initial)
    known: dict[int, int] = {}
    for path, mode in modes.items():
        place = system.find(0, path)
        if place is not None and place.node is not None:
            known[place.node.number] = mode
    for _, event, entering in steps_of(trace):
        if entering:
            continue
        before = set(system.objects.nodes)
        take_effect(system, event)
        if isinstance(event, Call) and not event.errno and event.result is not None:
            _note(system, event, set(system.objects.nodes) - before, known)
            yield from _open_to_others(system, event, known, mask)


def _note(system: FileSystem, call: Call, made: set[int], known: dict[int, int]) -> None:
    mode = call.arguments[-1] if call.arguments else None
    if call.name in _MAKE and isinstance(mode, int):
        known.update(dict.fromkeys(made, mode & 0o777 & ~_USUAL_MASK))
    mode = call.arguments[1] if len(call.arguments) > 1 else None
    if not isinstance(mode, int):
        return
    node: FileObject | None = None
    if call.name in _BY_DESCRIPTOR:
        found = system.open_file(call)
        node = found.node if found else None
    elif call.name in _BY_PATH and isinstance(call.arguments[0], str):
        place = system.find(call.process, call.arguments[0], follow=True)
        node = place.node if place else None
    if node is not None:
        known[node.number] = mode & 0o777


def _open_to_others(
    system: FileSystem, call: Call, known: Mapping[int, int], mask: int
) -> Iterator[Exposure]:
    for path in sorted(names_in(system.tree())):
        place = system.find(0, path)
        if place is None or not isinstance(place.node, File) or not place.node.content:
            continue
        mode = known.get(place.node.number, 0)
        if mode & READABLE & ~mask and not _is_shut_off(system, path, known):
            yield Exposure(call, path, mode)


def _is_shut_off(system: FileSystem, path: str, known: Mapping[int, int]) -> bool:
    """Whether a directory above lets nobody else through."""
    while path := posixpath.dirname(path):
        place = system.find(0, path)
        node = place.node if place else None
        if node is not None and not known.get(node.number, 0o755) & ENTERABLE:
            return True
    return False
