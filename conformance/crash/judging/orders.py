"""What an exploration is to try, and what it works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from conformance.crash.judging.reload import Reloader
from conformance.crash.recording.inject import ToldInjection
from conformance.crash.recording.record import Recorder


@dataclass(frozen=True, slots=True)
class Budget:
    """How much to try: real kills, runs with an injected error, and seconds for the latter."""

    real_kills: int = 4
    injected_runs: int = 60
    injection_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Orders:
    """What to try. `model` is the strongest persistence model, a name in `persistence.MODELS`.

    What it allows beyond posix, which decides, is advice (CR-05). `only` is the one injected error to try,
    where the run makes such a call. `untried` are requirements for which no more states that a crash leaves
    are to be looked at: the backend waits there for longer than anybody would.
    """

    model: str = "strict"
    budget: Budget = Budget()
    only: ToldInjection | None = None
    untried: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ExplorationStep:
    """How far an exploration has come: states reloaded and runs made so far."""

    workload: str
    phase: str
    states: int
    runs: int


Progress: TypeAlias = Callable[[ExplorationStep], None]


def silent(step: ExplorationStep) -> None:
    """A progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What an exploration works with; `directory` is where runs and states lie while they are looked at."""

    reloader: Reloader
    recorder: Recorder
    directory: Path
    progress: Progress = silent
