"""record_scheduled refuses a cron expression whose years have passed."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Cron, QName, Schedule
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"NF-06"}
MESSAGE = "record_scheduled succeeds"


class Defective(SystemLabelSchedulerPersistence):
    """The reference, but with a scruple."""

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Refuse what has a year and no next fire time."""
        has_year = isinstance(schedule, Cron) and len(schedule.expr.split()) == 7
        if has_year and self.next_after(schedule, self.now()) is None:
            raise SchedulerPersistenceError("the years of this expression have passed")
        super().record_scheduled(id, schedule)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
