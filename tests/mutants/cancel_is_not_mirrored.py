"""cancel sends nothing."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from _mirrored import with_mirror

from conformance.contract.records import QName
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CM-02"}
MESSAGE = "sends exactly one MATCH"


class Broken(SystemLabelSchedulerPersistence):
    def cancel(self, id: QName) -> None:
        self.change(lambda rows: self.remove(rows, str(id)))


@with_mirror
def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
