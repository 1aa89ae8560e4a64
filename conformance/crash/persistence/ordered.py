"""`ordered`: like ext4 with data=ordered. Its states show what is likely, not what is promised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.crash.filesystem.units import Data, Entry, Sync, Unit
from conformance.crash.persistence.model import (
    ContentUnit,
    Image,
    PendingFile,
    content_subsets,
    covers,
    ends_of,
    image,
    sector_cuts,
    torn,
)


class Ordered:
    """Names: a prefix of one journal, which any sync forces. Data: a prefix for each file."""

    name = "ordered"

    def covers(self, sync: Sync, unit: Unit) -> bool:
        """A sync forces everything before it in the journal."""
        return isinstance(unit, Entry) or covers(sync, unit)

    def entry_sets(self, pending: Sequence[Entry]) -> Iterator[frozenset[int]]:
        """Prefixes."""
        numbers = [entry.number for entry in pending]
        return (frozenset(numbers[:length]) for length in range(len(numbers) + 1))

    def images(self, file: PendingFile, kept: Sequence[Entry]) -> Iterator[Image]:
        """Appended data and the end of the file: a prefix. Overwritten blocks: any, torn at sectors."""
        flushed = _flushed_by_rename(file, kept)
        free = [unit for unit in file.pending if unit.number not in flushed]
        must = [unit for unit in file.pending if unit.number in flushed]
        overwritten = [unit for unit in free if isinstance(unit, Data) and not unit.appended]
        appended = [unit for unit in free if not (isinstance(unit, Data) and not unit.appended)]
        for length in range(len(appended) + 1):
            prefix: list[ContentUnit] = [*must, *appended[:length]]
            for some in content_subsets(overwritten) if _is_cheap(length, appended) else (overwritten,):
                yield image(file, (*prefix, *some))
        for block in ends_of(overwritten):
            for cut in sector_cuts(block):
                yield image(file, torn((*must, *free), block, cut))


def _is_cheap(length: int, appended: Sequence[ContentUnit]) -> bool:
    """Overwritten blocks are varied only at the two ends of the prefix."""
    return length in (0, len(appended))


def _flushed_by_rename(file: PendingFile, kept: Sequence[Entry]) -> frozenset[int]:
    """A rename over a name writes its source's data out first."""
    files = {unit.file for unit in file.units}
    renames = [entry.start for entry in kept if entry.over and entry.source in files]
    return frozenset(unit.number for unit in file.units if any(unit.end <= start for start in renames))
