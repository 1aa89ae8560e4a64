"""A seal on the kit's own code: a backend in the same process could change what judges it.

It catches what is replaced by accident or in plain sight, not one who means to deceive. Whoever does not
trust a backend puts it behind a command, where it shares nothing with its judge.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType

_PACKAGE = __name__.partition(".")[0]


class Seal:
    """What the kit's modules hold when it is made: functions, classes, and what these are made of."""

    def __init__(self) -> None:
        self._held = dict(_code())

    def broken(self) -> str:
        """The name of something of the kit that is not what it was; empty if all is."""
        now = dict(_code())
        for name, thing in self._held.items():
            if now.get(name) is not thing:
                return name
        return ""


def _code() -> Iterator[tuple[str, object]]:
    for path, module in list(sys.modules.items()):
        if path == _PACKAGE or path.startswith(f"{_PACKAGE}."):
            yield from _parts_of(module)


def _parts_of(module: ModuleType) -> Iterator[tuple[str, object]]:
    for name, thing in list(vars(module).items()):
        path = f"{module.__name__}.{name}"
        if callable(thing) or isinstance(thing, ModuleType):
            yield path, thing
        if getattr(thing, "__module__", None) != module.__name__:
            continue
        if isinstance(thing, FunctionType):
            yield f"{path}'s code", thing.__code__
        elif isinstance(thing, type):
            for member, value in list(vars(thing).items()):
                if callable(value) or isinstance(value, property | classmethod | staticmethod):
                    yield f"{path}.{member}", value
