"""Judges what a failed mutation leaves to a backend that goes on: CR-12, and CR-13 for its files.

Losses of power have no part in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from conformance.crash.filesystem.tree import Tree
from conformance.crash.judging.injected import operation_met, words_of
from conformance.crash.judging.replay import DATA, Stage
from conformance.crash.judging.runs import RecordedRun
from conformance.crash.judging.speaking import AnswerKind
from conformance.crash.judging.workload import CrashWorkload, Rows
from conformance.crash.recording.inject import Fail, Short
from conformance.oracle.allowed import LoadFailed

_LONGEST_ROWS = 300
_REMOVALS = frozenset({"unlink", "unlinkat"})  # who cannot remove a file is not to blame that it stays
_NAMES = {False: "the state before it", True: "the state after it"}


@dataclass(frozen=True, slots=True)
class Aftermath:
    """How many failed mutations left the old state or the new one, and what is wrong: requirement, reason."""

    settled: int
    breaches: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Failed:
    """A mutation that failed: its number, when that was answered, and what reopening showed then."""

    number: int
    answered: int
    rows: Rows
    took_effect: bool


def standing_names(run: RecordedRun) -> frozenset[str]:
    """The files that lie on the data path between mutations in which nothing fails, such as a lock."""
    answered = [outcome.answered for outcome in run.outcomes if outcome.answered is not None]
    names = [_files(run.tree_at(at)) for at in answered]
    return frozenset[str]().union(_files(run.initial), *names)


def aftermath(
    run: RecordedRun,
    injection: Fail | Short,
    workload: CrashWorkload,
    stage: Stage,
    standing: frozenset[str],
    ending_with: Callable[[int], RecordedRun | None],
) -> Aftermath:
    """Judge a run with an injected error. One that left neither state is the business of CR-08.

    What a kill would have shown when the mutation had failed need not be what reopening shows: where it does
    not agree with the rest, `ending_with` makes the run again and closes the backend after that operation.
    """
    failed = _failed(run, workload, stage)
    if failed is None:
        return Aftermath(0, ())
    met = words_of(run, injection)
    unsettled = list(_unsettled(run, failed, workload, stage))
    if unsettled:
        closed = ending_with(failed.number)
        settled = None if closed is None else _settled(failed, closed, workload, stage)
        unsettled = [] if settled is None else list(_unsettled(run, settled, workload, stage))
    breaches = [("CR-12", f"{met}; {reason}") for reason in unsettled]
    if not failed.took_effect and injection.call not in _REMOVALS:
        left = sorted(_files(run.tree_at(failed.answered)) - standing - _files(run.initial))
        if left:
            reason = f"the mutation failed and left {', '.join(left)} behind"
            breaches.append(("CR-13", f"{met}; {reason}"))
    return Aftermath(1, tuple(breaches))


def _failed(run: RecordedRun, workload: CrashWorkload, stage: Stage) -> _Failed | None:
    number = operation_met(run)
    if number is None or number >= len(workload.operations):
        return None
    outcome = run.outcomes[number]
    if outcome.answer is not AnswerKind.REFUSED or outcome.answered is None:
        return None
    return _shown(number, outcome.answered, run.tree_at(outcome.answered), workload, stage)


def _settled(failed: _Failed, closed: RecordedRun, workload: CrashWorkload, stage: Stage) -> _Failed | None:
    """The same failure by what reopening shows after the backend was closed."""
    if closed.outcomes[failed.number].answer is not AnswerKind.REFUSED:
        return None
    return _shown(failed.number, failed.answered, closed.left, workload, stage)


def _shown(number: int, answered: int, tree: Tree, workload: CrashWorkload, stage: Stage) -> _Failed | None:
    before = tuple(range(number))
    old, new = workload.documents[before], workload.documents[(*before, number)]
    found = stage.reload(tree)
    if old == new or isinstance(found, LoadFailed) or found not in (old, new):
        return None
    return _Failed(number, answered, found, found == new)


def _unsettled(run: RecordedRun, failed: _Failed, workload: CrashWorkload, stage: Stage) -> Iterator[str]:
    """In what the open backend and later mutations say otherwise than reopening did when it failed."""
    shown = _NAMES[failed.took_effect]
    looked = run.looks.get(failed.number)
    if looked is not None and workload.loaded is not None:
        seen = workload.loaded(looked)
        if seen != workload.shown(failed.rows):
            told = workload.words_of_load(seen)[:_LONGEST_ROWS]
            yield f"the mutation failed, and reopening shows {shown}; the open backend shows {told}"
            return
    later = range(failed.number + 1, len(run.outcomes))
    if any(run.outcomes[number].answer is not AnswerKind.DONE for number in later):
        return
    before = tuple(range(failed.number))
    without, with_it = (*before, *later), (*before, failed.number, *later)
    right, wrong = (with_it, without) if failed.took_effect else (without, with_it)
    found = stage.reload(run.history.final)
    if found == workload.documents[wrong] != workload.documents[right]:
        verb = "undid" if failed.took_effect else "brought along"
        yield f"the mutation failed, and reopening showed {shown}; a later mutation {verb} what had failed"


def _files(tree: Tree) -> frozenset[str]:
    return frozenset(path for path, leaf in tree if isinstance(leaf, bytes) and path.startswith(f"{DATA}/"))
