"""How long a run will take where the calls of a backend are slow, and how many workers may wait at once."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from conformance.execution.order import costs
from conformance.execution.plan import Plan
from conformance.results.wording import plural
from conformance.suite.chapters import CHECKS

SLOW_S = 0.01  # what a disk, a loaded machine or an interpreter takes is less
_SHARE_S = 0.0025  # so much of the time of a call keeps a worker busy
_MOST_WORKERS = 16
_CALLS = {"quick": 45_000, "default": 135_000, "thorough": 1_350_000}


@dataclass(frozen=True, slots=True)
class Pace:
    """What a run of so many calls, of `call_s` seconds each, comes to with so many workers."""

    call_s: float
    calls: int
    workers: int

    @property
    def words(self) -> str:
        """What to tell at the beginning."""
        minutes = max(1, round(self.call_s * self.calls / self.workers / 60))
        return (
            f"a call takes about {self.call_s * 1000:.0f} ms, and some {self.calls:,} are to be made: "
            f"{minutes} min or so with {plural(self.workers, 'worker')}"
        )


def pace_of(plan: Plan, call_s: float | None, tasks: int) -> Pace | None:
    """The pace of a run of so many tasks; None where calls are not slow, or it is not known.

    Workers that wait for a slow backend do not need a processor each: where the plan leaves their number to
    the kit, there are more of them.
    """
    if call_s is None or call_s < SLOW_S:
        return None
    share = tasks / max(1, len(CHECKS)) if plan.is_partial else 1.0
    calls = max(1, round(_CALLS[plan.dose.profile] * share))
    workers = plan.workers
    if plan.chooses_workers:
        workers = max(workers, min(_MOST_WORKERS, tasks, math.ceil(call_s / _SHARE_S)))
    return Pace(call_s, calls, workers)


def expected_seconds(plan: Plan, pace: Pace | None, tests: Collection[str]) -> Mapping[str, float]:
    """How many seconds of a worker each of the checks should take.

    The time of a run is shared out as the reference's is. Without a pace it is the reference's own.
    """
    known = [costs()[test] for test in tests if test in costs()]
    usual = sum(known) / len(known) if known else 1.0
    share = {test: costs().get(test, usual) for test in tests}
    if pace is not None:
        unit = pace.call_s * pace.calls / max(1.0, sum(share.values()))
    else:
        unit = _CALLS[plan.dose.profile] / _CALLS["default"] / 1000
    return {test: cost * unit for test, cost in share.items()}
