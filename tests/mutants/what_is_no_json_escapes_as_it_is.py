"""The decoder's own exception comes out of every operation on an unreadable document."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.persistence import Change

BREAKS = {"ER-01", "ER-02"}
MESSAGE = "nothing but SchedulerPersistenceError comes out of load_all"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        try:
            return super().load_all()
        except SchedulerPersistenceError as error:
            raise _bare(error) from None

    def change(self, change: Change) -> None:
        try:
            super().change(change)
        except SchedulerPersistenceError as error:
            raise _bare(error) from None


def _bare(error: SchedulerPersistenceError) -> Exception:
    return error.__cause__ if isinstance(error.__cause__, ValueError) else error


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
