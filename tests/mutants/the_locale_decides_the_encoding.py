"""The document is read and written in the encoding of the locale."""

from __future__ import annotations

import locale
from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"RT-09"}
MESSAGE = "record_scheduled under LC_ALL=C succeeds"


class Broken(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        document.decode(locale.getpreferredencoding(False))
        return super().decode(document)

    def encode(self, rows: Sequence[Row]) -> bytes:
        document = super().encode(rows)
        return document.decode("utf-8").encode(locale.getpreferredencoding(False))


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, Broken)
