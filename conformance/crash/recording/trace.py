"""A recorded run as data: system calls, requests and acknowledgements, in one order.

Every event carries its place in that order, a whole number; a call has two, its start and its end.
Paths inside the traced directory are relative to it ("data/_system/x"), paths outside are absolute.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

Argument: TypeAlias = int | str | bytes | None


@dataclass(frozen=True, slots=True)
class Call:
    """A system call that touched the traced directory.

    `arguments` have the shape that `calls.FORMS` gives for `name`. `errno` is 0 for a call that succeeded.
    `result` and `end` are None for a call whose return was never seen. `injected` marks a call that the
    kit made fail or cut short. `process` counts tables of descriptors, `thread` threads, both from 0.
    """

    name: str
    arguments: tuple[Argument, ...]
    result: int | None
    errno: int
    start: int
    end: int | None
    process: int = 0
    thread: int = 0
    injected: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """The kit sent a line."""

    at: int
    line: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The child's write of a line was seen to return."""

    at: int
    line: str


def message_of(line: str) -> dict[str, Any]:
    """The JSON object that a line holds; an empty one where it holds none."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Spawned:
    """A new table of descriptors came to be as a copy of `parent`'s."""

    at: int
    process: int
    parent: int


@dataclass(frozen=True, slots=True)
class Executed:
    """`process` became another program; descriptors marked close-on-exec are gone."""

    at: int
    process: int


Event: TypeAlias = Call | Request | Acknowledgement | Spawned | Executed
_EVENT_TYPES: Mapping[str, type[Event]] = {
    kind.__name__: kind for kind in (Call, Request, Acknowledgement, Spawned, Executed)
}


@dataclass(frozen=True, slots=True)
class Trace:
    """All events of a run, ordered by `when`, and how the run ended.

    `exit_status` is negative for a signal, None when unknown. `unmodelled` names what was seen that no
    model covers. `injection_at` is the start of the first call that the injection met.
    """

    events: tuple[Event, ...]
    recorder: str
    exit_status: int | None = None
    timed_out: bool = False
    unmodelled: tuple[str, ...] = ()
    injection_at: int | None = None
    complaints: str = ""

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls alone."""
        return tuple(event for event in self.events if isinstance(event, Call))

    @property
    def end(self) -> int:
        """A place after everything that happened."""
        return 1 + max((when(event) for event in self.events), default=0)


def when(event: Event) -> int:
    """Where an event takes effect: a call at its end, or at its start where no end was seen.

    A close does so at its start: another thread may be given the number before the close has returned.
    """
    if isinstance(event, Call):
        return event.start if event.end is None or event.name == "close" else event.end
    return event.at


def by_start(trace: Trace) -> tuple[Call, ...]:
    """The calls in the order they were entered; this order counts for `inject`."""
    return tuple(sorted(trace.calls, key=lambda call: call.start))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _unplain(value: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"])
    if isinstance(value, list):
        return tuple(_unplain(item) for item in value)
    return value


def _members(value: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def event_to_json(event: Event) -> dict[str, Any]:
    """An event as a JSON object."""
    return {"event": type(event).__name__, **_members(event)}


def event_from_json(members: Mapping[str, Any]) -> Event:
    """Read what `event_to_json` made. Raises KeyError or TypeError for anything else."""
    kind = _EVENT_TYPES[members["event"]]
    return kind(**{name: _unplain(value) for name, value in members.items() if name != "event"})


def to_json(trace: Trace) -> str:
    """The trace as one JSON object; bytes stand as {"base64": ...}."""
    members = _members(trace)
    members["events"] = [event_to_json(event) for event in trace.events]
    return json.dumps(members)


def from_json(text: str) -> Trace:
    """Read what `to_json` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    members = json.loads(text)
    events = tuple(event_from_json(entry) for entry in members.pop("events"))
    return Trace(events=events, **{name: _unplain(value) for name, value in members.items()})
