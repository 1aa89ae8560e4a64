"""The reference, altered in one place of its format each: what `golden verify` has to name."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from conformance import target
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, Schedule, SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.rows import Row

Backend = SystemLabelSchedulerPersistence


def written_as(
    spell: Callable[[list[Any]], str], read: Callable[[bytes], bytes] = bytes
) -> Callable[[Path], Backend]:
    """A target whose documents are spelled otherwise; `read` turns them into what the reference reads."""

    class Altered(VecSidecar):
        def encode(self, rows: Sequence[Row]) -> bytes:
            return spell(json.loads(super().encode(rows))).encode()

        def decode(self, document: bytes) -> list[Row]:
            return super().decode(read(document))

    @target(name="reference_impl", version="0.2.0")
    def open_backend(data_path: Path) -> Backend:
        return Backend(Altered(document_path(data_path)))

    return open_backend


def usual(rows: Any, indent: int = 2) -> str:
    return json.dumps(rows, indent=indent, ensure_ascii=False)


def without_nanoseconds(row: dict[str, Any]) -> dict[str, Any]:
    at = row["next_fire_at"]
    return row | {"next_fire_at": at and at | {"nanos_since_epoch": 0}}


unaltered = written_as(usual)
members_sorted = written_as(lambda rows: usual([dict(sorted(row.items())) for row in rows]))
indented_by_four = written_as(lambda rows: usual(rows, indent=4))
on_one_line = written_as(lambda rows: json.dumps(rows, ensure_ascii=False))
ends_with_a_newline = written_as(lambda rows: usual(rows) + "\n")
ascii_only = written_as(lambda rows: json.dumps(rows, indent=2))
nanoseconds_dropped = written_as(lambda rows: usual([without_nanoseconds(row) for row in rows]))
rows_sorted = written_as(lambda rows: usual(sorted(rows, key=lambda row: row["qname"])))
last_row_lost = written_as(lambda rows: usual(rows[:-1] or rows))
cron_renamed = written_as(
    lambda rows: usual(rows).replace('"Cron":', '"Crontab":'),
    lambda document: document.replace(b'"Crontab":', b'"Cron":'),
)
a_member_more = written_as(lambda rows: usual([row | {"priority": 0} for row in rows]))


class ForgetsFailures(Backend):
    def load_all(self) -> list[SchedulerJobRecord]:
        return [SchedulerJobRecord(id=each.id, schedule=each.schedule) for each in super().load_all()]


class RefusesManual(Backend):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        if type(schedule).__name__ == "Manual":
            raise SchedulerPersistenceError("no Manual jobs any more")
        super().record_scheduled(id, schedule)


class Dies(Backend):
    def cancel(self, id: QName) -> None:
        os._exit(7)


def _open(backend: type[Backend]) -> Callable[[Path], Backend]:
    @target(name="reference_impl", version="0.2.0")
    def open_backend(data_path: Path) -> Backend:
        return backend(VecSidecar(document_path(data_path)))

    return open_backend


forgets_failures = _open(ForgetsFailures)
refuses_manual = _open(RefusesManual)
dies = _open(Dies)


class OwnClock(Backend):
    """Counts its instants itself, so that no two plays agree."""

    def now(self) -> Any:
        from conformance.contract.records import SystemTime

        OwnClock.ticks += 1
        return SystemTime(OwnClock.ticks, 0)

    ticks = 0


own_clock = _open(OwnClock)


@target(name="reference_impl", version="0.2.0", capabilities=["document", "threads"])
def without_clock(data_path: Path) -> Backend:
    return Backend(VecSidecar(document_path(data_path)))


@target(name="reference_impl", version="0.2.0", conformance_class="store", capabilities=["clock"])
def without_document(data_path: Path) -> Backend:
    return Backend(VecSidecar(document_path(data_path)))


@target(name="reference_impl")
def without_version(data_path: Path) -> Backend:
    return Backend(VecSidecar(document_path(data_path)))


class Hangs(Backend):
    def load_all(self) -> list[SchedulerJobRecord]:
        time.sleep(3600)
        return super().load_all()


hangs = _open(Hangs)
