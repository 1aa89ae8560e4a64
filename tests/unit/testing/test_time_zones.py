"""The clocks of each zone do change where it says so."""

from __future__ import annotations

import time

import pytest

from conformance.drivers.surroundings import local_time_zone
from conformance.testing.time_zones import ZONES, Zone


@pytest.mark.parametrize("zone", ZONES.values(), ids=ZONES)
def test_the_clocks_change_where_it_is_said(zone: Zone) -> None:
    with local_time_zone(zone.posix_tz):
        steps = [
            time.localtime(change).tm_gmtoff - time.localtime(change - 1).tm_gmtoff for change in zone.changes
        ]

    assert [0, 0] == [sum(steps), steps.count(0)]


def test_there_are_zones_on_both_sides_of_the_equator_and_of_utc() -> None:
    offsets = []
    for zone in ZONES.values():
        with local_time_zone(zone.posix_tz):
            winter, summer = (time.localtime(secs).tm_gmtoff for secs in (1_768_478_400, 1_784_116_800))
        offsets.append((winter > summer, winter > 0))

    assert {(False, False), (False, True), (True, False), (True, True)} == set(offsets)
