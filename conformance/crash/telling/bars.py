"""What a timeline shows, as bars on lanes: units, syncs, calls that were made to fail, operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance.crash.filesystem.units import Entry, History, Sync, Unit
from conformance.crash.persistence.states import CrashState
from conformance.crash.recording.trace import Acknowledgement, Call, Request, message_of
from conformance.crash.telling.naming import first_names
from conformance.crash.telling.spelling import DescriptorNames, descriptor_names

KEPT, LOST, NOT_EXECUTED = "kept", "lost", "not executed"
SYNC, FAILED_SYNC, MADE_TO_FAIL = "sync", "failed sync", "made to fail"
_CEREMONY = frozenset({"initialize", "set_clock", "open", "close", "shutdown"})


@dataclass(frozen=True, slots=True)
class Bar:
    """Something on a lane, from one place in the order of events to another. A lane is a file's number."""

    lane: int
    start: int
    end: int
    kind: str
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class OperationSpan:
    """A request and its answer; `end` is None where there is none. `failed` tells of the answer."""

    start: int
    end: int | None
    name: str
    failed: bool


def bars_of(history: History, crash: CrashState | None) -> Iterator[Bar]:
    """All bars of a run."""
    yield from _of_units(history, crash)
    yield from _of_syncs(history, crash)
    yield from _of_failures(history)


def operations_of(history: History) -> Iterator[OperationSpan]:
    """The operations of a run, without opening and closing."""
    answers = {message_of(e.line).get("id"): e for e in history.spoken if isinstance(e, Acknowledgement)}
    for event in history.spoken:
        message = message_of(event.line)
        if isinstance(event, Request) and message.get("method") not in _CEREMONY:
            answer = answers.get(message.get("id"))
            failed = answer is not None and "error" in message_of(answer.line)
            yield OperationSpan(
                start=event.at,
                end=None if answer is None else answer.at,
                name=str(message.get("method", event.line)),
                failed=failed,
            )


def _of_units(history: History, crash: CrashState | None) -> Iterator[Bar]:
    calls = {call.start: call for call in history.calls}
    for unit in history.units:
        kind = KEPT
        if crash is not None and unit.start >= crash.point.at:
            kind = NOT_EXECUTED
        elif crash is not None and unit.number in crash.lost:
            kind = LOST
        name = calls[unit.start].name
        title = f"{name} ({type(unit).__name__.lower()}): {kind}"
        yield Bar(_lane_of(unit), unit.start, unit.end, kind, name, title)


def _lane_of(unit: Unit) -> int:
    """A file's lane; an entry is drawn on the object it names, a removal on its directory."""
    if not isinstance(unit, Entry):
        return unit.file
    targets = [change.target for change in unit.changes if change.target is not None]
    return targets[-1] if targets else unit.changes[0].directory


def _of_syncs(history: History, crash: CrashState | None) -> Iterator[Bar]:
    calls = {call.start: call for call in history.calls}
    for sync in history.syncs:
        kind = FAILED_SYNC if sync.failed else SYNC
        if crash is not None and sync.start >= crash.point.at:
            kind = NOT_EXECUTED
        name = calls[sync.start].name if sync.start in calls else "sync"
        yield Bar(sync.scope or 0, sync.start, sync.end, kind, name, _sync_title(sync))


def _sync_title(sync: Sync) -> str:
    return f"sync that {'failed' if sync.failed else 'succeeded'}"


def _of_failures(history: History) -> Iterator[Bar]:
    syncs = {sync.start for sync in history.syncs}
    lanes = {name: number for number, name in first_names(history).items()}
    names = descriptor_names(history.calls)
    for call in history.calls:
        if call.injected and call.errno and call.start not in syncs:
            lane = _lane_of_call(call, names[call.start], lanes)
            end = call.start if call.end is None else call.end
            yield Bar(lane, call.start, end, MADE_TO_FAIL, call.name, f"{call.name}: {MADE_TO_FAIL}")


def _lane_of_call(call: Call, names: DescriptorNames, lanes: Mapping[str, int]) -> int:
    first = call.arguments[0] if call.arguments else None
    path = first if isinstance(first, str) else names.get(first, "") if isinstance(first, int) else ""
    while path and path not in lanes:
        path = path.rpartition("/")[0]
    return lanes.get(path, 0)
