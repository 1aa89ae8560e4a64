"""A backend as one writes it in an afternoon: a dict as JSON in a file. No lock, no fsync, nothing atomic."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from conformance.contract.records import (
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)


def _time(instant: SystemTime | Duration) -> float:
    parts = (
        (instant.secs_since_epoch, instant.nanos_since_epoch)
        if isinstance(instant, SystemTime)
        else (instant.secs, instant.nanos)
    )
    return parts[0] + parts[1] / 1e9


def _form(schedule: Schedule) -> dict[str, Any]:
    match schedule:
        case Once(at):
            return {"kind": "once", "value": _time(at)}
        case Periodic(every):
            return {"kind": "periodic", "value": _time(every)}
        case Cron(expression):
            return {"kind": "cron", "value": expression}
        case _:
            return {"kind": "manual"}


def _schedule(form: dict[str, Any]) -> Schedule:
    kind, value = form["kind"], form.get("value")
    if kind == "once":
        return Once(SystemTime(int(value), int(value % 1 * 1e9)))  # type: ignore[arg-type,operator]
    if kind == "periodic":
        return Periodic(Duration(int(value), int(value % 1 * 1e9)))  # type: ignore[arg-type,operator]
    return Cron(str(value)) if kind == "cron" else Manual()


class Naive:
    """Reads the file, changes the dict, writes the file."""

    def __init__(self, data_path: Path) -> None:
        self.path = data_path / "_system" / "background_jobs.json"
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def _read(self) -> dict[str, Any]:
        if not self.path.exists():
            return {}
        return {row["qname"]: row for row in json.loads(self.path.read_text("utf-8"))["jobs"]}

    def _write(self, rows: dict[str, Any]) -> None:
        with self.path.open("w", encoding="utf-8") as file:
            json.dump({"version": 1, "jobs": list(rows.values())}, file)

    def _row(self, rows: dict[str, Any], id: QName) -> dict[str, Any]:
        row: dict[str, Any] = rows.setdefault(
            str(id), {"qname": str(id), "status": "pending", "failures": 0, "schedule": {"kind": "manual"}}
        )
        return row

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        rows = self._read()
        row = self._row(rows, id)
        row["schedule"] = _form(schedule)
        row["next"] = time.time()
        self._write(rows)

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        rows = self._read()
        self._row(rows, id)["status"] = "running"
        self._write(rows)

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        rows = self._read()
        row = self._row(rows, id)
        row["status"] = "idle" if success else "failed"
        row["failures"] = 0 if success else row["failures"] + 1
        self._write(rows)

    def cancel(self, id: QName) -> None:
        rows = self._read()
        del rows[str(id)]
        self._write(rows)

    def load_all(self) -> list[SchedulerJobRecord]:
        return [
            SchedulerJobRecord(
                id=QName.parse(row["qname"]),
                status=SchedulerJobStatus.PENDING,
                next_fire_at=SystemTime(int(row["next"]), 0) if "next" in row else None,
                last_started_at=None,
                last_finished_at=None,
                consecutive_failures=row["failures"],
                schedule=_schedule(row["schedule"]),
            )
            for row in self._read().values()
        ]

    def flush_checkpoint(self) -> None:
        pass


def open_backend(data_path: Path) -> Naive:
    return Naive(data_path)
