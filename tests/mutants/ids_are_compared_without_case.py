"""Ids that differ in case only are one job, as under a NOCASE collation."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, Schedule
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"QN-06"}
MESSAGE = "distinguish two jobs"


class Broken(SystemLabelSchedulerPersistence):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        same = [row.qname for row in self.sidecar.read() if row.qname.casefold() == str(id).casefold()]
        super().record_scheduled(QName.parse(same[0]) if same and str(id) not in same else id, schedule)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
