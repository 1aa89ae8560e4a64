"""`strict`: advice. A sync forces what it names and nothing else; lost data may read as garbage."""

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
    subsets,
    torn,
)

_GARBAGE = 0xA5


class Strict:
    """As posix, but a directory's sync does not force the mkdir that made it, and blocks tear anywhere."""

    name = "strict"

    def covers(self, sync: Sync, unit: Unit) -> bool:
        """R1 and no more."""
        return covers(sync, unit)

    def entry_sets(self, pending: Sequence[Entry]) -> Iterator[frozenset[int]]:
        """Any subset."""
        return (frozenset(entry.number for entry in some) for some in subsets(pending))

    def images(self, file: PendingFile, kept: Sequence[Entry]) -> Iterator[Image]:
        """Any subset, lost data as zeros or as garbage; the first and the last block torn at any byte."""
        pending = file.pending
        for some in content_subsets(pending):
            yield image(file, some)
            yield image(file, some, garbage=_GARBAGE)
        for block in ends_of([unit for unit in pending if isinstance(unit, Data)]):
            for cut in _byte_cuts(len(block.content)):
                yield image(file, torn(pending, block, cut), garbage=None)


def _byte_cuts(length: int) -> list[int]:
    """Some places between the bytes of a block: its ends, its middle, and around the sectors' borders."""
    wanted = {1, 2, length // 2, length - 2, length - 1, 511, 513, length - 511}
    return sorted(cut for cut in wanted if 0 < cut < length)
