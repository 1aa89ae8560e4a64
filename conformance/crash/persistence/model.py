"""What a persistence model decides, and what all of them share (R1 to R8)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, TypeVar

from conformance.crash.filesystem.units import Data, Entry, History, Size, Sync, Unit

SECTOR = 512
_EXACT_UP_TO = 6
_MOST_BOUNDARIES = 8
ContentUnit: TypeAlias = Data | Size
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file at a crash: its durable bytes, and all units issued, in order, of which `forced` must stay."""

    base: bytes
    units: tuple[ContentUnit, ...]
    forced: frozenset[int]

    @property
    def pending(self) -> tuple[ContentUnit, ...]:
        """The units that may be lost."""
        return tuple(unit for unit in self.units if unit.number not in self.forced)


@dataclass(frozen=True, slots=True)
class Image:
    """What a file may hold after the crash, and the units that are not, or not wholly, in it."""

    content: bytes
    lost: frozenset[int]


class PersistenceModel(Protocol):
    """One row of the table of models."""

    @property
    def name(self) -> str: ...

    def covers(self, sync: Sync, unit: Unit) -> bool:
        """Whether `sync` forces `unit`, which ended before the sync began."""
        ...

    def entry_sets(self, pending: Sequence[Entry]) -> Iterable[frozenset[int]]:
        """Which of the pending entries may stay, as sets of numbers."""
        ...

    def images(self, file: PendingFile, kept: Sequence[Entry]) -> Iterable[Image]:
        """What a file may hold when the entries `kept` stay."""
        ...


def covers(sync: Sync, unit: Unit) -> bool:
    """R1: a file's sync covers its bytes, a directory's the entries that name it."""
    if sync.scope is None:
        return True
    if isinstance(unit, Entry):
        return any(change.directory == sync.scope for change in unit.changes)
    return unit.file == sync.scope


def syncs_itself(unit: Unit) -> bool:
    """R1: whether the call was a synchronous write, which covers its own."""
    return not isinstance(unit, Entry) and unit.own_sync


def forced_at(history: History, model: PersistenceModel, at: int) -> frozenset[int]:
    """R3 and R7: the units that are durable at a point, by number.

    R7 speaks of the entries of the directory whose sync failed. The mkdir that made it is none of them: no
    failed sync spoils what a model forces beyond R1.
    """
    done = sorted((sync for sync in history.syncs if sync.end < at), key=lambda sync: sync.start)
    starts = [sync.start for sync in done]
    failures = [sync for sync in done if sync.failed]
    return frozenset(
        unit.number
        for unit in history.units
        if (syncs_itself(unit) and unit.end < at)
        or _is_forced(unit, done[bisect_left(starts, unit.end) :], failures, model)
    )


def _is_forced(unit: Unit, later: Sequence[Sync], failures: Sequence[Sync], model: PersistenceModel) -> bool:
    """Whether one of the syncs that began after the unit's call had ended forces it."""
    return any(
        not sync.failed and model.covers(sync, unit) and not _is_spoiled(unit, sync, failures)
        for sync in later
    )


def _is_spoiled(unit: Unit, sync: Sync, failures: Sequence[Sync]) -> bool:
    """R7: whether a sync that failed before `sync` keeps it from forcing the unit."""
    earlier = [other for other in failures if unit.start < other.end < sync.end]
    return covers(sync, unit) and any(covers(failure, unit) for failure in earlier)


def subsets(items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    """All subsets up to six items; above that a family of them that shows the usual faults."""
    if len(items) <= _EXACT_UP_TO:
        for mask in range(1 << len(items)):
            yield tuple(item for place, item in enumerate(items) if mask >> place & 1)
        return
    middle = len(items) // 2
    yield ()
    yield tuple(items)
    yield tuple(items[:1])
    yield tuple(items[:middle])
    yield tuple(items[:-1])
    yield tuple(items[::2])
    yield tuple(items[1:])
    yield (*items[:middle], *items[middle + 1 :])
    length = 1
    while length < len(items):
        yield tuple(items[-length:])
        length *= 2


def content_subsets(pending: Sequence[ContentUnit]) -> Iterator[tuple[ContentUnit, ...]]:
    """Subsets of a file's units; where not all are tried, also some that end with a whole call."""
    yield from subsets(pending)
    if len(pending) > _EXACT_UP_TO:
        ends = [place + 1 for place, unit in enumerate(pending) if _ends_a_call(pending, place, unit)]
        step = max(1, len(ends) // _MOST_BOUNDARIES)
        for end in ends[::step]:
            yield tuple(pending[:end])


def _ends_a_call(pending: Sequence[ContentUnit], place: int, unit: ContentUnit) -> bool:
    return place + 1 < len(pending) and pending[place + 1].start != unit.start


def image(file: PendingFile, kept: Iterable[ContentUnit], garbage: int | None = None) -> Image:
    """R5: the durable bytes, changed by the forced and the kept units in order; holes read as zeros.

    A kept unit may be a torn copy of the file's own. With `garbage` appended data that was lost reads as
    this byte.
    """
    chosen = {unit.number: unit for unit in kept}
    content, size = bytearray(file.base), len(file.base)
    lost = set()
    for unit in file.units:
        kept_unit = unit if unit.number in file.forced else chosen.get(unit.number)
        if kept_unit != unit:
            lost.add(unit.number)
        if isinstance(unit, Data) and garbage is not None and kept_unit != unit and unit.appended:
            _put(content, unit.offset, bytes((garbage,)) * len(unit.content))
        if isinstance(kept_unit, Data):
            _put(content, kept_unit.offset, kept_unit.content)
        elif isinstance(kept_unit, Size):
            size = kept_unit.size  # one field of the inode: the last one kept says where the file ends
            if not kept_unit.grows:
                del content[size:]
    return Image(bytes(content[:size]).ljust(size, b"\0"), frozenset(lost))


def _put(content: bytearray, offset: int, part: bytes) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(part)] = part


def sector_cuts(unit: Data) -> Iterator[int]:
    """How many bytes of a block stay when it is torn at a multiple of 512 in the file."""
    first = SECTOR - unit.offset % SECTOR
    yield from range(first, len(unit.content), SECTOR)


def ends_of(blocks: Sequence[Data]) -> tuple[Data, ...]:
    """The first and the last of some blocks."""
    return tuple({block.number: block for block in (*blocks[:1], *blocks[-1:])}.values())


def torn(pending: Sequence[ContentUnit], block: Data, cut: int) -> tuple[ContentUnit, ...]:
    """All pending units, one of them torn."""
    short = replace(block, content=block.content[:cut])
    return tuple(short if unit is block else unit for unit in pending)
