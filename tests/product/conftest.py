"""The product's process, and what is told at the end."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator

import pytest
from product.client import Product, Unavailable, build_held_clock
from product.figures import Figures


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The released product, in a process of its own; without it every test here is skipped, and says so."""
    try:
        if importlib.util.find_spec("uni_db") is None:
            raise Unavailable("the wheel is not installed: pip install 'sidecar-conformance[uni-db]'")
        found = Product(build_held_clock(tmp_path_factory.mktemp("held_clock")))
    except Unavailable as reason:
        pytest.skip(f"uni-db is not compared: {reason}")
    yield found
    found.end()


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Figures:
    """Takes what the test counted."""
    return Figures(record_property)
