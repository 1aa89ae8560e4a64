"""The documentation, as package data: a Markdown file a topic."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

_ORDER = (
    "first-backend",
    "reports",
    "gates",
    "library",
    "other-languages",
    "stores",
    "crash-models",
    "format",
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the guide. `name` is that of its file, `title` its first heading, `text` Markdown."""

    name: str
    title: str
    text: str


def topics() -> dict[str, Topic]:
    """All topics by name, in the order to read them."""
    pages = {
        entry.name.removesuffix(".md"): entry.read_text("utf-8")
        for entry in files(__package__).iterdir()
        if entry.name.endswith(".md")
    }
    names = sorted(pages, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    return {name: Topic(name, _title(pages[name]), pages[name]) for name in names}


def _title(text: str) -> str:
    return text.partition("\n")[0].removeprefix("# ")
