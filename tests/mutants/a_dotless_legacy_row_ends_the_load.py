"""load_all fails at a row without schedule whose qname has no dot."""

from __future__ import annotations

from pathlib import Path

from _base import assemble, spelled_rows

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"QN-03"}
MESSAGE = "load_all succeeds"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        for row, given in spelled_rows(self.sidecar):
            is_legacy = isinstance(given, dict) and "schedule" not in given
            if is_legacy and row.qname and "." not in row.qname:
                raise SchedulerPersistenceError(f"{row.qname!r} has no dot")
        return super().load_all()


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
