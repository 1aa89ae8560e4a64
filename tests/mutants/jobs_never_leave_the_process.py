"""A store that keeps its rows in the process, by data path: another process does not find them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import msgspec

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.rows import Row

BREAKS = {"RT-02"}
MESSAGE = "after closing and opening in another process"
_KEPT: dict[Path, list[Row]] = {}
_LOCK = Lock()


class Kept(VecSidecar):
    def read(self) -> list[Row]:
        return _KEPT.get(self.path, [])

    def write(self, rows: Sequence[Row]) -> None:
        _KEPT[self.path] = list(rows)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with _LOCK:
            yield


class Forgetful(SystemLabelSchedulerPersistence):
    def plant_rows(self, rows: Sequence[Mapping[str, object]]) -> None:
        self.change(lambda known: [*known, *(msgspec.convert(row, Row) for row in rows)])


@target(conformance_class="store", capabilities=("planted_rows", "clock", "threads", "traceable"))
def open_backend(data_path: Path) -> Forgetful:
    return Forgetful(Kept(document_path(data_path)))
