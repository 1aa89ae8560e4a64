"""Draws the lines of `cost_of_a_mutation.py`: milliseconds of a mutation against rows, both logarithmic.

python tests/benchmarks/picture_of_costs.py LINES.jsonl -o DIRECTORY
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, TypeAlias

import click

Point: TypeAlias = tuple[float, float]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 400, 70, 150, 30, 50
_COLOURS = (
    "#000000",
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
)  # told apart by the colour-blind
_LEAST = "the least"


def series_of(lines: Iterable[Mapping[str, Any]]) -> dict[str, list[Point]]:
    """The points of each backend, and of the least beside the reference."""
    found: dict[str, list[Point]] = {}
    for line in lines:
        found.setdefault(line["backend"], []).append((line["rows"], line["mutation_ms"]))
        if line["backend"] == "reference":
            found.setdefault(_LEAST, []).append((line["rows"], line["least_ms"]))
    return {name: sorted(points) for name, points in found.items()}


def draw(title: str, series: Mapping[str, Sequence[Point]]) -> str:
    """The picture as SVG."""
    points = [point for each in series.values() for point in each]
    rows, costs = (_decades([point[axis] for point in points]) for axis in (0, 1))

    def place(point: Point) -> Point:
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * _share(point[0], rows)
        return x, _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * _share(point[1], costs)

    parts = [_text(_LEFT, 18, title), _text(_LEFT + 150, _HEIGHT - 12, "rows")]
    for exponent in range(rows[0], rows[1] + 1):
        x, _ = place((10.0**exponent, 10.0 ** costs[0]))
        parts += [_line((x, _TOP), (x, _HEIGHT - _BOTTOM)), _text(x - 12, _HEIGHT - 32, f"{10**exponent:,}")]
    for exponent in range(costs[0], costs[1] + 1):
        _, y = place((10.0 ** rows[0], 10.0**exponent))
        parts += [_line((_LEFT, y), (_WIDTH - _RIGHT, y)), _text(8, y + 4, f"{10.0**exponent:g} ms")]
    for colour, (name, each) in zip(_COLOURS, series.items(), strict=False):
        placed = [place(point) for point in each]
        parts.append(_curve(placed, colour))
        parts.append(_text(placed[-1][0] + 8, placed[-1][1] + 4, name, colour))
    body = "\n".join(parts)
    size, font = f'viewBox="0 0 {_WIDTH} {_HEIGHT}"', 'font-family="sans-serif" font-size="12"'
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>'
    return f'{frame}\n<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'


def _decades(values: Sequence[float]) -> tuple[int, int]:
    lowest, highest = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return lowest, max(highest, lowest + 1)


def _share(value: float, decades: tuple[int, int]) -> float:
    return (math.log10(value) - decades[0]) / (decades[1] - decades[0])


def _line(start: Point, end: Point) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" stroke="#dddddd"/>'


def _text(x: float, y: float, words: str, colour: str = "#333333") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}">{escape(words)}</text>'


def _curve(points: Sequence[Point], colour: str) -> str:
    placed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{placed}" fill="none" stroke="{colour}" stroke-width="2"/>'


@click.command()
@click.argument("lines", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "folder", default=".", type=click.Path(path_type=Path), help="Where the pictures go.")
def main(lines: Path, folder: Path) -> None:
    """Draw a picture for each file system."""
    found = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    costs = [line for line in found if "mutation_ms" in line]
    folder.mkdir(parents=True, exist_ok=True)
    for name in dict.fromkeys(line["file_system"] for line in costs):
        here = [line for line in costs if line["file_system"] == name]
        picture = folder / f"mutations-{name.replace('/', '-')}.svg"
        picture.write_text(draw(f"A durable mutation on {name}", series_of(here)), "utf-8")
        click.echo(picture)


if __name__ == "__main__":
    main()
