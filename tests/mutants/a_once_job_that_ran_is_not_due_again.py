"""The end of a run takes the fire time of a Once job that is not after it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import Once, QName, SchedulerJobStatus, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.mirror import status_statement
from reference_impl.rows import Row, restore_instant, restore_schedule

BREAKS = {"UP-02"}
MESSAGE = "leave all but its status alone"


class Broken(SystemLabelSchedulerPersistence):
    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        status = SchedulerJobStatus.IDLE if success else SchedulerJobStatus.FAILED_RETRYING

        def change(rows: Sequence[Row]) -> list[Row]:
            changed = self.upsert_status(rows, str(id), status)
            place = [row.qname for row in changed].index(str(id))
            changed[place] = _not_due_again(changed[place], finished_at)
            return changed

        self.change(change)
        self.cypher_sink.send(status_statement(id, status))


def _not_due_again(row: Row, at: SystemTime) -> Row:
    is_over = row.next_fire_at is not None and restore_instant(row.next_fire_at) <= at
    return (
        replace(row, next_fire_at=None)
        if is_over and isinstance(restore_schedule(row.schedule), Once)
        else row
    )


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
