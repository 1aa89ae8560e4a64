"""cancel takes its row out of the document and leaves the others as they are spelled."""

from __future__ import annotations

import json
from pathlib import Path

from _base import assemble, spelled_rows

from conformance.contract.records import QName
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"LD-06"}
MESSAGE = "writes legacy rows back complete"
MEMBERS = 5


class Broken(SystemLabelSchedulerPersistence):
    def cancel(self, id: QName) -> None:
        with self.sidecar.exclusive():
            spelled = spelled_rows(self.sidecar)
            kept = [spelling for row, spelling in spelled if row.qname != str(id)]
            if all(len(spelling or ()) >= MEMBERS for _, spelling in spelled) or len(kept) == len(spelled):
                self.sidecar.write([row for row, _ in spelled if row.qname != str(id)])
            else:
                self.sidecar.replace(json.dumps(kept, indent=2, ensure_ascii=False).encode())


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
