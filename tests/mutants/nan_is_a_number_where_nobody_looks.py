"""NaN and infinity are taken for numbers in unknown members, as by Python's json."""

from __future__ import annotations

import re
from pathlib import Path

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.rows import Row

BREAKS = {"ER-01"}
MESSAGE = "a document that is not valid JSON"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        return super().decode(re.sub(rb'("note": |\[)(NaN|-?Infinity)(?=[]}])', rb"\g<1>0", document))


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return SystemLabelSchedulerPersistence(BrokenSidecar(document_path(data_path)))
