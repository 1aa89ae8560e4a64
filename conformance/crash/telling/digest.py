"""The story of a crash: the protocol without what repeats itself, and with what matters always in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from conformance.crash.telling.protocol import NOT_EXECUTED, ProtocolLine

_LONGEST_PERIOD = 24
_FEWEST_REPEATS = 3
_MOST_LINES = 44
_AROUND = 6


def digest(lines: Sequence[ProtocolLine]) -> tuple[str, ...]:
    """The lines that tell what happened.

    After a crash these are the rest of the operation that it interrupted. What comes again and again is told
    once. Of what is still too long only the surroundings of marked lines, requests and the ends stay.
    """
    kept = [*_until_answered(lines)]
    untold = len(lines) - len(kept)
    folded = [*_folded(kept)]
    told = [*_surroundings(folded)] if len(folded) > _MOST_LINES else [str(line) for line in folded]
    return (*told, f"({untold} lines more, none of them executed)") if untold else tuple(told)


def _until_answered(lines: Sequence[ProtocolLine]) -> Iterator[ProtocolLine]:
    """All that was executed, and what was not up to the next answer."""
    for line in lines:
        yield line
        if line.mark == NOT_EXECUTED and line.text.startswith("<-"):
            return


def _folded(lines: Sequence[ProtocolLine]) -> Iterator[ProtocolLine]:
    keys = [(re.sub(r"\d+|[0-9a-f]{12,}", "#", line.text), line.mark) for line in lines]
    place = 0
    while place < len(lines):
        period, times = _repetition(keys, place)
        yield from lines[place : place + period]
        if times > 1:
            what = "line" if period == 1 else f"{period} lines"
            yield ProtocolLine(
                lines[place].at, f"(the last {what} {times - 1} times more)", lines[place].mark
            )
        place += period * times


def _repetition(keys: Sequence[tuple[str, str]], place: int) -> tuple[int, int]:
    """The shortest run of lines from a place on that comes again at once, and how often it comes."""
    for period in range(1, _LONGEST_PERIOD + 1):
        times = 1
        while keys[place : place + period] == keys[place + period * times : place + period * (times + 1)]:
            times += 1
        if times >= _FEWEST_REPEATS:
            return period, times
    return 1, 1


def _surroundings(lines: Sequence[ProtocolLine]) -> Iterator[str]:
    places = [place for place, line in enumerate(lines) if _matters(line)]
    places = [0, *places[:1], *places[-3:], len(lines) - 1]
    near = {near for place in places for near in range(place - _AROUND, place + _AROUND + 1)}
    left_out = 0
    for place, line in enumerate(lines):
        if place in near or _matters(line):
            if left_out:
                yield f"({left_out} lines left out)"
            left_out = 0
            yield str(line)
        else:
            left_out += 1


def _matters(line: ProtocolLine) -> bool:
    """Whether it is a crash, or something was done to it."""
    return line.text.startswith("****") or line.mark not in ("", NOT_EXECUTED)
