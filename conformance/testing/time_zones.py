"""Local time zones whose clocks change, and instants around the changes: there a reckoning in them shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.contract.records import NANOS_PER_SECOND, SystemTime

_AN_HOUR = 3_600
_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Zone:
    """A POSIX time zone, and the seconds since the epoch at which its clocks change in 2026."""

    posix_tz: str
    changes: Sequence[int]

    def moments(self) -> Iterator[SystemTime]:
        """Some before, at and after each change: by a day, an hour, half a second."""
        for change in self.changes:
            for distance in (-_A_DAY, -_AN_HOUR, 0, _AN_HOUR):
                yield SystemTime(change + distance, 0)
            yield SystemTime(change - 1, NANOS_PER_SECOND // 2)


ZONES = {
    zone.posix_tz: zone
    for zone in (
        Zone("EST5EDT,M3.2.0,M11.1.0", (1_772_953_200, 1_793_512_800)),
        Zone("CET-1CEST,M3.5.0,M10.5.0/3", (1_774_746_000, 1_792_890_000)),
        Zone("AEST-10AEDT,M10.1.0,M4.1.0/3", (1_775_318_400, 1_791_043_200)),
        Zone("<-03>3<-02>,M10.3.0/0,M2.3.0/0", (1_771_120_800, 1_792_292_400)),
        Zone("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", (1_775_314_800, 1_791_041_400)),
    )
}
"""North and south of the equator, west and east of UTC; the last one by half an hour."""
