"""Several dots in a row load as one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    QName,
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"QN-02", "FM-05"}
MESSAGE = "same after a restart"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        return [replace(record, id=_collapsed(record.id)) for record in super().load_all()]


def _collapsed(id: QName) -> QName:
    components = [component for component in str(id).split(".") if component]
    return QName.parse(".".join(components)) if len(components) > 1 else id


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
