"""Covering arrays: few cases in which every combination of any two, or three, independent values stands.

Most defects with a rare trigger need two or three values to meet. All combinations of eight factors are tens
of thousands; those in which each pair of values meets somewhere are less than a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any, TypeAlias

Factors: TypeAlias = Mapping[str, Sequence[Any]]
"""What varies, by name, and the values it takes: the plainest first."""
_Setting: TypeAlias = tuple[int, int]
_Meeting: TypeAlias = tuple[_Setting, ...]


def covering_array(factors: Factors, strength: int) -> tuple[dict[str, Any], ...]:
    """Cases in which every combination of values of any `strength` factors stands; always the same ones.

    Greedy: each case begins with a combination that is still missing, and takes for each other factor the
    value by which it catches up with the most.
    """
    levels = [len(values) for values in factors.values()]
    missing = dict.fromkeys(_meetings(levels, strength))
    cases = []
    while missing:
        chosen = dict(next(iter(missing)))
        for factor, count in enumerate(levels):
            if factor not in chosen:
                chosen[factor] = max(range(count), key=lambda level: _gain(chosen, (factor, level), missing))
        for met in combinations(sorted(chosen.items()), strength):
            missing.pop(met, None)
        cases.append({name: factors[name][chosen[at]] for at, name in enumerate(factors)})
    return tuple(cases)


def _meetings(levels: Sequence[int], strength: int) -> Iterator[_Meeting]:
    """Every combination of values of any `strength` factors."""
    for places in combinations(range(len(levels)), strength):
        for values in product(*(range(levels[place]) for place in places)):
            yield tuple(zip(places, values, strict=True))


def _gain(chosen: Mapping[int, int], setting: _Setting, missing: Mapping[_Meeting, None]) -> int:
    """How many missing combinations a case comes to hold by one more setting."""
    strength = len(next(iter(missing)))
    others = combinations(chosen.items(), strength - 1)
    return sum(tuple(sorted((*some, setting))) in missing for some in others)


def combinations_of(factors: Factors, strength: int) -> set[tuple[tuple[str, int], ...]]:
    """Every combination of `strength` factors, as the names and the places of their values."""
    names = list(factors)
    levels = [len(values) for values in factors.values()]
    return {tuple((names[at], level) for at, level in met) for met in _meetings(levels, strength)}


def covered_by(
    factors: Factors, cases: Iterable[Mapping[str, Any]], strength: int
) -> set[tuple[tuple[str, int], ...]]:
    """Those that stand in these cases."""
    return {
        met
        for case in cases
        for met in combinations(
            [(name, list(values).index(case[name])) for name, values in factors.items()], strength
        )
    }


def simplest(
    case: Mapping[str, Any], factors: Factors, fails: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """A failing case with as many factors at their plainest value as still fail."""
    found = dict(case)
    for name, values in factors.items():
        for plainer in values:
            if plainer == found[name]:
                break
            if fails(found | {name: plainer}):
                found[name] = plainer
                break
    return found
