"""Replays a trace into the in-memory file system.

Replaying it up to a call gives the state that kill -9 leaves there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.crash.filesystem.effects_data import DATA_EFFECTS
from conformance.crash.filesystem.effects_names import NAME_EFFECTS
from conformance.crash.filesystem.effects_open import OPEN_EFFECTS
from conformance.crash.filesystem.filesystem import FileSystem, Handler
from conformance.crash.filesystem.objects import Fixed, Folder
from conformance.crash.filesystem.tree import Tree
from conformance.crash.filesystem.units import History, Moment
from conformance.crash.recording.calls import OPENS
from conformance.crash.recording.trace import (
    Acknowledgement,
    Call,
    Event,
    Executed,
    Request,
    Spawned,
    Trace,
    when,
)

_NO_DESCRIPTOR = 1 << 30
EFFECTS: dict[str, Handler] = {**OPEN_EFFECTS, **NAME_EFFECTS, **DATA_EFFECTS}


def history_of(trace: Trace, initial: Tree, root: str = "/", finish_in_flight: bool = False) -> History:
    """What a run did to the traced directory, whose content was `initial` and whose real path is `root`.

    Calls whose return was never seen are taken as never executed, or with `finish_in_flight` as done.
    """
    system = FileSystem(initial, root)
    directories, files = system.objects.folders(), system.objects.files()
    moments = []
    for at, event, entering in steps_of(trace, finish_in_flight):
        if entering and isinstance(event, Call):
            moments.append(Moment(at, system.tree(), event))
        elif not entering:
            take_effect(system, event)
    moments.append(Moment(trace.end, system.tree(), None))
    nodes = system.objects.nodes.values()
    return History(
        directories={**{n.number: {} for n in nodes if isinstance(n, Folder)}, **directories},
        files={**dict.fromkeys(system.objects.files(), b""), **files},
        leaves={n.number: n.leaf for n in nodes if isinstance(n, Fixed)},
        units=tuple(system.units),
        syncs=tuple(system.syncs),
        moments=tuple(moments),
        calls=trace.calls,
        spoken=tuple(e for e in trace.events if isinstance(e, (Request, Acknowledgement))),
        mapped=system.objects.paths_of(system.mapped),
        unmodelled=(*trace.unmodelled, *system.unmodelled),
        end=trace.end,
    )


def take_effect(system: FileSystem, event: Event) -> None:
    """Let one event take effect."""
    match event:
        case Call(name=name) if name in EFFECTS:
            EFFECTS[name](system, event)
        case Spawned(process=process, parent=parent):
            system.tables.fork(process, parent)
        case Executed(process=process):
            system.tables.execute(process)


def steps_of(trace: Trace, finish_in_flight: bool = False) -> Iterator[tuple[int, Event, bool]]:
    """Every event at the place where it takes effect, and every call also where it is entered."""
    steps: list[tuple[int, Event, bool]] = []
    for event in trace.events:
        if isinstance(event, Call):
            steps.append((event.start, event, True))
            if event.end is None:
                if finish_in_flight:
                    steps.append((trace.end, _finished(event), False))
                continue
        steps.append((when(event), event, False))
    return iter(sorted(steps, key=lambda step: step[0]))


def _finished(call: Call) -> Call:
    """A call whose return was never seen, as if it had succeeded."""
    written = next((len(a) for a in call.arguments if isinstance(a, bytes)), 0)
    return replace(call, result=_NO_DESCRIPTOR if call.name in OPENS else written)
