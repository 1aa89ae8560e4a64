"""Checks as orders to a Dask worker: plain values there and back, and the files that a failure is seen by."""

from __future__ import annotations

import io
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any

from conformance.execution.cluster.duty import on_duty
from conformance.execution.cluster.facts import Facts, facts_of_kit, facts_of_target
from conformance.execution.cluster.remote import Refusal, enlisted, found_here, prefix_of, refused
from conformance.execution.plan import Plan
from conformance.execution.supervisor import Supervisor, Task
from conformance.results.journal import description_from_json
from conformance.results.verdict import CheckOutcome
from conformance.suite.chapters import CHECKS


@dataclass(frozen=True, slots=True)
class NamedTask:
    """A task, with the check by its name."""

    test: str
    pinned: tuple[Mapping[str, Any], ...]
    replays_only: bool


@dataclass(frozen=True, slots=True)
class Order:
    """Tasks for one worker, one after the other. `expected` are the facts that the run goes by."""

    run: str
    plan: Plan
    description: Mapping[str, Any]
    tasks: tuple[NamedTask, ...]
    expected: Facts


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of an order. `cut_off` says why not all was done, `exhibits` is an archive of files."""

    outcomes: tuple[CheckOutcome, ...]
    exhibits: bytes = b""
    cut_off: str = ""


def named(task: Task) -> NamedTask:
    """The task as it is sent."""
    return NamedTask(task.check.test, task.pinned, task.replays_only)


def find_facts(plan: Plan) -> Facts:
    """What the target is on this machine. Raises TargetUnreachableError and KitError."""
    supervisor = Supervisor(at_this_place(plan), Event(), lambda words: None)
    try:
        return facts_by(supervisor, plan)
    finally:
        supervisor.close()


def facts_by(supervisor: Supervisor, plan: Plan) -> Facts:
    """The same, by a supervisor that is there."""
    description = supervisor.describe()
    modules, recorder = supervisor.surroundings()
    return {**facts_of_kit(), **facts_of_target(plan.target, description, modules, recorder)}


def at_this_place(plan: Plan) -> Plan:
    """The plan where the folder that a Dask worker was started in takes the place of the caller's."""
    return replace(plan, search_path=(str(Path.cwd()),), workers=1, report=Path(tempfile.gettempdir()))


def perform(order: Order) -> Delivery | Refusal:
    """Carry out an order, at a Dask worker."""
    duty = on_duty()
    refusal = refused(order.expected, found_here(order.run, find_facts, order.plan), duty.address)
    if refusal is not None:
        return refusal
    outcomes: list[CheckOutcome] = []
    tasks = [Task(CHECKS[task.test], task.pinned, task.replays_only) for task in order.tasks]
    with (
        enlisted(order.run, duty.is_wanted) as stop,
        tempfile.TemporaryDirectory(prefix=prefix_of(order.run)) as folder,
    ):
        supervisor = Supervisor(
            at_this_place(order.plan), stop, lambda words: None, Path(folder), mark=f"{order.run}-"
        )
        cut_off = supervisor.run(
            description_from_json(order.description),
            tasks,
            lambda task, outcome: outcomes.append(outcome),
            lambda task: duty.begins(order.run, task.check.test),
        )
        return Delivery(tuple(outcomes), pack(Path(folder)), cut_off)


def pack(folder: Path) -> bytes:
    """The files below a folder as an archive; nothing where there are none."""
    names = sorted(path.name for path in folder.iterdir())
    if not names:
        return b""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in names:
            archive.add(folder / name, name)
    return packed.getvalue()


def unpack(packed: bytes, folder: Path) -> None:
    """Write the files of an archive below a folder."""
    if not packed:
        return
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extraction_filter = getattr(tarfile, "tar_filter", None)  # not in the first releases of 3.11
        archive.extractall(folder)
