"""The machine's clocks, also while a held clock stands in for those of this process."""

from __future__ import annotations

import time

from conformance.contract.records import NANOS_PER_SECOND, SystemTime


def monotonic_seconds() -> float:
    """Seconds that no held clock can stop: freezegun leaves clock_gettime alone."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def real_now() -> SystemTime:
    """What the system's clock shows."""
    return SystemTime(*divmod(time.clock_gettime_ns(time.CLOCK_REALTIME), NANOS_PER_SECOND))
