"""One recorded run of a workload in a fresh directory, checked against the real directory it left."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from conformance.contract.classes import ConformanceClass
from conformance.crash.filesystem.history import history_of
from conformance.crash.filesystem.tree import Tree, differences, modes_in, read_tree
from conformance.crash.filesystem.units import History
from conformance.crash.judging.replay import DATA, TEMPORARY
from conformance.crash.judging.speaking import OperationOutcome, WireSpeaker, outcomes, results_of
from conformance.crash.judging.workload import CrashWorkload
from conformance.crash.recording.inject import Fail, Injection, Short, finds
from conformance.crash.recording.record import Recorder
from conformance.crash.recording.trace import Trace
from conformance.errors import KitError, NotTestableError


class MissedError(KitError):
    """An injection met no call: the run did not take the course that was recorded."""


class CrashTarget(Protocol):
    """A backend that can be run as a child: a command that speaks the wire."""

    @property
    def argv(self) -> Sequence[str]: ...

    @property
    def environment(self) -> Mapping[str, str]: ...

    @property
    def conformance_class(self) -> ConformanceClass: ...


@dataclass(frozen=True, slots=True)
class CommandTarget:
    """A `CrashTarget` as plain data."""

    argv: Sequence[str]
    conformance_class: ConformanceClass
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A recorded run, what it did, and what became of its operations.

    `looks` is what load_all answered after operations that failed, by their number; `extra` is the number of
    the operation that came after those of the workload, where there was one. `modes` are the permissions of
    the files that were left, by path, of a run without an injected error.
    """

    trace: Trace
    history: History
    outcomes: tuple[OperationOutcome, ...]
    initial: Tree
    left: Tree
    looks: Mapping[int, Any] = field(default_factory=dict)
    extra: int | None = None
    modes: Mapping[str, int] = field(default_factory=dict)

    def is_in_operation(self, at: int) -> bool:
        """Whether an operation was running at a place in the trace."""
        return any(outcome.is_running(at) for outcome in self.outcomes)

    def is_in_extra(self, at: int) -> bool:
        """Whether the operation after those of the workload was running at a place in the trace."""
        return self.extra is not None and self.outcomes[self.extra].is_running(at)

    def tree_at(self, at: int) -> Tree:
        """The live state at a place in the trace."""
        return next((moment.tree for moment in self.history.moments if moment.at > at), self.history.final)


class Runner:
    """Runs a workload again and again, each time from the same start in the same place."""

    def __init__(
        self, target: CrashTarget, workload: CrashWorkload, recorder: Recorder, directory: Path
    ) -> None:
        self._target = target
        self._workload = workload
        self._recorder = recorder
        self._root = directory / "run"

    def run(
        self, inject: Injection | None = None, with_extra: bool = False, until: int | None = None
    ) -> RecordedRun:
        """One run, with the extra operation, or without those that come after the operation number `until`.

        Raises NotTestableError where the model and the real directory disagree, KitError where the backend
        cannot be opened, MissedError where the injection met nothing.
        """
        for name in (DATA, TEMPORARY):
            (self._root / name).mkdir(parents=True)
        try:
            return self._run(inject, with_extra, until)
        finally:
            shutil.rmtree(self._root)

    def _run(self, inject: Injection | None, with_extra: bool, until: int | None) -> RecordedRun:
        root = self._root
        self._workload.prepare(root / DATA)
        initial = read_tree(root)
        looks = isinstance(inject, Fail | Short)
        conversation = WireSpeaker(self._workload, root / DATA, with_extra, looks, until)
        environment = {**self._target.environment, "TMPDIR": str(root / TEMPORARY)}
        trace = self._recorder.run(self._target.argv, conversation, root, inject, environment)
        if inject is None and (conversation.stopped or not conversation.operation_ids):
            reason = conversation.stopped or "it did not answer initialize and open"
            raise KitError(f"The backend could not be run under the tracer: {reason}. {trace.complaints}")
        if inject is not None and trace.injection_at is None:
            if isinstance(inject, Fail) and finds(trace, inject):
                raise KitError(f"{inject} left no mark on the run, which made that call.")
            raise MissedError(f"{inject} met no call; the run did not take the course that was recorded.")
        history = _without_place(_checked_history(trace, initial, root), root)
        found = outcomes(history.spoken, conversation.operation_ids)
        looked = results_of(history.spoken, conversation.looks)
        extra = len(found) - 1 if with_extra else None
        return RecordedRun(
            trace, history, found, initial, read_tree(root), looked, extra, {} if looks else modes_in(root)
        )


def _without_place(history: History, root: Path) -> History:
    """The same history, whose messages read the same wherever the run took place."""
    spoken = (replace(event, line=event.line.replace(f"{root}/", "")) for event in history.spoken)
    return replace(history, spoken=tuple(spoken))


def _checked_history(trace: Trace, initial: Tree, root: Path) -> History:
    """The run's history, if its end equals the real directory.

    A call in flight when the run was killed may have happened or not.
    """
    found = read_tree(root)
    differing: tuple[str, ...] = ()
    for finish in (False, True):
        history = history_of(trace, initial, str(root.resolve()), finish)
        differing = differences(history.final, found, history.mapped)
        if not differing:
            return history
    reasons = "; ".join(history.unmodelled) or "for no reason that the trace shows"
    paths = ", ".join(differing[:5])
    raise NotTestableError(
        f"The recorded calls do not explain what lies in the directory ({paths}): {reasons}."
    )
