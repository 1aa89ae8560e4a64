"""Takes the steps of a workload on a backend."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from conformance.contract.connection import BackendFault, Driver, Handle, TimeoutFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.oracle.model import FlushCheckpoint, Reopen, carry_out
from conformance.releases.steps import HoldClock, LoadAll, PlantDocument, Step, Workload
from conformance.workspace import DataPath, Workspace


@dataclass(frozen=True, slots=True)
class Fault:
    """What a backend did that none may do, and during what."""

    doing: str
    what: str
    is_hang: bool

    @classmethod
    def of(cls, doing: str, error: Exception) -> Fault:
        """The fault that an exception stands for."""
        return cls(doing, str(error), isinstance(error, TimeoutFault))

    def __str__(self) -> str:
        return f"{self.doing}: {self.what}"


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a workload: the document, None where there is none, and the steps that were refused.

    Steps count from 1. Nothing was done after a fault.
    """

    document: bytes | None
    refused: tuple[int, ...] = ()
    fault: Fault | None = None


def play(driver: Driver, workspace: Workspace, workload: Workload) -> Played:
    """Take the steps on a fresh data path. A refused step (SchedulerPersistenceError) changes nothing."""
    with workspace.lend() as data:
        player = _Player(driver, data)
        try:
            fault = player.take_all(workload.steps)
            return Played(data.read_document(), tuple(player.refused), fault)
        finally:
            driver.set_clock(None)


class _Player:
    """Opens the backend when it is first needed, so that a planted document may come before."""

    def __init__(self, driver: Driver, data: DataPath) -> None:
        self._driver = driver
        self._data = data
        self._handle: Handle | None = None
        self.refused: list[int] = []

    def take_all(self, steps: Sequence[Step]) -> Fault | None:
        """Take the steps up to the first fault; that fault, or None."""
        doing = ""
        try:
            for number, step in enumerate(steps, 1):
                doing = f"step {number}, {type(step).__name__}"
                try:
                    self._take(step)
                except SchedulerPersistenceError:
                    self.refused.append(number)
            doing = "close"
            self._close()
        except (BackendFault, SchedulerPersistenceError) as error:
            with suppress(BackendFault, SchedulerPersistenceError):
                self._close()
            return Fault.of(doing, error)
        return None

    def _take(self, step: Step) -> None:
        match step:
            case HoldClock(now):
                self._driver.set_clock(now)
            case PlantDocument(text):
                self._data.write_document(text.encode("utf-8"))
            case Reopen():
                self._close()
            case LoadAll():
                self._open().load_all()
            case FlushCheckpoint():
                self._open().flush_checkpoint()
            case _:
                carry_out(step, self._open())

    def _close(self) -> None:
        if self._handle is not None:
            handle, self._handle = self._handle, None
            handle.close()

    def _open(self) -> Handle:
        if self._handle is None:
            self._handle = self._driver.open(self._data.path)
        return self._handle
