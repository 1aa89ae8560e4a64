"""A qname loads without the control characters in it."""

from __future__ import annotations

import unicodedata
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

        return [replace(record, id=_printable(record.id)) for record in super().load_all()]


def _printable(id: QName) -> QName:
    namespace, local = (
        "".join(character for character in part if unicodedata.category(character) != "Cc")
        for part in (id.namespace, id.local)
    )
    return QName(namespace or "_", local or "_")


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
