"""The whole exploration of one workload: record, enumerate, judge, inject, report."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from conformance.contract.classes import ConformanceClass
from conformance.crash.conversation import Answer
from conformance.crash.inject import Fail, Kill, Short, injections, is_mild
from conformance.crash.injected import goes_on_after_a_failure, judge_injected
from conformance.crash.judge import (
    Expected,
    judge_advice,
    judge_kills,
    judge_power,
    judge_second_lives,
)
from conformance.crash.persistence import DEFAULT_MODEL, with_weaker
from conformance.crash.placement import placement
from conformance.crash.record import Recorder, memory_file_system
from conformance.crash.reload import Reloader
from conformance.crash.replay import DATA, Stage
from conformance.crash.runs import CrashTarget, MissedError, Run, Runner
from conformance.crash.states import CrashState, Cut, Point, kill_states, power_states
from conformance.crash.tally import Tally
from conformance.crash.trace import by_start
from conformance.crash.tree import Leaf, Tree
from conformance.crash.verdicts import CrashReport, violation_of_run
from conformance.crash.workload import Workload
from conformance.errors import NotTestableError
from conformance.workspace import DOCUMENT_NAME, SYSTEM_DIRECTORY

DOCUMENT = f"{DATA}/{SYSTEM_DIRECTORY}/{DOCUMENT_NAME}"
ADVISING_MODEL = "strict"
Progress = Callable[[str], None]
_GARBAGE = b"\xa5"
_MORE_ATTEMPTS = 2
_MOST_HANGS = 2  # each costs the whole time limit of a run, and says the same again


@dataclass(frozen=True, slots=True)
class Budget:
    """How much to try: real kills, runs with an injected error, and seconds for the latter."""

    real_kills: int = 4
    injected_runs: int = 60
    injection_seconds: float = 60.0


def silent(message: str) -> None:
    """A progress that nobody watches."""


def explore(
    target: CrashTarget,
    workload: Workload,
    reloader: Reloader,
    recorder: Recorder,
    models: Sequence[str] = (DEFAULT_MODEL, ADVISING_MODEL),
    budget: Budget = Budget(),
    progress: Progress = silent,
    only: Fail | Short | None = None,
    directory: Path | None = None,
) -> CrashReport:
    """Explore one workload (CR-02 to CR-06 and CR-08 to CR-11).

    `models` are persistence models: posix decides in any case, strict adds its advice. `only` is the one
    injected error to try; `directory`, if given, is a place to work in. Raises KitError when the kit or the
    adapter fails; what cannot be judged here is told by the report's `untestable`.
    """
    with nullcontext(directory) if directory else scratch() as place:
        exploration = _Exploration(target, workload, reloader, recorder, place, progress)
        try:
            exploration.record()
            exploration.check_model()
            exploration.judge_kills()
            exploration.judge_power(ADVISING_MODEL in models)
            exploration.judge_second_lives()
            if recorder.can_inject:
                exploration.check_kills(budget.real_kills)
                exploration.judge_injections(budget, only)
        except NotTestableError as error:
            exploration.tally.untestable = str(error)
        return exploration.tally.report()


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory for runs and states."""
    directory = Path(tempfile.mkdtemp(prefix="sidecar-crash-", dir=memory_file_system()))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


class _Exploration:
    """The phases of `explore`, in their order."""

    def __init__(
        self,
        target: CrashTarget,
        workload: Workload,
        reloader: Reloader,
        recorder: Recorder,
        directory: Path,
        progress: Progress,
    ) -> None:
        self.tally = Tally(workload.name)
        self._class = target.conformance_class
        self._workload = workload
        self._runner = Runner(target, workload, recorder, directory)
        self._stage = Stage(directory, reloader)
        self._progress = progress
        self._deciding: list[CrashState] = []
        self._hung = 0

    def record(self) -> None:
        """Record the run that all states come from; where the temporary file lies shows in it at once.

        Raises NotTestableError when an operation fails without any error injected.
        """
        with self.tally.timed("record"):
            self._run = self._runner.run()
            self._expected = Expected(self._workload, self._run.outcomes)
        self.tally.runs += 1
        self.tally.trace = self._run.trace
        self._judge_placement()
        for number, outcome in enumerate(self._run.outcomes):
            if outcome.answer is not Answer.DONE:
                raise NotTestableError(
                    f"Operation {number} was {outcome.answer.value} without any error injected:"
                    f" {outcome.message} {self._run.trace.complaints}".rstrip()
                )

    def check_model(self) -> None:
        """Whether the trace says all, and whether the backend is right as long as nothing happens to it.

        Raises NotTestableError.
        """
        history = self._run.history
        if history.unmodelled:
            raise NotTestableError(f"The run cannot be modelled: {'; '.join(history.unmodelled)}.")
        self._require(self._run.initial, 0, "The backend does not show the state it was given")
        self._require(self._run.left, history.end, "The backend is wrong even without a crash")
        for tree in _with_other_contents(history.final, history.mapped):
            files = ", ".join(sorted(history.mapped))
            self._require(tree, history.end, f"The backend reads what it changes through memory ({files})")

    def judge_kills(self) -> None:
        """CR-02 on every state that kill -9 can leave."""
        with self.tally.timed("kills"):
            states = list(kill_states(self._run.history))
            self.tally.kills = len(states)
            self.tally.count("CR-02", len(states))
            self.tally.add_findings(judge_kills(states, self._expected, self._stage), self._run.history)

    def judge_power(self, with_advice: bool) -> None:
        """CR-03 and CR-04, and CR-05 on what only the strict model allows."""
        history = self._run.history
        with self.tally.timed("power"):
            self._deciding = list(power_states(history, with_weaker(DEFAULT_MODEL)))
            self._progress(f"{self._workload.name}: {len(self._deciding)} states after a loss of power")
            self.tally.states += len(self._deciding)
            self.tally.count("CR-03", len(self._deciding))
            acknowledged = (self._expected.counts(state.point.at)[0] for state in self._deciding)
            self.tally.count("CR-04", sum(count > 0 for count in acknowledged))
            self.tally.add_findings(judge_power(self._deciding, self._expected, self._stage), history)
        if with_advice:
            self._judge_advice()

    def judge_second_lives(self) -> None:
        """CR-06, or CR-04 for a store."""
        states = [*kill_states(self._run.history), *self._deciding]
        with self.tally.timed("second lives"):
            findings = list(judge_second_lives(states, self._expected, self._stage, self._class))
            self.tally.add_findings(findings, self._run.history)
        if self._class is ConformanceClass.SIDECAR:
            names = {frozenset(path for path, _ in state.tree) for state in states}
            self.tally.count("CR-06", len(names))

    def check_kills(self, wanted: int) -> None:
        """A few real kills: each must leave what the model says of its trace, and what may be seen."""
        calls = len(by_start(self._run.trace))
        wanted = min(wanted, calls)
        with self.tally.timed("real kills"):
            for turn in range(wanted):
                run = self._runner.run(Kill((2 * turn + 1) * calls // (2 * wanted)))
                self.tally.runs += 1
                state = CrashState(run.left, Point(run.history.end, Cut.CALL), frozenset(), "kill")
                expected = Expected(self._workload, run.outcomes)
                self.tally.add_findings(judge_kills([state], expected, self._stage), run.history)

    def judge_injections(self, budget: Budget, only: Fail | Short | None = None) -> None:
        """CR-08, CR-09, CR-10."""
        planned = (only,) if only else injections(self._run.trace, self._run.is_in_operation)
        deadline = time.monotonic() + budget.injection_seconds
        broken = frozenset(self.tally.violations)
        with self.tally.timed("injected errors"):
            for number, injection in enumerate(planned):
                if number >= budget.injected_runs or time.monotonic() > deadline or self._hung >= _MOST_HANGS:
                    self.tally.unexplored = len(planned) - number
                    return
                self._progress(f"{self._workload.name}: injected error {number + 1} of {len(planned)}")
                self._inject(injection, broken)

    # ---- parts of the phases ----

    def _require(self, tree: Tree, at: int, complaint: str) -> None:
        observed = self._stage.reload(tree)
        judgement = self._expected.judge(observed, at)
        if not judgement.ok:
            raise NotTestableError(f"{complaint}: {self._expected.reason(observed, judgement)}")

    def _judge_placement(self) -> None:
        if self._class is not ConformanceClass.SIDECAR:
            return
        found = placement(self._run.trace, DOCUMENT)
        self.tally.count("CR-11", found.replacements)
        for _, reason in found.foreign:
            self.tally.add(violation_of_run("CR-11", reason, self._run.history, self._workload.name))

    def _judge_advice(self) -> None:
        with self.tally.timed("advice"):
            known = {(state.point, state.tree) for state in self._deciding}
            all_states = power_states(self._run.history, with_weaker(ADVISING_MODEL))
            advice = [state for state in all_states if (state.point, state.tree) not in known]
            self.tally.states += len(advice)
            self.tally.count("CR-05", len(known) + len(advice))
            self.tally.add_findings(
                judge_advice([*self._deciding, *advice], self._expected, self._stage), self._run.history
            )

    def _run_injected(self, injection: Fail | Short) -> Run:
        """A run that the injection met. With threads the course of a run can vary a little: try again."""
        for _ in range(_MORE_ATTEMPTS):
            with suppress(MissedError):
                return self._runner.run(injection, with_extra=True)
        return self._runner.run(injection, with_extra=True)

    def _inject(self, injection: Fail | Short, broken: frozenset[str]) -> None:
        run = self._run_injected(injection)
        self.tally.runs += 1
        self.tally.count("CR-09" if is_mild(injection) else "CR-08", 1)
        self.tally.count("CR-10", goes_on_after_a_failure(run))
        self._hung += run.trace.timed_out
        for violation in judge_injected(run, injection, self._workload, self._stage, broken):
            self.tally.add(violation)


def _with_other_contents(tree: Tree, mapped: frozenset[str]) -> Iterator[Tree]:
    """The tree with zeros, with garbage and with nothing where files are changed through memory, unseen."""
    if not mapped:
        return
    for substitute in (b"\0", _GARBAGE, None):
        changed: list[tuple[str, Leaf]] = []
        for path, leaf in tree:
            if path not in mapped or not isinstance(leaf, bytes):
                changed.append((path, leaf))
            elif substitute is not None:
                changed.append((path, substitute * len(leaf)))
        yield frozenset(changed)
