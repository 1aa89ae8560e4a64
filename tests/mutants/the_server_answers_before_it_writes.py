"""A server answers as soon as a change is in its memory, and writes what is new ten times a second."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from _base import assemble
from _served import Client, Server

from conformance import target
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import Change

BREAKS = {"CR-14"}
MESSAGE = "what was acknowledged survives the sudden death of the server"
_PAUSE_S = 0.1


class Notebook:
    """The rows of one path, in memory, and on disk a little later."""

    def __init__(self, sidecar: VecSidecar) -> None:
        self.lock = threading.Lock()
        self.rows = sidecar.read()
        self._sidecar = sidecar
        self._written = self.rows
        threading.Thread(target=self._write_again_and_again, daemon=True).start()

    def _write_again_and_again(self) -> None:
        while True:
            time.sleep(_PAUSE_S)
            rows = self.rows
            if rows is not self._written:
                self._sidecar.write(rows)
                self._written = rows


_NOTEBOOKS: dict[Path, Notebook] = {}


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        if sidecar.path not in _NOTEBOOKS:
            _NOTEBOOKS[sidecar.path] = Notebook(sidecar)
        self._notebook = _NOTEBOOKS[sidecar.path]

    def change(self, change: Change) -> None:
        with self._notebook.lock:
            self._notebook.rows = change(self._notebook.rows)

    def load_all(self) -> list[SchedulerJobRecord]:
        return self.restore(self._notebook.rows)


def open_on_the_server(data_path: Path) -> Broken:
    return assemble(data_path, Broken)


SERVER = Server(f"{__file__}:open_on_the_server")


@target(
    name="a server that answers before it writes",
    conformance_class="store",
    capabilities=("threads", "served"),
    crash=SERVER.crash,
)
def open_backend(data_path: Path) -> Client:
    return SERVER.open(data_path)
