"""The ways to save that the crash engine is tried on, wrong (mutants/) and right (backends/)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from conformance.commands.selftest import find_mutants

# Chapter CR as far as it is the crash engine's.
CHAPTER = tuple(f"CR-{number:02}" for number in (*range(2, 14), 15) if number != 7)
BACKENDS = Path(__file__).parent / "backends"
SQLITE = BACKENDS / "sqlite_store.py"
_NOT_ABOUT_SAVING = {"variations", SQLITE.stem}


def wrong_ways() -> Iterator[tuple[str, str]]:
    """The mutants that break the chapter, by name, and how each target is spelled."""
    for mutant in find_mutants():
        if mutant.breaks & set(CHAPTER):
            yield mutant.name, f"{mutant.path}:open_backend"


def right_ways() -> Iterator[tuple[str, str]]:
    """The right sidecars and SQLite in each of its settings, likewise."""
    for path in sorted(BACKENDS.glob("[!_]*.py")):
        if path.stem not in _NOT_ABOUT_SAVING:
            yield path.stem, f"{path}:open_backend"
    for setting in sqlite_settings():
        yield setting.replace("open", "sqlite", 1), f"{SQLITE}:{setting}"


def sqlite_settings() -> list[str]:
    """The factories of the SQLite store."""
    return re.findall(r"^(open_\w+) = ", SQLITE.read_text("utf-8"), re.MULTILINE)
