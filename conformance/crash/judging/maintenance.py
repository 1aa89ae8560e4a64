"""Some hundreds of mutations, recorded, of which those are explored whose pattern of calls is new.

A store that compacts, rotates or checkpoints does so now and then: within three operations nobody sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from conformance.crash.judging.judge import AllowedStates, judge_kills, judge_power, judge_second_lives
from conformance.crash.judging.orders import Equipment, ExplorationStep
from conformance.crash.judging.replay import Stage
from conformance.crash.judging.runs import CrashTarget, RecordedRun, Runner
from conformance.crash.judging.speaking import AnswerKind, OperationOutcome
from conformance.crash.judging.tally import ExplorationTally
from conformance.crash.judging.workload import CrashWorkload
from conformance.crash.persistence import DEFAULT_MODEL, with_weaker
from conformance.crash.persistence.states import kill_states, power_states
from conformance.crash.telling.verdicts import CrashReport
from conformance.errors import NotTestableError

_USUAL = 8  # so many mutations are explored by other scenarios
_MOST_EXPLORED = 3


def explore_maintenance(
    target: CrashTarget, workload: CrashWorkload, part: Callable[[int], CrashWorkload], equipment: Equipment
) -> CrashReport:
    """Record the workload, and explore what is new in it (CR-02 to CR-04 and CR-06).

    `part` is the workload of one of its operations alone. Raises KitError; what cannot be judged is told by
    the report's `untestable`.
    """
    tally = ExplorationTally(workload.name)
    stage = Stage(equipment.directory, equipment.reloader)
    try:
        equipment.progress(ExplorationStep(workload.name, "recording", 0, 0))
        run = Runner(target, workload, equipment.recorder, equipment.directory).run()
        tally.runs, tally.run = 1, run
        _check(run, part(len(workload.operations) - 1), stage)
        for number in unusual(run)[:_MOST_EXPLORED]:
            equipment.progress(ExplorationStep(workload.name, f"operation {number + 1}", stage.reloads, 1))
            _explore(run, number, part(number), target, stage, tally)
    except NotTestableError as error:
        tally.untestable = str(error)
    tally.reloads = stage.reloads
    return tally.report()


def unusual(run: RecordedRun) -> list[int]:
    """The operations that make calls in an order that no operation before them did."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for number, pattern in enumerate(_patterns(run)):
        if pattern not in seen and number >= _USUAL:
            found.append(number)
        seen.add(pattern)
    return found


def _patterns(run: RecordedRun) -> Iterator[tuple[str, ...]]:
    """Of each operation the calls from its request to the next, what comes again at once told once."""
    starts = [outcome.sent for outcome in run.outcomes if outcome.sent is not None]
    ends = [*starts[1:], run.outcomes[-1].answered or run.history.end]
    calls = sorted(run.trace.calls, key=lambda call: call.start)
    for start, end in zip(starts, ends, strict=True):
        spelled = (_spelled(call.name, call.arguments) for call in calls if start < call.start < end)
        yield tuple(key for key, _ in groupby(spelled))


def _spelled(name: str, arguments: Sequence[object]) -> str:
    paths = (re.sub(r"[0-9a-f]{6,}|\d+", "#", value) for value in arguments if isinstance(value, str))
    return " ".join((name, *paths))


def _check(run: RecordedRun, last: CrashWorkload, stage: Stage) -> None:
    for number, outcome in enumerate(run.outcomes):
        if outcome.answer is not AnswerKind.DONE:
            raise NotTestableError(f"Operation {number} was {outcome.answer.value}: {outcome.message}")
    if run.history.unmodelled:
        raise NotTestableError(f"The run cannot be modelled: {'; '.join(run.history.unmodelled)}.")
    expected = AllowedStates(last, run.outcomes[-1:])
    if not expected.judge(stage.reload(run.left), run.history.end).ok:
        raise NotTestableError("The backend is wrong after many mutations even without a crash")


def _explore(
    run: RecordedRun,
    number: int,
    workload: CrashWorkload,
    target: CrashTarget,
    stage: Stage,
    tally: ExplorationTally,
) -> None:
    outcome = run.outcomes[number]
    expected = AllowedStates(workload, (outcome,))
    kills = [state for state in kill_states(run.history) if _is_within(outcome, state.point.at)]
    powerless = list(
        power_states(
            run.history, with_weaker(DEFAULT_MODEL), leaving_out=lambda at: not _is_within(outcome, at)
        )
    )
    tally.kills += len(kills)
    tally.states += len(powerless)
    tally.count("CR-02", len(kills))
    tally.count("CR-03", len(powerless))
    tally.count("CR-04", sum(expected.counts(state.point.at)[0] > 0 for state in powerless))
    tally.add_findings(judge_kills(kills, expected, stage), run.history)
    tally.add_findings(judge_power(powerless, expected, stage), run.history)
    lives = judge_second_lives([*kills, *powerless], expected, stage, target.conformance_class)
    tally.add_findings(lives, run.history)


def _is_within(outcome: OperationOutcome, at: int) -> bool:
    """Whether a place lies in an operation, or just after its answer."""
    if outcome.sent is None or outcome.answered is None:
        return False
    return outcome.sent < at <= outcome.answered + 1
