"""THE BACKEND. Replace this package by your own; `open_backend` is all that the adapter asks for.

This one keeps one JSON document and replaces it whole at every change.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from backend.document import Document, Row
from backend.next_fire import next_fire
from interface import Clock, Instant, JobRecord, QName, Schedule

NAME = "sidecar-python"
VERSION = "0.1.0"


def open_backend(data_path: Path, clock: Clock) -> Sidecar:
    """Creates nothing: the document appears with the first change (RT-11)."""
    return Sidecar(Document(data_path), clock)


class Sidecar:
    def __init__(self, document: Document, clock: Clock) -> None:
        self._document = document
        self._clock = clock
        self._writing = threading.Lock()

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        next_fire_at = next_fire(schedule, self._clock.now())

        def edit(row: Row) -> None:
            row.schedule, row.next_fire_at = schedule, next_fire_at

        self._upsert(id, edit)

    def record_started(self, id: QName, started_at: Instant) -> None:
        self._set_status(id, "Running")

    def record_finished(self, id: QName, finished_at: Instant, success: bool) -> None:
        self._set_status(id, "Idle" if success else "FailedRetrying")

    def cancel(self, id: QName) -> None:
        qname = str(id)
        self._change(lambda rows: [row for row in rows if row.qname != qname])

    def load_all(self) -> list[JobRecord]:
        rows, _ = self._document.read()
        return [record for row in rows if (record := _restore(row))]

    def flush_checkpoint(self) -> None:
        pass  # every change is durable when it returns (CR-04)

    def _set_status(self, id: QName, status: str) -> None:
        def edit(row: Row) -> None:
            row.status = status

        self._upsert(id, edit)

    def _upsert(self, id: QName, edit: Callable[[Row], None]) -> None:
        """Change the first row of this id, or append a new one (UP-07, UP-08)."""
        qname = str(id)

        def change(rows: list[Row]) -> list[Row]:
            row = next((row for row in rows if row.qname == qname), None)
            if row is None:
                row = Row(qname)
                rows.append(row)
            edit(row)
            return rows

        self._change(change)

    def _change(self, change: Callable[[list[Row]], list[Row]]) -> None:
        with self._writing:
            rows, mode = self._document.read()
            self._document.replace(change(rows), mode)


def _restore(row: Row) -> JobRecord | None:
    """None for a row whose qname has no dot or an empty part (QN-01, QN-03, QN-04)."""
    namespace, _, local = row.qname.rpartition(".")
    if not namespace or not local:
        return None
    return JobRecord(QName(namespace, local), row.next_fire_at, row.consecutive_failures, row.schedule)
