"""Judges a run with an injected error.

CR-08, or CR-09 for what must be absorbed; CR-15 for a sync of a directory and an interrupted one of either
kind; CR-10 for what came after.
"""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile

from conformance.crash.judging.judge import AllowedStates, BrokenState, judge_as, judge_kills
from conformance.crash.judging.replay import Stage
from conformance.crash.judging.runs import RecordedRun
from conformance.crash.judging.speaking import AnswerKind
from conformance.crash.judging.workload import CrashWorkload, Rows
from conformance.crash.persistence import DEFAULT_MODEL, with_weaker
from conformance.crash.persistence.states import CrashState, Cut, Point, kill_states, power_states
from conformance.crash.recording.calls import FILE_SYNCS, OPENS
from conformance.crash.recording.inject import Fail, Short, is_mild
from conformance.crash.recording.trace import by_start
from conformance.crash.telling.spelling import descriptor_names, without_result
from conformance.crash.telling.verdicts import Violation, plainest, violation_of_run, violation_of_state
from conformance.oracle.allowed import LoadFailed

_ENOUGH = 20  # one is reported; the others only help to find a plain one
_KILL, _POWER = frozenset({"CR-02"}), frozenset({"CR-03", "CR-04"})


@dataclass(frozen=True, slots=True)
class Known:
    """What the same workload breaks without any error, and what its kill states show that break CR-02.

    A state that only shows the same again is not judged, unless the operation was acknowledged and none was
    under way: no kill leads there.
    """

    broken: Collection[str]
    killed: Sequence[Rows | LoadFailed]


def judge_injected(
    run: RecordedRun,
    injection: Fail | Short,
    requirement: str,
    workload: CrashWorkload,
    stage: Stage,
    known: Known,
) -> Iterator[Violation]:
    """What the run breaks that the workload does not break without an error.

    That is the requirement which the injection is about, or another.
    """
    hit = operation_met(run)
    violations = [*_of_states(run, injection, requirement, workload, stage, known)]
    violations += (
        violation_of_run(requirement, reason, run.history, workload.name, injection)
        for reason in _of_hit(run, injection, hit)
    )
    # What fails later on a document that the first operation spoiled says nothing of its own.
    if not violations:
        violations += (
            violation_of_run("CR-10", reason, run.history, workload.name, injection)
            for reason in _of_later(run, injection, hit)
        )
    return iter(violations)


def requirement_of(run: RecordedRun, injection: Fail | Short, undisturbed: RecordedRun) -> str:
    """The requirement that says what becomes of this error.

    What it met decides: a sync of a directory differs from one of a file by its descriptor alone. Opening the
    directory in order to sync it is a part of that; `undisturbed`, the same run without the error, tells.
    """
    if is_mild(injection):
        return "CR-15" if injection.call in FILE_SYNCS else "CR-09"
    of_directory = run.trace.injection_at in _directory_syncs(run)
    return "CR-15" if of_directory or _opens_to_sync_directory(injection, undisturbed) else "CR-08"


def _directory_syncs(run: RecordedRun) -> frozenset[int]:
    """Where the syncs of directories start."""
    return frozenset(sync.start for sync in run.history.syncs if sync.scope in run.history.directories)


def _opens_to_sync_directory(injection: Fail | Short, run: RecordedRun) -> bool:
    """Whether the call that the injection is for opens a directory that is synced before it is closed."""
    calls = by_start(run.trace)
    named = [call for call in calls if call.name == injection.call]
    if injection.call not in OPENS or len(named) < injection.turn:
        return False
    opened = named[injection.turn - 1]
    uses = (c for c in calls if c.start > opened.start and c.process == opened.process)
    mine = (use for use in uses if use.arguments and use.arguments[0] == opened.result)
    syncs = _directory_syncs(run)
    return any(use.start in syncs for use in takewhile(lambda use: use.name != "close", mine))


def goes_on_after_a_failure(run: RecordedRun) -> bool:
    """Whether CR-10's precondition held: an operation failed, and another was sent to the same backend."""
    places = [
        place
        for place, one in enumerate(run.outcomes)
        if one.answer in (AnswerKind.REFUSED, AnswerKind.FOREIGN)
    ]
    return any(one.sent is not None for place in places[:1] for one in run.outcomes[place + 1 :])


def _of_states(
    run: RecordedRun,
    injection: Fail | Short,
    requirement: str,
    workload: CrashWorkload,
    stage: Stage,
    known: Known,
) -> Iterator[Violation]:
    if _is_spoiled(run, stage, known):
        return
    expected = AllowedStates(workload, run.outcomes)
    judged = _mild_findings if is_mild(injection) else _findings
    findings = (
        BrokenState(found.requirement, f"{words_of(run, injection)}; {found.reason}", found.state)
        for found in islice(judged(requirement, run, expected, stage, known.broken), _ENOUGH)
        if not _is_known(found.state, run, stage, known)
    )
    for finding, count in plainest(findings).values():
        yield violation_of_state(finding, run.history, workload.name, injection, count)


def _is_spoiled(run: RecordedRun, stage: Stage, known: Known) -> bool:
    """Whether the operation failed in a state that a kill leaves without any error as well."""
    if not known.killed or _is_absorbed(run):
        return False
    hit = operation_met(run)
    answered = None if hit is None else run.outcomes[hit].answered
    return answered is not None and stage.reload(run.tree_at(answered)) in known.killed


def _is_known(state: CrashState, run: RecordedRun, stage: Stage, known: Known) -> bool:
    """Whether a kill shows the same without any error."""
    at_rest = not any(outcome.is_running(state.point.at) for outcome in run.outcomes)
    return not (at_rest and _is_absorbed(run)) and stage.reload(state.tree) in known.killed


def _is_absorbed(run: RecordedRun) -> bool:
    """Whether the operation that the injection met was done all the same, as it says."""
    hit = operation_met(run)
    return hit is not None and run.outcomes[hit].answer is AnswerKind.DONE


def _findings(
    requirement: str, run: RecordedRun, expected: AllowedStates, stage: Stage, broken: Collection[str]
) -> Iterator[BrokenState]:
    states = chain(_killed(run, broken), _powerless(run, broken))
    return judge_as(requirement, states, expected, stage)


def _mild_findings(
    requirement: str, run: RecordedRun, expected: AllowedStates, stage: Stage, broken: Collection[str]
) -> Iterator[BrokenState]:
    """What is absorbed must be there at the end, and after a loss of power. A kill on the way is CR-02's."""
    at_the_end = list(judge_as(requirement, chain([_ended(run)], _powerless(run, broken)), expected, stage))
    yield from at_the_end or judge_kills(_killed(run, broken), expected, stage)


def operation_met(run: RecordedRun) -> int | None:
    """The operation that the injection met."""
    at = run.trace.injection_at or 0
    return next((n for n, outcome in enumerate(run.outcomes) if outcome.is_running(at)), None)


def _of_hit(run: RecordedRun, injection: Fail | Short, hit: int | None) -> Iterator[str]:
    if hit is None:
        return
    outcome = run.outcomes[hit]
    if outcome.answer is AnswerKind.REFUSED and is_mild(injection):
        yield f"{words_of(run, injection)}; the operation failed: {outcome.message}"
    elif outcome.answer in (AnswerKind.FOREIGN, AnswerKind.NONE):
        reason = f"{words_of(run, injection)}; the operation was {outcome.answer.value}: {_ending(run)}"
        yield f"{reason} {outcome.message}".rstrip()


def _of_later(run: RecordedRun, injection: Fail | Short, hit: int | None) -> Iterator[str]:
    """What goes wrong after the operation that failed: CR-10."""
    if hit is None or run.outcomes[hit].answer is AnswerKind.NONE:
        return
    for outcome in run.outcomes[hit + 1 :]:
        if outcome.answer is not AnswerKind.DONE:
            reason = f"a later operation was {outcome.answer.value}: {outcome.message or _ending(run)}"
            yield f"{words_of(run, injection)}; {reason}"
            return


def _ending(run: RecordedRun) -> str:
    if run.trace.timed_out:
        return "the backend hung"
    last_line = run.trace.complaints.strip().rpartition("\n")[2]
    return f"the process ended with {run.trace.exit_status}. {last_line}".rstrip()


def words_of(run: RecordedRun, injection: Fail | Short) -> str:
    """What the kit did to which call."""
    call = next((c for c in run.trace.calls if c.start == run.trace.injection_at), None)
    met = without_result(call, descriptor_names(run.trace.calls)[call.start]) if call else "a call"
    if isinstance(injection, Short):
        return f"{met} was cut short"
    name = errno.errorcode.get(injection.errno, str(injection.errno))
    lasting = " from then on" if injection.lasting else ""
    return f"{met} failed with {name}{lasting}"


def _killed(run: RecordedRun, broken: Collection[str]) -> Iterator[CrashState]:
    """The live states from the injection on, the final one last, and none of the extra operation's own."""
    if _KILL.isdisjoint(broken):
        at = run.trace.injection_at or 0
        states = (state for state in kill_states(run.history) if state.point.at > at)
        return (state for state in states if not run.is_in_extra(state.point.at))
    return iter([_ended(run)])


def _ended(run: RecordedRun) -> CrashState:
    return CrashState(run.history.final, Point(run.history.end, Cut.CALL), frozenset(), "kill")


def _powerless(run: RecordedRun, broken: Collection[str]) -> Iterator[CrashState]:
    """The states that a loss of power from the injection on may leave."""
    if _POWER.isdisjoint(broken):
        since = run.trace.injection_at or 0
        return power_states(run.history, with_weaker(DEFAULT_MODEL), since, leaving_out=run.is_in_extra)
    return iter(())
