"""load_all restores only what follows the last dot but one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"QN-02", "QN-01", "RT-09"}
MESSAGE = "same after a restart"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return [replace(record, id=_shortened(record.id)) for record in super().load_all()]


def _shortened(id: QName) -> QName:
    return QName(id.namespace.replace("..", ".") or ".", id.local)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
