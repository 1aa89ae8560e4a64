"""A row whose first member is not the qname is refused."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-08"}
MESSAGE = "load_all succeeds"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        start = document.find(b"{")
        if start >= 0 and not document[start + 1 :].lstrip().startswith((b'"qname"', b'"note"', b"}")):
            raise ValueError("qname comes first")
        return super().decode(document)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
