"""Mutations let out the decoder's own exception about an unreadable document; load_all does not."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.persistence import Change

BREAKS = {"ER-03"}
MESSAGE = "nothing but SchedulerPersistenceError comes out of"


class Broken(SystemLabelSchedulerPersistence):
    def change(self, change: Change) -> None:
        try:
            super().change(change)
        except SchedulerPersistenceError as error:
            if isinstance(error.__cause__, ValueError):
                raise error.__cause__ from None
            raise


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
