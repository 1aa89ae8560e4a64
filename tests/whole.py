"""What is tried in every run, and what `pytest --whole` tries besides."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

import pytest

_T = TypeVar("_T")

only_whole = pytest.mark.whole


def partly(everything: Iterable[_T], *, always: Collection[_T]) -> list[object]:
    """Parameters for a test: some always, the rest with --whole."""
    return [each if each in always else pytest.param(each, marks=only_whole) for each in everything]


def profile(config: pytest.Config) -> str:
    """The profile under which what is right is tried."""
    return "default" if config.getoption("--whole") else "quick"
