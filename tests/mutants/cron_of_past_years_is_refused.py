"""record_scheduled refuses a cron expression whose years have passed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Cron, QName, Schedule
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.cron import parse
from reference_impl.persistence import document_path

BREAKS = {"NF-06"}
MESSAGE = "record_scheduled succeeds"
EVERY_YEAR = parse("* * * * * *").years


class Defective(SystemLabelSchedulerPersistence):
    """The reference, but with a scruple."""

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Refuse what names years and has no next fire time."""
        if isinstance(schedule, Cron) and self.next_after(schedule, self.now()) is None:
            with suppress(ValueError):
                if parse(schedule.expr).years != EVERY_YEAR:
                    raise SchedulerPersistenceError("the years of this expression have passed")
        super().record_scheduled(id, schedule)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
