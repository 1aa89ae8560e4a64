"""What the original module, scheduler_persistence.rs of uni-db, tests of itself, said in Python."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, QName, Schedule, SystemTime
from conformance.contract.target import describe

Opener: TypeAlias = Callable[[Path], Any]
SWEEP = QName("uni", "system.ttl_sweep")
NIGHTLY = QName("myorg", "nightly")
LEGACY = b'[{"qname":"uni.system.ttl_sweep","status":"Pending","consecutive_failures":0}]'


def _now() -> SystemTime:
    return SystemTime.from_nanos(time.time_ns())


def _only(backend: Any) -> Any:
    (record,) = backend.load_all()
    return record


def a_started_job_is_loaded(opener: Opener, data_path: Path) -> None:
    backend = opener(data_path)
    backend.record_started(SWEEP, _now())

    assert str(SWEEP) == str(_only(backend).id)


def a_cancelled_job_is_gone(opener: Opener, data_path: Path) -> None:
    backend = opener(data_path)
    backend.record_started(SWEEP, _now())
    backend.cancel(SWEEP)

    assert [] == backend.load_all()


def a_job_survives_reopening(opener: Opener, data_path: Path) -> None:
    opener(data_path).record_started(SWEEP, _now())

    assert str(SWEEP) == str(_only(opener(data_path)).id)


def without_a_data_path_there_is_no_sink(opener: Opener, data_path: Path) -> None:
    factory = describe(opener, "").factory
    if factory is not None:
        backend, sink = factory(None)

        assert (None, []) == (sink, backend.load_all())


def with_a_data_path_there_is_a_sink(opener: Opener, data_path: Path) -> None:
    factory = describe(opener, "").factory
    if factory is not None:
        _, sink = factory(data_path)

        assert sink is not None


def _reopened_with(opener: Opener, data_path: Path, schedule: Schedule) -> Any:
    opener(data_path).record_scheduled(NIGHTLY, schedule)
    record = _only(opener(data_path))
    assert schedule == record.schedule
    return record


def a_periodic_schedule_survives_reopening(opener: Opener, data_path: Path) -> None:
    assert _reopened_with(opener, data_path, Periodic(Duration(60, 0))).next_fire_at is not None


def a_cron_schedule_survives_reopening(opener: Opener, data_path: Path) -> None:
    _reopened_with(opener, data_path, Cron("0 0 * * * *"))


def a_once_schedule_survives_reopening(opener: Opener, data_path: Path) -> None:
    in_an_hour = SystemTime.from_nanos(time.time_ns() + 3_600_000_000_000)
    _reopened_with(opener, data_path, Once(in_an_hour))


def a_legacy_row_is_manual(opener: Opener, data_path: Path) -> None:
    document = data_path / "_system" / "background_jobs.json"
    document.parent.mkdir()
    document.write_bytes(LEGACY)

    record = _only(opener(data_path))
    assert (Manual(), None) == (record.schedule, record.next_fire_at)


def scheduling_again_replaces_the_schedule(opener: Opener, data_path: Path) -> None:
    backend = opener(data_path)
    for secs in (60, 120):
        backend.record_scheduled(NIGHTLY, Periodic(Duration(secs, 0)))

    assert Periodic(Duration(120, 0)) == _only(backend).schedule


TEN_TESTS: tuple[Callable[[Opener, Path], None], ...] = (
    a_started_job_is_loaded,
    a_cancelled_job_is_gone,
    a_job_survives_reopening,
    without_a_data_path_there_is_no_sink,
    with_a_data_path_there_is_a_sink,
    a_periodic_schedule_survives_reopening,
    a_cron_schedule_survives_reopening,
    a_once_schedule_survives_reopening,
    a_legacy_row_is_manual,
    scheduling_again_replaces_the_schedule,
)
