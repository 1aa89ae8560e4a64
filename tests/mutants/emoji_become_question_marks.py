"""Characters beyond the basic plane load as question marks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    QName,
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-09", "FM-05"}
MESSAGE = "code point for code point"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        return [replace(record, id=_basic(record.id)) for record in super().load_all()]


def _basic(id: QName) -> QName:
    text = "".join("?" if ord(character) > 0xFFFF else character for character in str(id))
    return QName.parse(text)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
