"""A held clock, as a backend sees it."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator

import pytest

from conformance.clocks import real_now
from conformance.contract.records import SystemTime
from conformance.drivers.surroundings import local_time_zone
from conformance.errors import KitError
from conformance.hosting.clock import HeldClock

AT = SystemTime(1_700_000_000, 123_457_000)


@pytest.fixture
def clock() -> Iterator[HeldClock]:
    held = HeldClock()
    yield held
    held.release()


def test_time_ns_is_exact_to_the_microsecond(clock: HeldClock) -> None:
    clock.hold(AT)

    assert time.time_ns() == AT.to_nanos()


def test_a_held_clock_can_be_moved_either_way(clock: HeldClock) -> None:
    seen = []
    for secs in (5_000_000_000, 0, 1_000_000_000):
        clock.hold(SystemTime(secs, 0))
        seen.append(time.time())

    assert seen == [5_000_000_000, 0, 1_000_000_000]


def test_threads_see_the_held_clock(clock: HeldClock) -> None:
    clock.hold(AT)
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(time.time_ns()))
    thread.start()
    thread.join()

    assert seen == [AT.to_nanos()]


@pytest.mark.parametrize("name", ["monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"])
def test_monotonic_clocks_run_on(clock: HeldClock, name: str) -> None:
    clock.hold(AT)
    read = getattr(time, name)
    first = read()
    while read() == first:
        pass

    assert read() > first


def test_monotonic_clocks_are_what_they_were_once_the_clock_is_released(clock: HeldClock) -> None:
    before = time.monotonic
    clock.hold(AT)
    clock.release()

    assert time.monotonic is before


def test_a_released_clock_runs(clock: HeldClock) -> None:
    clock.hold(AT)
    clock.release()

    assert abs(SystemTime.from_nanos(time.time_ns()).secs_since_epoch - real_now().secs_since_epoch) < 60
    assert datetime.datetime.__name__ == "datetime"


def test_real_now_runs_while_the_clock_is_held(clock: HeldClock) -> None:
    clock.hold(AT)

    assert real_now() > AT


def test_local_time_follows_the_time_zone_while_held(clock: HeldClock) -> None:
    with local_time_zone("XYZ-5:30"):
        clock.hold(SystemTime(0, 0))
        local = datetime.datetime.now()
        utc = datetime.datetime.now(datetime.UTC)

    assert (local.hour, local.minute) == (5, 30)
    assert (utc.hour, utc.minute) == (0, 0)


@pytest.mark.parametrize(
    "instant", [SystemTime(0, 1), SystemTime(253_402_300_800, 0), SystemTime(2**63 - 1, 0)]
)
def test_what_a_python_clock_cannot_show_is_refused(clock: HeldClock, instant: SystemTime) -> None:
    with pytest.raises(KitError, match="choose whole microseconds"):
        clock.hold(instant)


def test_local_time_across_a_change_of_the_clocks_is_what_it_would_be(clock: HeldClock) -> None:
    with local_time_zone("EST5EDT,M3.2.0,M11.1.0"):
        clock.hold(SystemTime(1_772_884_800, 0))
        due = (datetime.datetime.now() + datetime.timedelta(days=1)).timestamp()
        offset = datetime.datetime.fromtimestamp(1_772_971_200).astimezone().utcoffset()
        shown = time.localtime().tm_hour

    assert (1_772_967_600, datetime.timedelta(hours=-4), 7) == (due, offset, shown)
