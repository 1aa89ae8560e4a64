"""The stores of `stores.toml`, and what is expected of each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """A store: its target, the server it needs, what it is expected to break, and how that was checked."""

    name: str
    target: str
    checked: str
    why: str
    right: bool = False
    server: str = ""
    settings: tuple[str, ...] = ()
    module: str = ""
    without: str = ""
    breaks: frozenset[str] = frozenset()
    untested: frozenset[str] = frozenset()

    @property
    def lacks(self) -> str:
        """Why it cannot be run here; empty if it can."""
        if self.module and not _is_there(self.module):
            return f"this Python has no {self.module}"
        if self.without and _is_there(self.without):
            return f"this Python has {self.without}, with which it is another store"
        return ""


def entries() -> dict[str, Entry]:
    """All stores by name, in the order of the file."""
    document = tomllib.loads((HERE / "stores.toml").read_text("utf-8"))
    return {raw["name"]: _entry(raw) for raw in document["store"]}


def _entry(raw: dict[str, Any]) -> Entry:
    sets = {name: frozenset(raw.get(name, ())) for name in ("breaks", "untested")}
    return Entry(**raw | sets | {"settings": tuple(raw.get("settings", ()))})


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
