"""What the checks on one backend share: made by the first that needs it, closed by who owns the backend."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import ExitStack
from typing import Any, TypeVar

_T = TypeVar("_T")


class Shared:
    """Things by their key."""

    def __init__(self) -> None:
        self._things: dict[Hashable, Any] = {}
        self._closing = ExitStack()

    def get(self, key: Hashable, make: Callable[[ExitStack], _T]) -> _T:
        """The thing of this key, made now if there is none. `make` is given what closes things in the end."""
        if key not in self._things:
            self._things[key] = make(self._closing)
        thing: _T = self._things[key]
        return thing

    def close(self) -> None:
        """Close everything, last first, and forget it."""
        self._things.clear()
        self._closing.close()
