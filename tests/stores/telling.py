"""What the kit found of the stores: as a table, and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .entries import Entry
from .running import BREACHES, UNTESTED, Outcome

_LONGEST = 160
_HEADINGS = ("store", "version", "breaks", "counterexample", "replay")
_CELL, _ROW, _LEFT, _TOP = 26, 24, 190, 72
_COLOURS = {"passed": "#3a9b5c", "broken": "#c8402f", "untested": "#d9a514", "not owed": "#d0d4d9"}
_WORDS = {"passed": "holds", "broken": "broken", "untested": "not seen", "not owed": "not owed"}


def markdown(outcomes: Sequence[Outcome], left_out: Sequence[Entry]) -> str:
    """The table."""
    lines = [_row(_HEADINGS), _row(["---"] * len(_HEADINGS))]
    for outcome in outcomes:
        example, replay = outcome.counterexample()
        told = example or "; ".join(outcome.findings())
        broken = ", ".join(outcome.breaks) or "nothing"
        if outcome.untested:
            broken += f"; not seen: {', '.join(outcome.untested)}"
        name = f"{outcome.results['backend']['name']} (`{outcome.entry.name}`)"
        lines.append(_row([name, outcome.version, broken, _shortened(told), replay]))
    lines += [_row([f"`{entry.name}`", "", f"not run: {entry.lacks}", "", ""]) for entry in left_out]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def picture(outcomes: Sequence[Outcome]) -> str:
    """An SVG: a row for each store, a column for what any of them breaks and for all of crash safety."""
    ids = [id for id in outcomes[0].verdicts if _is_shown(id, outcomes)]
    width, height = _LEFT + _CELL * len(ids) + 40, _TOP + _ROW * len(outcomes) + 44
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    font = 'font-family="system-ui, sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font} role="img">',
        "<title>What the kit finds of stores that people use</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for column, id in enumerate(ids):
        x = _LEFT + _CELL * column + _CELL // 2 + 4
        parts.append(f'<text transform="translate({x} {_TOP - 8}) rotate(-60)">{id}</text>')
    for row, outcome in enumerate(outcomes):
        y = _TOP + _ROW * row
        weight = "600" if outcome.entry.right else "400"
        name = escape(outcome.entry.name)
        parts.append(f'<text x="12" y="{y + 16}" font-weight="{weight}">{name}</text>')
        parts += [_cell(column, y, id, outcome) for column, id in enumerate(ids)]
    parts += [*_legend(height - 16), "</svg>"]
    return "\n".join(parts) + "\n"


def _is_shown(id: str, outcomes: Sequence[Outcome]) -> bool:
    owed = any(outcome.verdicts[id] != "not_applicable" for outcome in outcomes)
    return owed and (id.startswith("CR-") or any(id in outcome.breaks for outcome in outcomes))


def _state(verdict: str) -> str:
    if verdict in BREACHES:
        return "broken"
    if verdict in UNTESTED:
        return "untested"
    return "not owed" if verdict == "not_applicable" else "passed"


def _cell(column: int, y: int, id: str, outcome: Outcome) -> str:
    state = _state(outcome.verdicts[id])
    x = _LEFT + _CELL * column
    told = f"{escape(outcome.entry.name)}, {id}: {_WORDS[state]}"
    return (
        f'<rect x="{x}" y="{y + 1}" width="{_CELL - 4}" height="{_ROW - 4}" rx="3" fill="{_COLOURS[state]}">'
        f"<title>{told}</title></rect>"
    )


def _legend(y: int) -> list[str]:
    parts = []
    for place, (state, word) in enumerate(_WORDS.items()):
        x = 12 + 120 * place
        parts.append(f'<rect x="{x}" y="{y - 11}" width="14" height="14" rx="3" fill="{_COLOURS[state]}"/>')
        parts.append(f'<text x="{x + 20}" y="{y}">{word}</text>')
    return parts
