"""Jobs as APScheduler's own, in its SQLAlchemyJobStore on SQLite.

A job's next run is a `datetime`, as everywhere in APScheduler: microseconds, up to the year 9999. Schedule
and status travel in its keywords; in a second target the exact instant does too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import apscheduler
import sqlalchemy as sa
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from conformance import target

from .job_store import PENDING, JobRow, JobStore

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def run(**_: object) -> None:
    """What the jobs would do; a job store keeps the name of it."""


class ApSchedulerStore(JobStore):
    """One operation at a time in this process. The scheduler itself is never started."""

    errors = (sa.exc.SQLAlchemyError, OverflowError)

    def __init__(self, data_path: Path, *, exact: bool) -> None:
        self._lock = Lock()
        self._exact = exact
        self._scheduler = BackgroundScheduler(timezone=UTC)
        url = sa.URL.create("sqlite", database=str(data_path / "jobs.db"))
        with self.own_errors():
            self._jobs = SQLAlchemyJobStore(engine=sa.create_engine(url))
            self._jobs.start(self._scheduler, "default")

    def put_schedule(self, qname: str, schedule: str, next_fire_at: str) -> None:
        with self._lock:
            known = self._found(qname)
            row = known or JobRow(qname, PENDING)
            self._put(row._replace(schedule=schedule, next_fire_at=next_fire_at), is_new=known is None)

    def put_status(self, qname: str, status: str) -> None:
        with self._lock:
            known = self._found(qname)
            self._put((known or JobRow(qname))._replace(status=status), is_new=known is None)

    def remove(self, qname: str) -> None:
        with self._lock:
            if self._found(qname) is not None:
                self._jobs.remove_job(qname)

    def rows(self) -> list[JobRow]:
        with self._lock:
            return [_row(job) for job in self._jobs.get_all_jobs()]

    def plant(self, rows: Sequence[JobRow]) -> None:
        with self._lock:
            for row in rows:
                self._put(row, is_new=self._found(row.qname) is None)

    def close(self) -> None:
        with self._lock, self.own_errors():
            self._jobs.shutdown()

    def _found(self, qname: str) -> JobRow | None:
        job = self._jobs.lookup_job(qname)
        return None if job is None else _row(job)

    def _put(self, row: JobRow, *, is_new: bool) -> None:
        keywords = row._asdict()
        del keywords["qname"]
        if not self._exact:
            del keywords["next_fire_at"]
        job = Job(
            self._scheduler,
            id=row.qname,
            name=row.qname,
            func="tests.stores.apscheduler_store:run",
            trigger=DateTrigger(_EPOCH),
            executor="default",
            args=(),
            kwargs=keywords,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            next_run_time=None if self._exact else _datetime(row.next_fire_at),
        )
        if is_new:
            self._jobs.add_job(job)
        else:
            self._jobs.update_job(job)


def _datetime(instant: str | None) -> datetime | None:
    spelled = json.loads(instant or "null")
    if spelled is None:
        return None
    elapsed = timedelta(
        seconds=spelled["secs_since_epoch"], microseconds=spelled["nanos_since_epoch"] // 1000
    )
    return _EPOCH + elapsed


def _row(job: Any) -> JobRow:
    next_fire_at = None
    if job.next_run_time is not None:
        elapsed = job.next_run_time - _EPOCH
        seconds = elapsed.days * 86_400 + elapsed.seconds
        next_fire_at = json.dumps(
            {"secs_since_epoch": seconds, "nanos_since_epoch": elapsed.microseconds * 1000}
        )
    return JobRow(job.id, **({"next_fire_at": next_fire_at} | job.kwargs))


def _opener(name: str, *, exact: bool) -> Callable[[Path], ApSchedulerStore]:
    @target(
        name=name,
        version=apscheduler.version,
        conformance_class="store",
        capabilities=("planted_rows", "clock", "threads", "traceable"),
    )
    def open_store(data_path: Path) -> ApSchedulerStore:
        return ApSchedulerStore(data_path, exact=exact)

    return open_store


open_apscheduler = _opener("APScheduler, SQLAlchemyJobStore on SQLite", exact=False)
open_apscheduler_exact = _opener("the same, exact instants beside", exact=True)
