"""The names of the objects of a run."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.crash.filesystem.units import Entry, History

_ROOT = 0


def first_names(history: History) -> Mapping[int, str]:
    """Each object by the first name it had, below the traced directory (".")."""
    names = {_ROOT: "."}
    waiting = [(_ROOT, "")]
    while waiting:
        number, prefix = waiting.pop()
        for name, target in history.directories.get(number, {}).items():
            names.setdefault(target, prefix + name)
            waiting.append((target, f"{prefix}{name}/"))
    for unit in history.units:
        if isinstance(unit, Entry):
            for change in unit.changes:
                if change.target is not None:
                    parent = names.get(change.directory, "?")
                    spelled = change.name if parent == "." else f"{parent}/{change.name}"
                    names.setdefault(change.target, spelled)
    return names
