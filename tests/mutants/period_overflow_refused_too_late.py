"""A period that overflows is refused after the job was already made Manual."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Manual, Periodic, QName, Schedule
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"NF-07"}
MESSAGE = "is refused because its next instant cannot be represented changes nothing"


class Defective(SystemLabelSchedulerPersistence):
    """The reference, but it adds the period last."""

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Make room for the schedule first, then find out whether it can be met."""
        if isinstance(schedule, Periodic) and self.next_after(schedule, self.now()) is None:
            self.cancel(id)
            super().record_scheduled(id, Manual())
            raise SchedulerPersistenceError("the next fire time is out of range")
        super().record_scheduled(id, schedule)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
