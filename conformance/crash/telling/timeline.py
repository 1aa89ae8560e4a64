"""A run as a picture: time from left to right, a lane for each file, what a crash lost marked in red.

Pure functions from a history to SVG text.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from conformance.crash.filesystem.units import History
from conformance.crash.persistence.states import CrashState
from conformance.crash.telling.bars import (
    FAILED_SYNC,
    KEPT,
    LOST,
    MADE_TO_FAIL,
    NOT_EXECUTED,
    SYNC,
    Bar,
    OperationSpan,
    bars_of,
    operations_of,
)
from conformance.crash.telling.naming import first_names
from conformance.crash.telling.protocol import crash_sentence

_LEFT, _TOP, _LANE, _STEP, _BAR = 270, 84, 36, 30, 14
_LINE = 15
_CHARACTER = 7  # about the width of one
_ROOM = 38  # characters of a lane's name
_COLOURS = {
    KEPT: "#4477aa",
    LOST: "#cc3311",
    NOT_EXECUTED: "#cccccc",
    SYNC: "#228833",
    FAILED_SYNC: "#ee7733",
    MADE_TO_FAIL: "#ee7733",
}
_ACKNOWLEDGED, _CRASH = "#aa3377", "#cc3311"
_STYLE = "font-family:sans-serif;font-size:12px"


def timeline(history: History, crash: CrashState | None, title: str = "") -> str:
    """The picture of a run, with the crash drawn in where there is one. Returns a whole SVG document.

    Without a title the picture says what crashed.
    """
    bars, operations = list(bars_of(history, crash)), list(operations_of(history))
    places = _places(bars, operations, crash)
    lanes = sorted({bar.lane for bar in bars})
    rows = {lane: _TOP + row * _LANE for row, lane in enumerate(lanes)}
    bottom = _TOP + len(lanes) * _LANE
    legend = list(_legend(bottom + 34))
    title = title or (crash_sentence(history, crash) if crash else "a run without a crash")
    width = max(_LEFT + _STEP * (len(places) + 3), 150 * len(legend))
    caption = textwrap.wrap(title, max(20, (width - 16) // _CHARACTER))
    lift = _LINE * (len(caption) - 1)
    height = bottom + 54 + lift
    size = f'width="{width}" height="{height}" viewBox="0 {-lift} {width} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} style="{_STYLE}">',
        f"<title>{escape(title)}</title>",
        f'<rect y="{-lift}" width="100%" height="100%" fill="white"/>',
        *_lane_names(history, rows, width),
        *_operations(operations, places, bottom),
        *(_drawn(bar, rows, places) for bar in bars),
        *_labels(bars, rows, places),
        *_caption(caption, 20 - lift, _CRASH if crash else "black"),
        *_crash_line(crash, places, bottom),
        *legend,
        "</svg>",
    ]
    return "\n".join(parts)


def _caption(lines: Sequence[str], top: int, colour: str) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f'<text x="8" y="{top + _LINE * number}" fill="{colour}">{escape(line)}</text>'


def _places(
    bars: Iterable[Bar], operations: Iterable[OperationSpan], crash: CrashState | None
) -> Mapping[int, int]:
    """The columns: places of events that are drawn, without the gaps between them."""
    used = {place for bar in bars for place in (bar.start, bar.end)}
    used |= {place for one in operations for place in (one.start, one.end) if place is not None}
    if crash is not None:
        used.add(crash.point.at)
    return {place: _LEFT + _STEP * column for column, place in enumerate(sorted(used), 1)}


def _lane_names(history: History, rows: Mapping[int, int], width: int) -> Iterator[str]:
    names = first_names(history)
    for lane, y in rows.items():
        name = names.get(lane, "(a file without a name)")
        yield f'<text x="8" y="{y + _BAR - 2}">{escape(_ending(name))}</text>'
        yield f'<line x1="{_LEFT}" x2="{width}" y1="{y + _BAR + 4}" y2="{y + _BAR + 4}" stroke="#eeeeee"/>'


def _ending(name: str) -> str:
    """As much of a name as there is room for; of a long one the end, which tells it from others."""
    return name if len(name) <= _ROOM else f"…{name[1 - _ROOM :]}"


def _operations(operations: Iterable[OperationSpan], places: Mapping[int, int], bottom: int) -> Iterator[str]:
    """A band behind the lanes for each operation, with its acknowledgement as the bar at its end."""
    last = max(places.values(), default=_LEFT) + _STEP
    for one in operations:
        x, end = places[one.start], last if one.end is None else places[one.end]
        yield f'<rect x="{x}" y="34" width="{end - x}" height="{bottom - 34}" fill="#f6f1f6"/>'
        ending = " (not answered)" if one.end is None else " (failed)" if one.failed else ""
        yield f'<text x="{x + 4}" y="48" fill="{_ACKNOWLEDGED}">{escape(one.name + ending)}</text>'
        if one.end is not None:
            title = f"{one.name}: {'refused' if one.failed else 'acknowledged'}"
            yield (
                f'<rect x="{end - 1}" y="34" width="3" height="{bottom - 34}" fill="{_ACKNOWLEDGED}">'
                f"<title>{escape(title)}</title></rect>"
            )


def _drawn(bar: Bar, rows: Mapping[int, int], places: Mapping[int, int]) -> str:
    x, y = places[bar.start], rows[bar.lane]
    width = max(places[bar.end] - x, 6)
    shape = (
        f'<rect x="{x}" y="{y}" width="{width}" height="{_BAR}" fill="{_COLOURS[bar.kind]}">'
        f"<title>{escape(bar.title)}</title></rect>"
    )
    if bar.kind not in (LOST, MADE_TO_FAIL):
        return shape
    cross = f"M{x} {y}L{x + width} {y + _BAR}M{x + width} {y}L{x} {y + _BAR}"
    return f'{shape}<path d="{cross}" stroke="white" stroke-width="2"/>'


def _labels(bars: Sequence[Bar], rows: Mapping[int, int], places: Mapping[int, int]) -> Iterator[str]:
    """Which call a bar stands for, once where several lie over each other."""
    for lane, start, label in dict.fromkeys((bar.lane, bar.start, bar.label) for bar in bars):
        x, y = places[start], rows[lane] - 3
        yield f'<text x="{x}" y="{y}" style="font-size:9px" fill="#555555">{escape(label)}</text>'


def _crash_line(crash: CrashState | None, places: Mapping[int, int], bottom: int) -> Iterator[str]:
    if crash is not None:
        x = places[crash.point.at]
        yield (
            f'<line x1="{x}" x2="{x}" y1="26" y2="{bottom + 8}" '
            f'stroke="{_CRASH}" stroke-width="2" stroke-dasharray="6 3"/>'
        )


def _legend(y: int) -> Iterator[str]:
    entries = {**_COLOURS, "acknowledgement": _ACKNOWLEDGED}
    for column, (kind, colour) in enumerate(entries.items()):
        x = 8 + column * 130
        yield (
            f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>'
            f'<text x="{x + 18}" y="{y}">{kind}</text>'
        )
