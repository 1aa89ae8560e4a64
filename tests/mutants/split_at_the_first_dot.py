"""A stored qname is split at its first dot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"QN-01"}
MESSAGE = "split at its last dot"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return [replace(record, id=_split(record.id)) for record in super().load_all()]


def _split(id: QName) -> QName:
    namespace, _, local = str(id).partition(".")
    return QName(namespace, local) if namespace and local else id


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
