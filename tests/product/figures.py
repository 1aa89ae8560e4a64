"""What the tests of the product count, told at the end of the run by tests/conftest.py."""

from __future__ import annotations

from collections.abc import Callable

from product.dose import DOSE, SEED


class Figures:
    """Goes with the test's report, which may come from another process."""

    def __init__(self, record: Callable[[str, object], None]) -> None:
        self._record = record

    def append(self, figure: str) -> None:
        """Tell one more."""
        self._record("figure", f"{figure} (uni-db: dose {DOSE.name}, seed {SEED})")
