"""The JSON Schemas that the kit publishes: the document, its reports, and each message of the wire."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from conformance.errors import UsageError


def _found() -> dict[str, Traversable]:
    found = {}
    for home in (files("conformance.schemas"), files("conformance.wire").joinpath("schema")):
        if home.is_dir():
            for entry in home.iterdir():
                if entry.name.endswith(".json"):
                    name = entry.name.removesuffix(".json").removesuffix(".schema")
                    found[name] = entry
    return found


def schema_names() -> tuple[str, ...]:
    """The names that `schema_text` takes."""
    return tuple(sorted(_found()))


def schema_text(name: str) -> str:
    """A schema's text. Raises UsageError for a name that is none."""
    found = _found()
    if name not in found:
        raise UsageError(f"there is no schema {name}; there are {', '.join(sorted(found))}")
    return found[name].read_text("utf-8")
