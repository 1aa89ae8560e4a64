"""A run as a picture: time from left to right, a lane for each file, what a crash lost marked in red.

Pure functions from a history to SVG text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from conformance.crash.naming import first_names
from conformance.crash.protocol import crash_sentence
from conformance.crash.states import CrashState
from conformance.crash.trace import Acknowledgement, Call
from conformance.crash.units import Entry, History, Sync, Unit

_LEFT, _TOP, _LANE, _STEP, _BAR = 260, 56, 30, 18, 16
_COLOURS = {
    "kept": "#4477aa",
    "lost": "#cc3311",
    "not executed": "#cccccc",
    "sync": "#228833",
    "failed sync": "#ee7733",
    "acknowledgement": "#aa3377",
    "crash": "#cc3311",
}
_STYLE = "font-family:sans-serif;font-size:12px"


@dataclass(frozen=True, slots=True)
class Bar:
    """Something on a lane, from one place in the order of events to another."""

    lane: int
    start: int
    end: int
    kind: str
    title: str


def timeline(history: History, crash: CrashState | None) -> str:
    """The picture of a run, with the crash drawn in where there is one. Returns a whole SVG document."""
    bars = [*_unit_bars(history, crash), *_sync_bars(history, crash)]
    places = _places(history, bars, crash)
    lanes = sorted({bar.lane for bar in bars})
    rows = {lane: _TOP + row * _LANE for row, lane in enumerate(lanes)}
    bottom = _TOP + len(lanes) * _LANE
    width = _LEFT + _STEP * (len(places) + 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{bottom + 60}" style="{_STYLE}">',
        f"<title>{escape(_title(history, crash))}</title>",
        '<rect width="100%" height="100%" fill="white"/>',
        *_lane_names(history, rows, width),
        *(_drawn(bar, rows, places) for bar in bars),
        *_acknowledgements(history, places, bottom),
        *_crash_line(history, crash, places, bottom),
        *_legend(bottom + 40),
        "</svg>",
    ]
    return "\n".join(parts)


def _title(history: History, crash: CrashState | None) -> str:
    return crash_sentence(history, crash) if crash else "a run without a crash"


def _lane_of(unit: Unit) -> int:
    """A file's lane; an entry is drawn on the object it names, a removal on its directory."""
    if not isinstance(unit, Entry):
        return unit.file
    targets = [change.target for change in unit.changes if change.target is not None]
    return targets[-1] if targets else unit.changes[0].directory


def _unit_bars(history: History, crash: CrashState | None) -> Iterator[Bar]:
    calls = {call.start: call for call in history.calls}
    for unit in history.units:
        call = calls[unit.start]
        kind = "kept"
        if crash is not None and unit.start >= crash.point.at:
            kind = "not executed"
        elif crash is not None and unit.number in crash.lost:
            kind = "lost"
        yield Bar(_lane_of(unit), unit.start, unit.end, kind, f"{_label(unit, call)}: {kind}")


def _label(unit: Unit, call: Call) -> str:
    what = {"Entry": "entry", "Data": "data", "Size": "size"}[type(unit).__name__]
    return f"{call.name} ({what})"


def _sync_bars(history: History, crash: CrashState | None) -> Iterator[Bar]:
    for sync in history.syncs:
        kind = "failed sync" if sync.failed else "sync"
        if crash is not None and sync.start >= crash.point.at:
            kind = "not executed"
        yield Bar(sync.scope or 0, sync.start, sync.end, kind, _sync_title(sync))


def _sync_title(sync: Sync) -> str:
    return f"sync that {'failed' if sync.failed else 'succeeded'}"


def _places(history: History, bars: Sequence[Bar], crash: CrashState | None) -> Mapping[int, int]:
    """The columns: places of events that are drawn, without the gaps between them."""
    used = {place for bar in bars for place in (bar.start, bar.end)}
    used |= {event.at for event in history.spoken if isinstance(event, Acknowledgement)}
    if crash is not None:
        used.add(crash.point.at)
    return {place: _LEFT + _STEP * column for column, place in enumerate(sorted(used), 1)}


def _lane_names(history: History, rows: Mapping[int, int], width: int) -> Iterator[str]:
    names = first_names(history)
    for lane, y in rows.items():
        name = names.get(lane, "(a file without a name)")
        yield f'<text x="8" y="{y + _BAR - 4}">{escape(name[-38:])}</text>'
        yield f'<line x1="{_LEFT}" x2="{width}" y1="{y + _BAR + 4}" y2="{y + _BAR + 4}" stroke="#eeeeee"/>'


def _drawn(bar: Bar, rows: Mapping[int, int], places: Mapping[int, int]) -> str:
    x, y = places[bar.start], rows[bar.lane]
    width = max(places[bar.end] - x, 4)
    shape = (
        f'<rect x="{x}" y="{y}" width="{width}" height="{_BAR}" fill="{_COLOURS[bar.kind]}">'
        f"<title>{escape(bar.title)}</title></rect>"
    )
    if bar.kind != "lost":
        return shape
    cross = f"M{x} {y}L{x + width} {y + _BAR}M{x + width} {y}L{x} {y + _BAR}"
    return f'{shape}<path d="{cross}" stroke="white" stroke-width="2"/>'


def _acknowledgements(history: History, places: Mapping[int, int], bottom: int) -> Iterator[str]:
    for event in history.spoken:
        if isinstance(event, Acknowledgement):
            x = places[event.at]
            yield (
                f'<rect x="{x}" y="{_TOP - 8}" width="3" height="{bottom - _TOP + 8}" '
                f'fill="{_COLOURS["acknowledgement"]}"><title>{escape(event.line[:120])}</title></rect>'
            )


def _crash_line(
    history: History, crash: CrashState | None, places: Mapping[int, int], bottom: int
) -> Iterator[str]:
    if crash is None:
        return
    x, colour = places[crash.point.at], _COLOURS["crash"]
    yield (
        f'<line x1="{x}" x2="{x}" y1="{_TOP - 16}" y2="{bottom + 8}" '
        f'stroke="{colour}" stroke-width="2" stroke-dasharray="6 3"/>'
    )
    yield f'<text x="8" y="20" fill="{colour}">{escape(crash_sentence(history, crash))}</text>'


def _legend(y: int) -> Iterator[str]:
    for column, (kind, colour) in enumerate(_COLOURS.items()):
        x = 8 + column * 130
        yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 18}" y="{y}">{kind}</text>'
