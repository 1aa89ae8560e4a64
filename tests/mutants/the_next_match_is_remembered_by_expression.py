"""The next match of a cron expression is worked out once while the backend is open."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import Cron, QName, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-04"}
MESSAGE = "the first match strictly after now, in UTC"


class Broken(SystemLabelSchedulerPersistence):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        known: dict[Schedule, SystemTime | None] = self.__dict__.setdefault("known", {})
        now = self.now()
        if schedule not in known or not isinstance(schedule, Cron):
            known[schedule] = right_next_after(schedule, now)
        self.change(lambda rows: self.upsert_schedule(rows, str(id), schedule, known[schedule]))


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
