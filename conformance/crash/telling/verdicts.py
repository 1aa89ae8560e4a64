"""What the crash engine reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from conformance.crash.filesystem.tree import Tree
from conformance.crash.filesystem.units import History
from conformance.crash.judging.judge import BrokenState
from conformance.crash.judging.runs import RecordedRun
from conformance.crash.persistence.states import CrashState, Point
from conformance.crash.recording.inject import Injection
from conformance.crash.telling.digest import digest
from conformance.crash.telling.protocol import crash_sentence, lost_words, protocol


@dataclass(frozen=True, slots=True)
class Violation:
    """A requirement broken, shown on the state that lost least at the earliest point.

    `state` is what the disk holds then, by path below the traced directory, where the data path is
    "data"; None where the backend's answer is the fault. `count` is how many states or runs broke it.
    `story` is what of the protocol a failure tells at once.
    """

    requirement: str
    summary: str
    workload: str
    point: Point | None
    lost_units: str
    protocol_lines: tuple[str, ...]
    state: Tree | None
    history: History
    crash: CrashState | None
    injection: Injection | None = None
    count: int = 1
    story: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CrashReport:
    """What one workload showed.

    `untestable` names why the engine may not judge here, None when it may; `untried` says the same of single
    requirements, some of whose states were not looked at. `exercised` counts by
    requirement how often its precondition held; a requirement that is absent was not reached.
    `seconds` tells by phase how long it took, `reloads` how many different states were reloaded. `run` is
    the recorded run that all states come from; None where it did not come about.
    """

    workload: str
    states: int
    kills: int
    runs: int
    violations: tuple[Violation, ...]
    untestable: str | None
    exercised: Mapping[str, int]
    seconds: Mapping[str, float]
    run: RecordedRun | None = None
    unexplored: int = 0
    reloads: int = 0
    untried: Mapping[str, str] = field(default_factory=dict)

    def of(self, requirement: str) -> tuple[Violation, ...]:
        """The violations of one requirement."""
        return tuple(violation for violation in self.violations if violation.requirement == requirement)


def violation_of_state(
    finding: BrokenState,
    history: History,
    workload: str,
    injection: Injection | None = None,
    count: int = 1,
) -> Violation:
    """A finding with its protocol."""
    state = finding.state
    lines = protocol(history, state)
    return Violation(
        requirement=finding.requirement,
        summary=f"{crash_sentence(history, state)}; {finding.reason}",
        workload=workload,
        point=state.point,
        lost_units=lost_words(history, state),
        protocol_lines=tuple(map(str, lines)),
        state=state.tree,
        history=history,
        crash=state,
        injection=injection,
        count=count,
        story=digest(lines),
    )


def violation_of_run(
    requirement: str, reason: str, history: History, workload: str, injection: Injection | None = None
) -> Violation:
    """A fault that shows in how the run went."""
    lines = protocol(history, None)
    return Violation(
        requirement=requirement,
        summary=reason,
        workload=workload,
        point=None,
        lost_units="",
        protocol_lines=tuple(map(str, lines)),
        state=None,
        history=history,
        crash=None,
        injection=injection,
        story=digest(lines),
    )


def plainest(findings: Iterable[BrokenState]) -> dict[str, tuple[BrokenState, int]]:
    """For each requirement the finding at the earliest point that lost least, and how many there were."""
    best: dict[str, tuple[BrokenState, int]] = {}
    for finding in findings:
        known, count = best.get(finding.requirement, (finding, 0))
        best[finding.requirement] = (min(known, finding, key=_weight), count + 1)
    return best


def _weight(finding: BrokenState) -> tuple[int, int, int]:
    state = finding.state
    return state.point.at, len(state.lost), len(state.tree)
