"""The page for uni-db's maintainers, read as data: its table, its programs, what they print, its mends."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from importlib.resources import files

from .building import Change

_SOURCES = {
    "scheduler_persistence.rs": ("uni-plugin-host", "src/scheduler_persistence.rs"),
    "traits/background.rs": ("uni-plugin", "src/traits/background.rs"),
    "store_value": ("uni-sidecar", "src/lib.rs"),
    "load": ("uni-sidecar", "src/lib.rs"),
}
_BLOCK = re.compile(r"^ *```(\w+)\n((?:.*\n)*?) *```\n((?:\n|    .*\n)*)", re.MULTILINE)
_FUNCTION = re.compile(r"^fn ([a-z]+_[0-9]+)\(\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code, and what is indented below it."""

    code: str
    printed: str


def page() -> str:
    """The page."""
    return files("conformance.guide").joinpath("uni-db.md").read_text("utf-8")


def blocks(language: str) -> list[Block]:
    """The blocks of a language."""
    return [
        Block(textwrap.dedent(found[2]), textwrap.dedent(found[3]).strip())
        for found in _BLOCK.finditer(page())
        if found[1] == language
    ]


def table() -> dict[str, dict[str, str]]:
    """What each release breaks or holds: {"5.0.0": {"QN-04": "broken", ...}}."""
    rows = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in _table_lines()]
    releases = rows[0][1:]
    verdicts = {row[0]: row[1:] for row in rows[2:] if re.fullmatch(r"[A-Z]{2}-\d\d", row[0])}
    return {
        release: {id: row[column] for id, row in verdicts.items()} for column, release in enumerate(releases)
    }


def _table_lines() -> list[str]:
    lines = page().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("| requirement |"))
    return [line for line in lines[first:] if line.startswith("|")][: lines[first:].index("")]


def by_hand() -> tuple[str, dict[str, str]]:
    """One program with every function of the page, chosen by its argument; what each of them prints."""
    parts = blocks("rust")
    printed = {name: block.printed for block in parts for name in _FUNCTION.findall(block.code)}
    choices = "\n".join(f'"{name}" => {name}(),' for name in printed)
    choose = f"match &*std::env::args().nth(1).unwrap() {{ {choices} _ => {{}} }}"
    return "\n".join([*(block.code for block in parts), f"fn main() {{ {choose} }}", ""]), printed


def mends() -> list[Change]:
    """What the page proposes to change in 5.0.0."""
    found = re.findall(r"^- \*\*Mend\*\* (.*?)```diff\n(.*?)^ *```$", page(), re.MULTILINE | re.DOTALL)
    return [_mend(where, textwrap.dedent(diff)) for where, diff in found]


def _mend(where: str, diff: str) -> Change:
    names = (name for name in re.findall(r"`([^`]+)`", where) if name in _SOURCES)
    crate, file = _SOURCES[next(names)]
    lines = [(line[:1], line[1:]) for line in diff.splitlines()]
    old = "\n".join(line for sign, line in lines if sign != "+")
    new = "\n".join(line for sign, line in lines if sign != "-")
    return Change(crate, file, old, new)


def as_pattern(printed: str) -> re.Pattern[str]:
    """What is printed, `...` standing for anything."""
    return re.compile(".*".join(map(re.escape, printed.split("..."))), re.DOTALL)
