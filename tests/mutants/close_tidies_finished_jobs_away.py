"""Closing removes the jobs that this session saw first when they had finished."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    QName,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"RT-02"}
MESSAGE = "after closing and reopening"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.finished: set[str] = set()

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        if not any(row.qname == str(id) for row in self.sidecar.read()):
            self.finished.add(str(id))
        super().record_finished(id, finished_at, success)

    def close(self) -> None:
        with suppress(SchedulerPersistenceError):
            if self.finished:
                self.change(lambda rows: [row for row in rows if row.qname not in self.finished])


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
