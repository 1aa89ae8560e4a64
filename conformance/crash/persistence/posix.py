"""`posix`, the default: what the manual page promises, and that a rename is atomic (R6). It decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.crash.filesystem.units import Data, Entry, Sync, Unit
from conformance.crash.persistence.model import (
    Image,
    PendingFile,
    content_subsets,
    covers,
    ends_of,
    image,
    sector_cuts,
    subsets,
    torn,
)


class Posix:
    """Any subset of names, data and sizes that no sync has forced."""

    name = "posix"

    def covers(self, sync: Sync, unit: Unit) -> bool:
        """R1; a directory's sync forces also the mkdir that made it."""
        if covers(sync, unit):
            return True
        return isinstance(unit, Entry) and unit.made is not None and unit.made == sync.scope

    def entry_sets(self, pending: Sequence[Entry]) -> Iterator[frozenset[int]]:
        """Any subset."""
        return (frozenset(entry.number for entry in some) for some in subsets(pending))

    def images(self, file: PendingFile, kept: Sequence[Entry]) -> Iterator[Image]:
        """Any subset; the first and the last pending block may be torn at multiples of 512."""
        pending = file.pending
        for some in content_subsets(pending):
            yield image(file, some)
        for block in ends_of([unit for unit in pending if isinstance(unit, Data)]):
            for cut in sector_cuts(block):
                yield image(file, torn(pending, block, cut))
