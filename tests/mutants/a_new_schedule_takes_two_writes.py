"""A schedule is written first, and its next fire time with a second document."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, Schedule
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CR-02", "CR-03", "CR-05"}
MESSAGE = "a process killed at any system call"


class Broken(SystemLabelSchedulerPersistence):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        self.change(lambda rows: self.upsert_schedule(rows, str(id), schedule, None))
        super().record_scheduled(id, schedule)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
