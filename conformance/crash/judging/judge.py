"""Judges crash states: what may be seen, what was seen, which requirement that breaks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from conformance.contract.classes import ConformanceClass
from conformance.crash.filesystem.tree import Tree, names_in, remains_in
from conformance.crash.judging.replay import Stage
from conformance.crash.judging.speaking import AnswerKind, OperationOutcome
from conformance.crash.judging.workload import CrashWorkload, Rows
from conformance.crash.persistence.states import CrashState
from conformance.oracle.allowed import CrashJudgement, CrashVerdict, LoadFailed, judge_reload

_SECOND_LIFE = {ConformanceClass.SIDECAR: "CR-06", ConformanceClass.STORE: "CR-04"}
_LONGEST_ROWS = 300
_MOST_LIVES = 200


@dataclass(frozen=True, slots=True)
class BrokenState:
    """A state that breaks a requirement, and why."""

    requirement: str
    reason: str
    state: CrashState


@dataclass(frozen=True, slots=True)
class AllowedStates:
    """What may be seen at any place of a run: the workload's documents and what became of its operations."""

    workload: CrashWorkload
    outcomes: tuple[OperationOutcome, ...]

    def counts(self, at: int) -> tuple[int, int]:
        """How many operations were acknowledged, and how many sent, before a place."""
        sent = [outcome for outcome in self.outcomes if outcome.sent is not None and outcome.sent < at]
        answered = [o for o in sent if o.answered is not None and o.answered < at]
        return len(answered), len(sent)

    def judge(self, observed: Rows | LoadFailed, at: int) -> CrashJudgement:
        """Judge what a reload shows of a crash at a place.

        An operation that was answered with a failure may have happened or not.
        """
        acknowledged, sent = self.counts(at)
        failed = [
            number
            for number, outcome in enumerate(self.outcomes[:acknowledged])
            if outcome.answer is not AnswerKind.DONE
        ]
        judgements = [
            judge_reload(self.workload.states(frozenset(without)), acknowledged, sent, observed)
            for without in _selections(failed)
        ]
        return min(judgements, key=lambda judgement: _PREFERENCE.index(judgement.verdict))

    def reason(self, observed: Rows | LoadFailed, judgement: CrashJudgement) -> str:
        """The judgement with what was seen, as one sentence."""
        if isinstance(observed, LoadFailed):
            return f"reloading failed: {observed.reason}"
        return f"reloading showed {judgement.reason}: {self.workload.words(observed)[:_LONGEST_ROWS]}"

    def wrong_in_peace(self, initial: Tree, stage: Stage) -> str | None:
        """What the backend does wrong where nothing happens to it, after each of the operations."""
        everything = (*self.workload.operations, self.workload.extra)
        for count, expected in enumerate(self.workload.states()[1:], 1):
            found = stage.second_life(initial, everything[:count])
            if found != expected:
                told = found.reason if isinstance(found, LoadFailed) else self.workload.words(found)
                return (
                    f"after {count} of {len(everything)} operations, reloading showed {told[:_LONGEST_ROWS]}"
                )
        return None


_PREFERENCE = (CrashVerdict.OK, CrashVerdict.DURABILITY, CrashVerdict.ATOMICITY)


def _selections(numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(numbers, count) for count in range(len(numbers) + 1))


def judge_kills(states: Iterable[CrashState], expected: AllowedStates, stage: Stage) -> Iterator[BrokenState]:
    """Kill states: CR-02."""
    return _judged(states, expected, stage, "CR-02", "CR-02")


def judge_power(states: Iterable[CrashState], expected: AllowedStates, stage: Stage) -> Iterator[BrokenState]:
    """Power states of the model that decides: CR-03 and CR-04."""
    return _judged(states, expected, stage, "CR-03", "CR-04")


def judge_advice(
    states: Iterable[CrashState], expected: AllowedStates, stage: Stage
) -> Iterator[BrokenState]:
    """Power states that only the strict model allows: CR-05."""
    return _judged(states, expected, stage, "CR-05", "CR-05")


def judge_as(
    requirement: str, states: Iterable[CrashState], expected: AllowedStates, stage: Stage
) -> Iterator[BrokenState]:
    """States of a run with an injected error: all of them speak of one requirement."""
    return _judged(states, expected, stage, requirement, requirement)


def _judged(
    states: Iterable[CrashState], expected: AllowedStates, stage: Stage, atomicity: str, durability: str
) -> Iterator[BrokenState]:
    for state in states:
        if stage.is_weary:
            return
        at = state.point.at
        judgement = expected.judge(stage.reload(state.tree), at)
        if judgement.ok:
            continue
        observed = stage.confirm(state.tree)
        judgement = expected.judge(observed, at)
        if not judgement.ok:
            broken = atomicity if judgement.verdict is CrashVerdict.ATOMICITY else durability
            yield BrokenState(broken, expected.reason(observed, judgement), state)


def judge_second_lives(
    states: Iterable[CrashState],
    expected: AllowedStates,
    stage: Stage,
    conformance_class: ConformanceClass,
    drafts: Collection[str] = (),
) -> Iterator[BrokenState]:
    """Live on from one state for each distinct set of names, full or empty: CR-06, or CR-04 for a store.

    Where a kill left none of the `drafts`, the paths of temporary files, and nothing can be changed any more,
    it is the kill that locked the backend out: CR-02.

    A store may go on writing where it stopped, so there other contents are lived on from as well, up to a
    number. Only states that reload well are lived on from; the others have their finding already.
    """
    requirement = _SECOND_LIFE.get(conformance_class)
    contents_matter = conformance_class is ConformanceClass.STORE
    seen: set[frozenset[tuple[str, bool]]] = set()
    lived: set[Tree] = set()
    for state in states if requirement else ():
        if stage.is_weary:
            return
        remains = remains_in(state.tree)
        is_new = contents_matter and state.tree not in lived and len(lived) < _MOST_LIVES
        observed = stage.reload(state.tree)
        if (remains in seen and not is_new) or not expected.judge(observed, state.point.at).ok:
            continue
        seen.add(remains)
        lived.add(state.tree)
        wrong = _second_life(state.tree, observed, expected.workload, stage)
        if wrong and requirement:
            is_locked_out = wrong.failed and state.model == "kill" and names_in(state.tree).isdisjoint(drafts)
            broken = "CR-02" if is_locked_out else requirement
            yield BrokenState(broken, f"after the crash and {wrong.reason}", state)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What went wrong after a crash, and whether it was the mutation or its reload that failed."""

    reason: str
    failed: bool


def _second_life(
    tree: Tree, first: Rows | LoadFailed, workload: CrashWorkload, stage: Stage
) -> _Wrong | None:
    """What goes wrong when the backend reopens, changes one thing and reopens; None when nothing does."""
    wanted = [
        workload.documents[(*taken, len(workload.operations))]
        for taken, rows in workload.documents.items()
        if rows == first and len(workload.operations) not in taken
    ]
    found = stage.second_life(tree, (workload.extra,))
    if found in wanted:
        return None
    stage.renew()
    found = stage.second_life(tree, (workload.extra,))
    if found in wanted:
        return None
    if isinstance(found, LoadFailed):
        return _Wrong(f"one more mutation, it or its reload failed: {found.reason}", True)
    return _Wrong(f"one more mutation, reloading showed {workload.words(found)[:_LONGEST_ROWS]}", False)
