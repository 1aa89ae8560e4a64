"""A qname loads in normal form C."""

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

BREAKS = {"FM-05", "RT-09"}
MESSAGE = "code point for code point"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        return [
            replace(record, id=QName.parse(unicodedata.normalize("NFC", str(record.id))))
            for record in super().load_all()
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
