"""The phases of an exploration: record a run, judge what crashes of it leave, make calls of it fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from conformance.contract.classes import ConformanceClass
from conformance.crash.filesystem.tree import Leaf, Tree, remains_in
from conformance.crash.judging.aftermath import aftermath, standing_names
from conformance.crash.judging.injected import Known, goes_on_after_a_failure, judge_injected, requirement_of
from conformance.crash.judging.judge import (
    AllowedStates,
    BrokenState,
    judge_advice,
    judge_kills,
    judge_power,
    judge_second_lives,
)
from conformance.crash.judging.orders import Equipment, ExplorationStep, Orders
from conformance.crash.judging.placement import drafts, placement
from conformance.crash.judging.replay import DATA, Stage
from conformance.crash.judging.runs import CrashTarget, MissedError, RecordedRun, Runner
from conformance.crash.judging.speaking import AnswerKind
from conformance.crash.judging.tally import ExplorationTally
from conformance.crash.judging.workload import CrashWorkload, Rows
from conformance.crash.persistence import DEFAULT_MODEL, MODELS, with_weaker
from conformance.crash.persistence.model import PersistenceModel
from conformance.crash.persistence.states import CrashState, Cut, Point, kill_states, power_states
from conformance.crash.recording.inject import Fail, Injection, Kill, Short, finds, injections, meant
from conformance.crash.recording.trace import by_start
from conformance.crash.telling.verdicts import CrashReport, violation_of_run
from conformance.errors import NotTestableError
from conformance.oracle.allowed import LoadFailed
from conformance.workspace import DOCUMENT_NAME, SYSTEM_DIRECTORY

DOCUMENT = f"{DATA}/{SYSTEM_DIRECTORY}/{DOCUMENT_NAME}"
_ELSEWHERE = (
    "The run changed nothing below the data path: of what a backend keeps elsewhere the tracer sees nothing"
)
_WRONG_ANYWAY = "The backend is wrong even without a crash"
_GARBAGE = b"\xa5"
_MORE_ATTEMPTS = 2
_MOST_MISSED = 8
_ANOTHER_COURSE = "The backend takes another course in each run: too many injected errors met no call"
_WAITS = "The backend waits for long at what a crash left behind, again and again: not all states were tried"
_MOST_HANGS = 2  # each costs the whole time limit of a run, and says the same again


class Exploration:
    """The phases of `explore`, in their order."""

    def __init__(
        self, target: CrashTarget, workload: CrashWorkload, equipment: Equipment, orders: Orders
    ) -> None:
        self.tally = ExplorationTally(workload.name)
        self._class = target.conformance_class
        self._workload = workload
        self._orders = orders
        self._runner = Runner(target, workload, equipment.recorder, equipment.directory)
        self._stage = Stage(equipment.directory, equipment.reloader)
        self._progress = equipment.progress
        self._deciding: list[CrashState] = []
        self._hung = self._missed = 0
        self._killed: list[Rows | LoadFailed] = []

    def record(self) -> None:
        """Record the run that all states come from; where the temporary file lies shows in it at once.

        Raises NotTestableError when an operation fails without any error injected.
        """
        self._tell("recording")
        with self.tally.timed("record"):
            self._run = self._runner.run()
            self._expected = AllowedStates(self._workload, self._run.outcomes)
        self.tally.runs += 1
        self.tally.run = self._run
        self._standing = standing_names(self._run)
        self._judge_placement()
        for number, outcome in enumerate(self._run.outcomes):
            if outcome.answer is not AnswerKind.DONE:
                self._note_no_start(f"operation {number} was {outcome.answer.value}: {outcome.message}")
                raise NotTestableError(
                    f"Operation {number} was {outcome.answer.value} without any error injected:"
                    f" {outcome.message} {self._run.trace.complaints}".rstrip()
                )

    def _note_no_start(self, reason: str) -> None:
        """What a crash left behind must not keep the next mutations from being done.

        Of a backend that writes through memory nobody has seen what the crash left.
        """
        if self._workload.after_a_crash and not self._run.history.mapped:
            requirement = "CR-06" if self._class is ConformanceClass.SIDECAR else "CR-02"
            told = f"on what a crash left behind, {reason}".rstrip(": ")
            self.tally.count(requirement, 1)
            self.tally.add(violation_of_run(requirement, told, self._run.history, self._workload.name))

    def check_model(self) -> None:
        """Whether the trace says all, and whether the backend is right as long as nothing happens to it.

        Raises NotTestableError.
        """
        history = self._run.history
        if history.unmodelled:
            raise NotTestableError(f"The run cannot be modelled: {'; '.join(history.unmodelled)}.")
        self._require(self._run.initial, 0, "The backend does not show the state it was given")
        self._require(self._run.left, history.end, _WRONG_ANYWAY)
        wrong = self._expected.wrong_in_peace(self._run.initial, self._stage)
        if wrong:
            self._note_no_start(wrong)
            raise NotTestableError(f"{_WRONG_ANYWAY}: {wrong}")
        for tree in _with_other_contents(history.final, history.mapped):
            files = ", ".join(sorted(history.mapped))
            self._require(tree, history.end, f"The backend reads what it changes through memory ({files})")

    def judge_crashes(self) -> None:
        """What kills and losses of power leave, as long as the backend has the patience of others."""
        phases: Sequence[tuple[Callable[[], None], frozenset[str]]] = (
            (self.judge_kills, frozenset({"CR-02"})),
            (self.judge_power, frozenset({"CR-03", "CR-04", "CR-05"})),
            (self.judge_second_lives, frozenset({"CR-06"})),
        )
        for phase, requirements in phases:
            if not self._stage.is_weary and requirements.isdisjoint(self._orders.untried):
                phase()
            if self._stage.is_weary or not requirements.isdisjoint(self._orders.untried):
                self.tally.untried.update(dict.fromkeys(requirements, _WAITS))

    def judge_kills(self) -> None:
        """CR-02 on every state that kill -9 can leave."""
        with self.tally.timed("kills"):
            states = list(kill_states(self._run.history))
            self.tally.kills = len(states)
            self.tally.count("CR-02", len(states))
            found = self._judge(judge_kills(states, self._expected, self._stage), "kills")
            self._killed = [self._stage.reload(finding.state.tree) for finding in found]

    def judge_power(self) -> None:
        """CR-03 and CR-04, and CR-05 on what only the strict model allows."""
        with self.tally.timed("power"):
            self._deciding = list(power_states(self._run.history, self._deciding_models()))
            self.tally.states += len(self._deciding)
            self.tally.count("CR-03", len(self._deciding))
            acknowledged = (self._expected.counts(state.point.at)[0] for state in self._deciding)
            self.tally.count("CR-04", sum(count > 0 for count in acknowledged))
            self._judge(judge_power(self._deciding, self._expected, self._stage), "losses of power")
        if len(with_weaker(self._orders.model)) > len(self._deciding_models()):
            self._judge_advice()

    def judge_second_lives(self) -> None:
        """CR-06, or CR-04 for a store."""
        states = [*kill_states(self._run.history), *self._deciding]
        with self.tally.timed("second lives"):
            written = drafts(self._run.trace, DOCUMENT)
            lives = judge_second_lives(states, self._expected, self._stage, self._class, written)
            self._judge(lives, "second lives")
        if self._class is ConformanceClass.SIDECAR:
            self.tally.count("CR-06", len({remains_in(state.tree) for state in states}))

    def check_kills(self) -> None:
        """A few real kills: each must leave what the model says of its trace, and what may be seen."""
        calls = len(by_start(self._run.trace))
        wanted = min(self._orders.budget.real_kills, calls)
        with self.tally.timed("real kills"):
            for turn in range(wanted):
                self._tell("real kills")
                run = self._run_injected(Kill((2 * turn + 1) * calls // (2 * wanted)))
                self.tally.runs += 1
                state = CrashState(run.left, Point(run.history.end, Cut.CALL), frozenset(), "kill")
                expected = AllowedStates(self._workload, run.outcomes)
                self.tally.add_findings(judge_kills([state], expected, self._stage), run.history)

    def judge_injections(self) -> None:
        """CR-08, CR-09, CR-10, CR-12, CR-13, CR-15."""
        planned, budget = self._planned(), self._orders.budget
        deadline = time.monotonic() + budget.injection_seconds
        broken = frozenset(self.tally.violations) | self.tally.untried.keys()
        with self.tally.timed("injected errors"):
            for number, injection in enumerate(planned):
                if number >= budget.injected_runs or time.monotonic() > deadline or self._hung >= _MOST_HANGS:
                    self.tally.unexplored += len(planned) - number
                    return
                self._tell(f"error {number + 1} of {min(len(planned), budget.injected_runs)}")
                self._inject(injection, broken)

    def report(self) -> CrashReport:
        """What was found so far."""
        self.tally.reloads = self._stage.reloads
        return self.tally.report()

    # ---- parts of the phases ----

    def _tell(self, phase: str) -> None:
        self._progress(ExplorationStep(self._workload.name, phase, self._stage.reloads, self.tally.runs))

    def _judge(self, findings: Iterator[BrokenState], phase: str) -> list[BrokenState]:
        self._tell(phase)
        found = list(findings)
        self.tally.add_findings(found, self._run.history)
        return found

    def _deciding_models(self) -> Sequence[PersistenceModel]:
        weaker = with_weaker(self._orders.model)
        return weaker[: list(MODELS).index(DEFAULT_MODEL) + 1]

    def _planned(self) -> tuple[Fail | Short, ...]:
        if self._orders.only is None:
            return injections(self._run.trace, self._run.is_in_operation)
        only = meant(self._orders.only)
        return (only,) if finds(self._run.trace, only) else ()

    def _require(self, tree: Tree, at: int, complaint: str) -> None:
        observed = self._stage.reload(tree)
        judgement = self._expected.judge(observed, at)
        if not judgement.ok:
            self._note_no_start(self._expected.reason(observed, judgement))
            elsewhere = "" if self._run.history.units else f". {_ELSEWHERE}"
            raise NotTestableError(f"{complaint}: {self._expected.reason(observed, judgement)}{elsewhere}")

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
            all_states = power_states(self._run.history, with_weaker(self._orders.model))
            advice = [state for state in all_states if (state.point, state.tree) not in known]
            self.tally.states += len(advice)
            self.tally.count("CR-05", len(known) + len(advice))
            states = [*self._deciding, *advice]
            self._judge(judge_advice(states, self._expected, self._stage), "losses of power, strictly")

    def _run_injected(self, injection: Injection) -> RecordedRun:
        """A run that the injection met. With threads the course of a run can vary a little: try again."""
        with_extra = not isinstance(injection, Kill)
        for _ in range(_MORE_ATTEMPTS):
            with suppress(MissedError):
                return self._runner.run(injection, with_extra)
        return self._runner.run(injection, with_extra)

    def _judge_aftermath(self, run: RecordedRun, injection: Fail | Short) -> None:
        def ending_with(number: int) -> RecordedRun | None:
            self.tally.runs += 1
            try:
                return self._runner.run(injection, until=number)
            except MissedError:
                return None

        found = aftermath(run, injection, self._workload, self._stage, self._standing, ending_with)
        self.tally.count("CR-12", found.settled)
        if self._class is ConformanceClass.SIDECAR:
            self.tally.count("CR-13", found.settled)
        for requirement, reason in found.breaches:
            if requirement != "CR-13" or self._class is ConformanceClass.SIDECAR:
                violation = violation_of_run(requirement, reason, run.history, self._workload.name, injection)
                self.tally.add(violation)

    def _inject(self, injection: Fail | Short, broken: frozenset[str]) -> None:
        try:
            run = self._run_injected(injection)
        except MissedError:  # no run of so many made that call again
            self.tally.unexplored += 1
            self._missed += 1
            if self._missed > _MOST_MISSED:
                raise NotTestableError(_ANOTHER_COURSE) from None
            return
        self.tally.runs += 1
        requirement = requirement_of(run, injection, self._run)
        self.tally.count(requirement, 1)
        self.tally.count("CR-10", goes_on_after_a_failure(run))
        self._judge_aftermath(run, injection)
        self._hung += run.trace.timed_out
        known = Known(broken, self._killed)
        for violation in judge_injected(run, injection, requirement, self._workload, self._stage, known):
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
