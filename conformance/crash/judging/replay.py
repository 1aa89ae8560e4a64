"""Builds crash states as real directories and has the backend reload them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from conformance.clocks import monotonic_seconds
from conformance.crash.filesystem.tree import Tree, write_tree
from conformance.crash.judging.reload import Reloader
from conformance.crash.judging.workload import Rows, WireOperation
from conformance.oracle.allowed import LoadFailed

DATA = "data"  # where the data path lies in the traced directory
TEMPORARY = "tmp"  # where the child's TMPDIR lies in it
_MOST_CONFIRMATIONS = 12
_LONG_S, _VERY_LONG_S = 1.0, 4.0
_MOST_FAILURES_IN_VAIN, _MOST_WAITS = 3, 6


class Stage:
    """A place for crash states. Every distinct content is reloaded once."""

    def __init__(self, directory: Path, reloader: Reloader) -> None:
        self._directory = directory
        self._reloader = reloader
        self._seen: dict[Tree, Rows | LoadFailed] = {}
        self._confirmed: set[Tree] = set()
        self._failures_in_vain = self._waits = 0

    @property
    def is_weary(self) -> bool:
        """Whether the backend waited so long, so often, that it is no use to try all states."""
        return self._failures_in_vain >= _MOST_FAILURES_IN_VAIN or self._waits >= _MOST_WAITS

    @property
    def reloads(self) -> int:
        """How many distinct contents were reloaded."""
        return len(self._seen)

    def reload(self, tree: Tree) -> Rows | LoadFailed:
        """What the backend shows of a state."""
        if tree not in self._seen:
            place = self._build(tree)
            self._seen[tree] = _without_place(self._timed(lambda: self._reloader.reload(place / DATA)), place)
            shutil.rmtree(place)
        return self._seen[tree]

    def confirm(self, tree: Tree) -> Rows | LoadFailed:
        """What a fresh process shows of a state; this counts from now on.

        After a number of states what the long-lived process showed is trusted.
        """
        if tree not in self._confirmed and len(self._confirmed) < _MOST_CONFIRMATIONS:
            self._confirmed.add(tree)
            self._reloader.renew()
            self._seen.pop(tree, None)
        return self.reload(tree)

    def second_life(self, tree: Tree, operations: Sequence[WireOperation]) -> Rows | LoadFailed:
        """What the backend shows after it lived on from a state, and performed these operations."""
        place = self._build(tree)
        found = self._timed(lambda: self._reloader.second_life(place / DATA, operations))
        shutil.rmtree(place)
        return _without_place(found, place)

    def renew(self) -> None:
        """Continue in a fresh process."""
        self._reloader.renew()

    def _timed(self, look: Callable[[], Rows | LoadFailed]) -> Rows | LoadFailed:
        """Look, and note where the backend waited for what a crash left behind, such as a lock."""
        begun = monotonic_seconds()
        found = look()
        took_s = monotonic_seconds() - begun
        self._failures_in_vain += took_s > _LONG_S and isinstance(found, LoadFailed)
        self._waits += took_s > _VERY_LONG_S
        return found

    def _build(self, tree: Tree) -> Path:
        # No place is ever used twice: a backend may remember a data path for as long as its process lives.
        place = Path(tempfile.mkdtemp(prefix="state-", dir=self._directory))
        write_tree(tree, place)
        return place


def _without_place(found: Rows | LoadFailed, place: Path) -> Rows | LoadFailed:
    """A failure's reason reads the same wherever the state was built."""
    return LoadFailed(found.reason.replace(f"{place}/", "")) if isinstance(found, LoadFailed) else found
