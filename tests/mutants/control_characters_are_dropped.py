"""Control characters are taken out of the names that load_all restores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-09", "QN-01", "QN-02", "QN-06", "CX-03"}
MESSAGE = "code point"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        records = super().load_all()
        return [replace(record, id=_plain(record.id)) for record in records]


def _plain(id: QName) -> QName:
    text = str(id).replace("\x00", "")
    return QName.parse(text) if text != "." and text[-1] != "." and text[0] != "." else id


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
