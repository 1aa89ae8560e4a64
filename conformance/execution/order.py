"""In which order the checks of a run begin: the cheapest first, so that a defect is told soon.

Nothing else hangs on it. `costs.toml` holds what each check took of the reference; of one that is not in it,
nothing is known, and it begins first. Checks of one batch take their turn together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from conformance.execution.supervisor import Task, batches


def cheapest_first(tasks: Iterable[Task]) -> list[Task]:
    """The tasks in the order in which they begin."""
    return [task for batch in sorted(batches(tasks), key=_cost) for task in batch]


def _cost(batch: Iterable[Task]) -> int:
    return sum(costs().get(task.check.test, 0) for task in batch)


@cache
def costs() -> dict[str, int]:
    """What each check took of the reference under the default profile, in milliseconds."""
    text = files("conformance.execution").joinpath("costs.toml").read_text("utf-8")
    return tomllib.loads(text)
