"""When each kind of schedule fires next."""

from __future__ import annotations

import pytest

from conformance.contract.records import (
    MAX_DURATION_SECS,
    MAX_INSTANT_SECS,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    Schedule,
    SystemTime,
)
from reference_impl import next_after

NOW = SystemTime(1_781_524_800, 999_999_999)
LAST = SystemTime(MAX_INSTANT_SECS, 999_999_999)
WHAT_IS_LEFT = Duration(MAX_INSTANT_SECS - NOW.secs_since_epoch, 0)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Manual(), NOW),
        (Once(NOW), NOW),
        (Once(LAST), LAST),
        (Once(SystemTime(NOW.secs_since_epoch, 999_999_998)), None),
        (Periodic(Duration(0, 0)), NOW),
        (Periodic(Duration(1, 1)), SystemTime(NOW.secs_since_epoch + 2, 0)),
        (Periodic(WHAT_IS_LEFT), LAST),
        (Periodic(Duration(WHAT_IS_LEFT.secs, 1)), None),
        (Periodic(Duration(MAX_DURATION_SECS, 999_999_999)), None),
        (Cron("* * * * * *"), SystemTime(NOW.secs_since_epoch + 1, 0)),
        (Cron("0 0 0 30 2 *"), None),
        (Cron("no cron"), None),
        (Cron("\ud800"), None),
    ],
)
def test_the_next_fire_time_of_a_schedule(schedule: Schedule, expected: SystemTime | None) -> None:
    assert next_after(schedule, NOW) == expected


def test_a_manual_job_recorded_at_the_last_instant_fires_then() -> None:
    assert next_after(Manual(), LAST) == LAST
