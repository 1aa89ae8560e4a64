"""Tries crashes on a backend: from a scenario to what the crash engine reports of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from conformance.contract.classes import ConformanceClass
from conformance.contract.connection import ChildCommand
from conformance.crash.filesystem.tree import Tree, below, read_tree, write_tree
from conformance.crash.filesystem.units import History
from conformance.crash.judging.explore import Equipment, Orders, explore
from conformance.crash.judging.leftovers import leftover_state
from conformance.crash.judging.maintenance import explore_maintenance
from conformance.crash.judging.orders import Progress, silent
from conformance.crash.judging.permissions import READABLE, exposures
from conformance.crash.judging.phases import DOCUMENT
from conformance.crash.judging.reload import WireReloader
from conformance.crash.judging.replay import DATA, Stage
from conformance.crash.judging.runs import CommandTarget, Runner
from conformance.crash.judging.workload import CrashWorkload, WireOperation, prepare_nothing
from conformance.crash.recording.inject import Kill
from conformance.crash.recording.launching import (
    ForkLauncher,
    Launcher,
    NoLauncher,
    SpawnLauncher,
    server_by_command,
    server_by_fork,
)
from conformance.crash.recording.record import DEFAULT_TIMEOUT_S, Recorder, RecorderType
from conformance.crash.recording.recorders import RECORDERS, available_recorder
from conformance.crash.recording.trace import by_start
from conformance.crash.scenarios.maintenance import maintenance_of
from conformance.crash.scenarios.scenario import (
    BEFORE_THE_CRASH,
    LEFTOVERS,
    CrashScenario,
    State,
    View,
    changed,
    count_of,
    operations_that_make,
    rows_at,
    steps_of,
    workload_of,
)
from conformance.crash.telling.verdicts import CrashReport
from conformance.oracle.document import write_document
from conformance.workspace import DataPath

_PRIVATE = 0o600
_MOST_SUSPICIONS = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """The backend that crashes are tried on."""

    child: ChildCommand
    conformance_class: ConformanceClass
    keeps_document: bool

    @property
    def target(self) -> CommandTarget:
        """As the crash engine takes it."""
        return CommandTarget(self.child.argv, self.conformance_class, self.child.environment)


@dataclass(frozen=True, slots=True)
class Exposed:
    """A run that was killed where others may read a file, and that file's mode."""

    history: History
    path: str
    mode: int


class Laboratory:
    """Explores scenarios on one backend, in a directory. `close` ends the children that live for many."""

    def __init__(
        self,
        subject: Subject,
        directory: Path,
        progress: Progress = silent,
        timeout_scale: float = 1.0,
        recorders: Sequence[RecorderType] = RECORDERS,
    ) -> None:
        """Raises NotTestableError where none of the recorders can record system calls."""
        child = subject.child
        self._subject = subject
        self._directory = directory
        self._progress = progress
        recording, reloading = _launcher_of(child), _launcher_of(child)
        self._launchers = (recording, reloading)
        timeout_s = DEFAULT_TIMEOUT_S * timeout_scale
        self._recorder = available_recorder(child.argv, timeout_s, recording, recorders)
        self._view = View(subject.keeps_document)
        self._reloader = WireReloader(
            subject.child.argv,
            self._view.of_backend,
            environment=subject.child.environment,
            timeout_s=timeout_s,
            directory=directory,
            launcher=reloading,
        )

    @property
    def recorder(self) -> Recorder:
        """What records here."""
        return self._recorder

    def close(self) -> None:
        """End the children."""
        self._reloader.close()
        for launcher in self._launchers:
            launcher.close()

    def explore(self, scenario: CrashScenario, orders: Orders) -> CrashReport | None:
        """What a scenario shows; None where it does not come up: a crash leaves nothing to start from.

        Raises KitError, and NotTestableError where the start cannot be brought about.
        """
        equipment = Equipment(self._reloader, self._recorder, self._directory, self._progress)
        count = count_of(scenario.operations)
        if count is not None:
            rows = rows_at(scenario.start)
            prepare = self._prepare(scenario.start, rows)
            many = maintenance_of(scenario.name, rows, count, self._view, prepare)
            return explore_maintenance(self._subject.target, many.whole(), many.part, equipment)
        workload = self._workload(scenario)
        if workload is None:
            return None
        return explore(self._subject.target, workload, equipment, orders)

    def exposure(self, scenario: CrashScenario) -> Exposed | None:
        """Where others may read what they could not read before: the document is for its owner alone.

        Where a process is killed there it stays so; a kill confirms it. Raises as `explore` does.
        """
        workload = self._from_rows(scenario)

        def prepare(path: Path) -> None:
            workload.prepare(path)
            DataPath(path).document.chmod(_PRIVATE)

        private = replace(workload, prepare=prepare)
        runner = Runner(self._subject.target, private, self._recorder, self._directory)
        run = runner.run()
        for suspicion in islice(exposures(run.trace, run.initial, {DOCUMENT: _PRIVATE}), _MOST_SUSPICIONS):
            later = [n for n, call in enumerate(by_start(run.trace)) if call.start > suspicion.call.start]
            left = runner.run(Kill(later[0])) if later else run
            for path, mode in left.modes.items():
                if mode & READABLE:
                    return Exposed(left.history, path, mode)
        return None

    def _workload(self, scenario: CrashScenario) -> CrashWorkload | None:
        if scenario.start != LEFTOVERS:
            return self._from_rows(scenario)
        found = self._leftovers()
        if found is None:
            return None
        rows, tree = found
        left = workload_of(
            scenario.name, rows, scenario.operations, self._view, lambda path: write_tree(tree, path)
        )
        return replace(left, after_a_crash=True)

    def _from_rows(self, scenario: CrashScenario) -> CrashWorkload:
        rows = rows_at(scenario.start)
        prepare = self._prepare(scenario.start, rows)
        return workload_of(scenario.name, rows, scenario.operations, self._view, prepare)

    def _prepare(self, start: str, rows: State) -> Callable[[Path], None]:
        if start == "nothing":
            return prepare_nothing
        if self._subject.keeps_document:
            content = b"" if start == "empty" else write_document(rows)
            return lambda path: DataPath(path).write_document(content)
        operations = tuple(operations_that_make(rows))
        return remembered(lambda: self._made_by(operations))

    def _made_by(self, operations: Sequence[WireOperation]) -> Tree:
        """What the backend leaves on a data path of its own."""
        place = Path(tempfile.mkdtemp(prefix="start-", dir=self._directory))
        try:
            self._reloader.prepare(place, operations)
            return read_tree(place)
        finally:
            shutil.rmtree(place)

    def _leftovers(self) -> tuple[State, Tree] | None:
        """What an earlier crash left on the data path, and the rows that are seen there."""
        before = self._from_rows(BEFORE_THE_CRASH)
        run = Runner(self._subject.target, before, self._recorder, self._directory).run()
        state = leftover_state(run)
        if state is None:
            return None
        seen = Stage(self._directory, self._reloader).reload(state.tree)
        rows = rows_at(BEFORE_THE_CRASH.start)
        after = changed(rows, steps_of(rows, BEFORE_THE_CRASH.operations)[0])
        for candidate in (rows, after):
            if seen == self._view.of_model(candidate):
                return candidate, below(state.tree, DATA)
        return None  # this is no start; that it breaks CR-02 shows in the scenarios that have one


def _launcher_of(child: ChildCommand) -> Launcher:
    if child.serve_forks is not None:
        return ForkLauncher(child.argv, server_by_fork(child.serve_forks), NoLauncher())
    if child.fork_server:
        return ForkLauncher(child.argv, server_by_command(child.fork_server))
    return SpawnLauncher()


def remembered(make: Callable[[], Tree]) -> Callable[[Path], None]:
    """Puts on a data path what was made once."""
    made: list[Tree] = []

    def prepare(data_path: Path) -> None:
        if not made:
            made.append(make())
        write_tree(made[0], data_path)

    return prepare
