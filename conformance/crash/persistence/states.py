"""Enumerates crash states: what the disk may hold after a kill or a power cut, each with its point."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from conformance.crash.filesystem.tree import DIRECTORY, Leaf, Tree
from conformance.crash.filesystem.units import Data, Entry, History, Size, Unit
from conformance.crash.persistence.model import (
    Image,
    PendingFile,
    PersistenceModel,
    forced_at,
    image,
    syncs_itself,
)
from conformance.crash.recording.trace import Acknowledgement

_MOST_COMBINATIONS = 256


class Cut(Enum):
    """What a crash point lies next to."""

    CALL = "killed before a call"
    SYNC = "power lost just before a sync returned"
    ACKNOWLEDGEMENT = "power lost just after an acknowledgement"
    END = "power lost at the end"


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A place in the order of events: what lies before `at` has happened."""

    at: int
    cut: Cut


@dataclass(frozen=True, slots=True)
class CrashState:
    """What the disk may hold, and the units that were issued and are not, or not wholly, in it."""

    tree: Tree
    point: Point
    lost: frozenset[int]
    model: str


def kill_states(history: History) -> Iterator[CrashState]:
    """The live state before every call, and at the end; nothing is lost."""
    for moment in history.moments:
        yield CrashState(moment.tree, Point(moment.at, Cut.CALL), frozenset(), "kill")


def crash_points(history: History) -> tuple[Point, ...]:
    """Just before the end of every sync, just after every acknowledgement, and the end.

    In between the set of states only grows. A synchronous write syncs itself.
    """
    found = {history.end: Cut.END}
    found.update({event.at + 1: Cut.ACKNOWLEDGEMENT for event in _acknowledgements(history)})
    found.update({unit.end: Cut.SYNC for unit in history.units if syncs_itself(unit)})
    found.update({sync.end: Cut.SYNC for sync in history.syncs})
    return tuple(Point(at, cut) for at, cut in sorted(found.items()))


def power_states(
    history: History,
    models: Sequence[PersistenceModel],
    since: int = 0,
    leaving_out: Callable[[int], bool] = lambda at: False,
) -> Iterator[CrashState]:
    """The states that the models allow at every crash point from `since` on, each content once a point.

    `leaving_out` tells by their place which points are of no interest.
    """
    for point in crash_points(history):
        if point.at < since or leaving_out(point.at):
            continue
        seen: set[Tree] = set()
        for model in models:
            for state in _states_at(history, model, point):
                if state.tree not in seen:
                    seen.add(state.tree)
                    yield state


def _acknowledgements(history: History) -> list[Acknowledgement]:
    return [event for event in history.spoken if isinstance(event, Acknowledgement)]


def _states_at(history: History, model: PersistenceModel, point: Point) -> Iterator[CrashState]:
    issued = [unit for unit in history.units if unit.start < point.at]
    forced = forced_at(history, model, point.at)
    entries = [unit for unit in issued if isinstance(unit, Entry)]
    pending = [entry for entry in entries if entry.number not in forced]
    files = _files(history, issued, forced)
    settled: dict[int, bytes] = {
        number: image(file, ()).content for number, file in files.items() if not file.pending
    }
    for chosen in sorted(model.entry_sets(pending), key=len, reverse=True):
        kept = [entry for entry in entries if entry.number in forced or entry.number in chosen]
        directories = _directories(history, kept)
        lost = frozenset(entry.number for entry in pending if entry.number not in chosen)
        reachable = _reachable(directories)
        images = {
            number: _distinct(model.images(file, kept))
            for number, file in files.items()
            if number in reachable and number not in settled
        }
        for combination in _combinations(images):
            contents = {**history.files, **settled, **{n: i.content for n, i in combination.items()}}
            yield CrashState(
                _tree(history, directories, contents),
                point,
                lost.union(*(found.lost for found in combination.values())),
                model.name,
            )


def _files(history: History, issued: Iterable[Unit], forced: frozenset[int]) -> dict[int, PendingFile]:
    units: dict[int, list[Data | Size]] = {}
    for unit in issued:
        if not isinstance(unit, Entry):
            units.setdefault(unit.file, []).append(unit)
    return {
        number: PendingFile(
            history.files[number], tuple(own), forced & frozenset(unit.number for unit in own)
        )
        for number, own in units.items()
    }


def _distinct(images: Iterable[Image]) -> list[Image]:
    """One image for each content, the one that loses least first."""
    best: dict[bytes, Image] = {}
    for found in images:
        known = best.get(found.content)
        if known is None or len(found.lost) < len(known.lost):
            best[found.content] = found
    return sorted(best.values(), key=lambda found: len(found.lost))


def _combinations(images: Mapping[int, Sequence[Image]]) -> Iterator[dict[int, Image]]:
    """One image for each file. Where that is too many, one file varies and the others keep or lose all."""
    count = 1
    for choices in images.values():
        count *= len(choices)
    if count <= _MOST_COMBINATIONS:
        for chosen in itertools.product(*images.values()):
            yield dict(zip(images, chosen, strict=True))
        return
    for end in (0, -1):
        others = {number: choices[end] for number, choices in images.items()}
        for number, choices in images.items():
            for found in choices:
                yield {**others, number: found}


def _directories(history: History, kept: Iterable[Entry]) -> dict[int, dict[str, int]]:
    directories = {number: dict(entries) for number, entries in history.directories.items()}
    for entry in kept:
        for change in entry.changes:
            if change.target is None:
                directories[change.directory].pop(change.name, None)
            else:
                directories[change.directory][change.name] = change.target
    return directories


def _reachable(directories: Mapping[int, Mapping[str, int]]) -> set[int]:
    found: set[int] = set()
    stack = [0]
    while stack:
        number = stack.pop()
        if number not in found:
            found.add(number)
            stack.extend(directories.get(number, {}).values())
    return found


def _tree(
    history: History, directories: Mapping[int, Mapping[str, int]], contents: Mapping[int, bytes]
) -> Tree:
    found: list[tuple[str, Leaf]] = []
    stack = [("", 0, frozenset({0}))]
    while stack:
        prefix, number, above = stack.pop()
        for name, target in directories[number].items():
            if target in directories:
                if target not in above:  # entries kept and lost at will can put a directory into itself
                    found.append((prefix + name, DIRECTORY))
                    stack.append((f"{prefix}{name}/", target, above | {target}))
            else:
                found.append(
                    (prefix + name, contents[target] if target in contents else history.leaves[target])
                )
    return frozenset(found)
