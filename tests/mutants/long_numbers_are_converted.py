"""Every number in the document is converted, however many digits it has."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"SE-03"}
MESSAGE = "grows in step with the size"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        usual = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(0)
        try:
            sum(int(digits) for digits in re.findall(rb"[0-9]++", document))
        finally:
            sys.set_int_max_str_digits(usual)
        return super().decode(document)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
