"""How much is tried, and with which seed.

UNI_DB_DOSE=full    all of it; otherwise a part that takes about a minute
UNI_DB_SEED=N       repeats a run; a full dose draws a seed of its own, a small one uses 0
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

_Check = TypeVar("_Check", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Dose:
    """Sequences of calls, documents exchanged each way, hostile names, every so many-th recorded answer."""

    name: str
    sequences: int
    documents: int
    hostile: int
    every: int


DOSES = {
    "small": Dose("small", sequences=150, documents=60, hostile=300, every=4),
    "full": Dose("full", sequences=500, documents=200, hostile=1000, every=1),
}


def _chosen_dose() -> Dose:
    name = os.environ.get("UNI_DB_DOSE", "small")
    if name not in DOSES:
        raise ValueError(f"UNI_DB_DOSE is one of {', '.join(DOSES)}, not {name!r}")
    return DOSES[name]


def _chosen_seed(dose: Dose) -> int:
    word = os.environ.get("UNI_DB_SEED")
    if word:
        return int(word)
    return random.SystemRandom().randrange(2**32) if dose.name == "full" else 0


DOSE = _chosen_dose()
SEED = _chosen_seed(DOSE)


def explore(examples: int, **strategies: st.SearchStrategy[Any]) -> Callable[[_Check], Callable[[], None]]:
    """Runs a check on so many examples, drawn from SEED, and shrinks one that fails."""

    def decorate(check: _Check) -> Callable[[], None]:
        limits = settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        explored: Callable[[], None] = seed(SEED)(limits(given(**strategies)(check)))
        return explored

    return decorate
