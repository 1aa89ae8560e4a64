"""Whether a time grows in step with a size, or faster; a busy machine is to blame for nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

GROWTH = 4
_SMALLEST_SHARE = 64
_BEARABLE_SECONDS = 20.0
_CONSIDERABLE_SECONDS = 1.0
_TOO_STEEP = 10.0
_REPEATS = 3


@dataclass(frozen=True, slots=True)
class SteepGrowth:
    """What took too long: the sizes, and in each turn the seconds for the one and for the other."""

    sizes: tuple[int, int]
    turns: Sequence[tuple[float, float]]

    def __str__(self) -> str:
        return "; ".join(f"{short:.2f} s and {long:.2f} s" for short, long in self.turns)


def steep_growth(seconds: Callable[[int], float], largest: int) -> SteepGrowth | None:
    """The first size from which on `seconds` grows too fast, None where there is none up to the largest.

    The sizes go up to the largest, fourfold where quadratic growth would make a longer stride unbearable.

    What takes no considerable time is no attack, however it grows; so growth is looked at only where it
    takes a second. Four times the size may take four times as long, or five where it is sorted; where it
    takes sixteen times as long the growth is quadratic. Ten lies between, and a busy machine must slow the
    larger size alone, in each of several turns, to get there.
    """
    size = max(1, largest // _SMALLEST_SHARE)
    while size <= largest:
        took = seconds(size)
        found = _steep_at(seconds, size, took) if took > _CONSIDERABLE_SECONDS else None
        if found is not None:
            return found
        stride = largest // size
        size *= stride if 1 < stride and took * stride**2 < _BEARABLE_SECONDS else GROWTH
    return None


def _steep_at(seconds: Callable[[int], float], size: int, took: float) -> SteepGrowth | None:
    """`took` is how long the size took the first time."""
    turns = []
    for turn in range(_REPEATS):
        short = seconds(size // GROWTH)
        long = seconds(size) if turn else took
        if long <= _CONSIDERABLE_SECONDS or long <= _TOO_STEEP * short:
            return None
        turns.append((short, long))
    return SteepGrowth((size // GROWTH, size), turns)
