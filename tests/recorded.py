"""What a recorder sees of a backend: compared between recorders."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from conformance.contract.connection import ChildCommand
from conformance.contract.target import Description
from conformance.crash.filesystem.tree import Tree
from conformance.crash.filesystem.units import Entry, History
from conformance.crash.judging.orders import Budget, Orders
from conformance.crash.persistence import with_weaker
from conformance.crash.persistence.states import CrashState, Cut, kill_states, power_states
from conformance.crash.recording.record import RecorderType
from conformance.crash.scenarios.laboratory import Laboratory, Subject
from conformance.crash.scenarios.scenario import CrashScenario
from conformance.drivers.command import CommandDriver

SCENARIO = CrashScenario("document", "reschedule,cancel")
MODEL = "posix"
_NOTHING_INJECTED = Orders(MODEL, Budget(real_kills=0, injected_runs=0))


@dataclass(frozen=True, slots=True)
class Seen:
    """The states of one run, and what the kit finds in them."""

    kills: frozenset[Tree]
    losses: frozenset[Tree]
    broken: frozenset[tuple[str, Cut | None]]
    untestable: bool


def seen_by(recorder: RecorderType, child: ChildCommand) -> Seen:
    """What the recorder sees of two operations.

    Names are replaced by their order of appearance: those of temporary files may be random.
    """
    description = _description_of(child)
    keeps_document = "document" in description.capabilities
    subject = Subject(child, description.conformance_class, keeps_document)
    with tempfile.TemporaryDirectory() as directory:
        laboratory = Laboratory(subject, Path(directory), recorders=[recorder])
        try:
            report = laboratory.explore(SCENARIO, _NOTHING_INJECTED)
        finally:
            laboratory.close()
    assert report is not None
    assert report.run is not None
    history = report.run.history
    names = _names(history)

    def plain(states: Iterable[CrashState]) -> frozenset[Tree]:
        return frozenset(_plain(state.tree, names, keeps_document) for state in states)

    return Seen(
        plain(kill_states(history)),
        plain(power_states(history, with_weaker(MODEL))),
        frozenset(
            (found.requirement, found.point.cut if found.point else None) for found in report.violations
        ),
        report.untestable is not None,
    )


def _description_of(child: ChildCommand) -> Description:
    driver = CommandDriver(child.argv, environment=child.environment)
    try:
        return driver.description
    finally:
        driver.close()


def _names(history: History) -> dict[str, str]:
    changes = (change for unit in history.units if isinstance(unit, Entry) for change in unit.changes)
    return {name: f"name {number}" for number, name in enumerate(dict.fromkeys(c.name for c in changes))}


def _plain(tree: Tree, names: dict[str, str], keeps_document: bool) -> Tree:
    """What a store puts into its files is its own affair, and may be random; only the lengths are kept."""
    return frozenset(
        (
            "/".join(names.get(part, part) for part in path.split("/")),
            leaf if keeps_document or not isinstance(leaf, bytes) else str(len(leaf)).encode(),
        )
        for path, leaf in tree
    )
