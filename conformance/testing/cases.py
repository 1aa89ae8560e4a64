"""Finite lists: the cases of a check that means "each of these", tried whole in every profile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any, TypeAlias

from conformance.testing.profiles import Dose

Case: TypeAlias = dict[str, Any]


class Each:
    """Every combination of the values of some arguments, simplest first: the last one changes fastest.

    What stands first in a list should be the plainest, for the first case that fails is the one that is told.
    """

    def __init__(self, **arguments: Iterable[Any]) -> None:
        self._lists: dict[str, Sequence[Any]] = {name: tuple(values) for name, values in arguments.items()}

    def __call__(self, dose: Dose) -> Iterator[Case]:
        """The cases, whatever the dose."""
        for values in product(*self._lists.values()):
            yield dict(zip(self._lists, values, strict=True))
