"""What was changed is saved a second later, or by close; until then load_all shows what is in memory."""

from __future__ import annotations

from pathlib import Path
from threading import RLock, Timer

from conformance import target
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import Change, document_path
from reference_impl.rows import Row

BREAKS = {"FM-01", "CR-02", "CR-04"}
MESSAGE = "the document shows what an operation did once it has returned"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self._unsaved: list[Row] | None = None
        self._guard = RLock()

    def load_all(self) -> list[SchedulerJobRecord]:
        with self._guard:
            return super().load_all() if self._unsaved is None else self.restore(self._unsaved)

    def change(self, change: Change) -> None:
        with self._guard:
            if self._unsaved is None:
                rows = self.sidecar.read()
                with self.sidecar.exclusive():
                    self.sidecar.write(rows)  # whether it can be saved is told at once
                self._unsaved = change(rows)
                timer = Timer(1.0, self.close)
                timer.daemon = True
                timer.start()
            else:
                self._unsaved = change(self._unsaved)

    def close(self) -> None:
        with self._guard:
            if self._unsaved is not None:
                rows, self._unsaved = self._unsaved, None
                with self.sidecar.exclusive():
                    self.sidecar.write(rows)


@target(capabilities=("document", "clock", "threads", "traceable"))
def open_backend(data_path: Path) -> Broken:
    return Broken(VecSidecar(document_path(data_path)))
