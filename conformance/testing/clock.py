"""The backend's clock, as a check sees it: held at an instant, or running."""

from __future__ import annotations

import time

from conformance.contract.connection import Driver
from conformance.contract.records import NANOS_PER_SECOND, SystemTime

_MICROSECOND = 1_000


class BackendClock:
    """Knows at which instant the clock is held. `held` is None while it runs."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self.held: SystemTime | None = None

    def hold(self, now: SystemTime) -> None:
        """Hold the clock at `now`. Raises KitError for an instant at which it cannot be held."""
        self._driver.set_clock(now)
        self.held = now

    def release(self) -> None:
        """Let the clock run again."""
        if self.held is not None:
            self.held = None
            self._driver.set_clock(None)

    def bounds(self) -> tuple[SystemTime, SystemTime]:
        """Between which instants the clock stands now, both included."""
        if self.held is None:
            return _around(time.clock_gettime_ns(time.CLOCK_REALTIME))
        if self.held.nanos_since_epoch in {0, NANOS_PER_SECOND // 2}:
            return self.held, self.held
        return _around(self.held.to_nanos())


def _around(nanos: int) -> tuple[SystemTime, SystemTime]:
    """A microsecond to either side: clocks are read through floats, and freezegun's time_ns is one."""
    return SystemTime.from_nanos(max(0, nanos - _MICROSECOND)), SystemTime.from_nanos(nanos + _MICROSECOND)
