"""Holds the clock of this process for a backend, by freezegun.

freezegun alone would not do, for five reasons that are put right here while the clock is held:
- it stops the monotonic clocks, too, so a deadline of the backend's own would never pass;
- it takes the real time for any call with `threading` among its five nearest callers, so a backend called
  from a thread would see the clock run; here only the nearest caller counts;
- it passes time_ns through a float, which rounds by some hundred nanoseconds;
- it says that local time is UTC, so a backend that works in local time by mistake would look right;
- it lets one offset from UTC stand for every instant, which hides a reckoning across a change of clocks.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

from conformance.contract.records import SystemTime
from conformance.errors import KitError

_OWN_TIME = ["hypothesis", "_pytest", "pluggy"]
_EPOCH = datetime(1970, 1, 1)
_LAST_SECOND = 253_402_300_799
_MONOTONIC = ("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")


class HeldClock:
    """The clock of this process, held at an instant or let go.

    Starting to hold costs some ten milliseconds, moving a held clock some microseconds.
    """

    def __init__(self) -> None:
        self._freezer: Any = None
        self._factory: Any = None
        self._undo: list[tuple[Any, str, Any]] = []

    @property
    def is_held(self) -> bool:
        """Whether the clock is held now."""
        return self._freezer is not None

    def hold(self, now: SystemTime) -> None:
        """Hold the clock at `now`. Raises KitError outside the years 1970 to 9999 or below a microsecond."""
        micros, rest = divmod(now.nanos_since_epoch, 1_000)
        if rest or now.secs_since_epoch > _LAST_SECOND:
            raise KitError(
                f"the clock of a Python process cannot be held at {now}: "
                f"choose whole microseconds in the years 1970 to 9999"
            )
        instant = _EPOCH + timedelta(seconds=now.secs_since_epoch, microseconds=micros)
        if self._freezer is None:
            self._start(instant)
        else:
            self._factory.move_to(instant)
        self._follow_time_zone(now.secs_since_epoch)

    def release(self) -> None:
        """Let the clock run again."""
        if self._freezer is None:
            return
        self._freezer.stop()
        self._freezer = self._factory = None
        for owner, name, value in reversed(self._undo):
            setattr(owner, name, value)
        self._undo.clear()

    def _start(self, instant: datetime) -> None:
        import freezegun.api

        self._replace(freezegun.api, "call_stack_inspection_limit", 1)
        self._replace(freezegun.api, "fake_time_ns", _exact_time_ns())
        self._replace(freezegun.api, "fake_localtime", _exact_localtime())
        self._replace(freezegun.api.FakeDatetime, "now", classmethod(_local_or_zoned_now))
        self._replace(freezegun.api.FakeDatetime, "fromtimestamp", classmethod(_from_timestamp))
        self._replace(freezegun.api.FakeDatetime, "timestamp", freezegun.api.real_datetime.timestamp)
        self._replace(freezegun.api.FakeDatetime, "astimezone", _as_time_zone)
        for name in _MONOTONIC:
            self._replace(freezegun.api, f"fake_{name}", getattr(freezegun.api, f"real_{name}"))
        self._freezer = freezegun.api.freeze_time(instant, ignore=_OWN_TIME)
        self._factory = self._freezer.start()

    def _replace(self, owner: Any, name: str, value: Any) -> None:
        self._undo.append((owner, name, vars(owner)[name]))
        setattr(owner, name, value)

    def _follow_time_zone(self, secs: int) -> None:
        import freezegun.api

        offset = freezegun.api.real_localtime(secs).tm_gmtoff
        freezegun.api.tz_offsets[-1] = timedelta(seconds=offset)


def _exact_time_ns() -> Any:
    import freezegun.api

    def fake_time_ns() -> int:
        if freezegun.api._should_use_real_time():
            return freezegun.api.real_time_ns()
        since_epoch = freezegun.api.get_current_time() - _EPOCH
        return since_epoch // timedelta(microseconds=1) * 1_000

    return fake_time_ns


def _local_or_zoned_now(cls: Any, tz: tzinfo | None = None) -> Any:
    import freezegun.api

    utc = freezegun.api.get_current_time()
    if tz is None:
        return freezegun.api.datetime_to_fakedatetime(utc + cls._tz_offset())
    return freezegun.api.datetime_to_fakedatetime(tz.fromutc(utc.replace(tzinfo=tz)))


def _exact_localtime() -> Any:
    import freezegun.api

    def fake_localtime(secs: float | None = None) -> Any:
        if secs is None and not freezegun.api._should_use_real_time():
            secs = (freezegun.api.get_current_time() - _EPOCH).total_seconds()
        return freezegun.api.real_localtime(secs)

    return fake_localtime


def _from_timestamp(cls: Any, timestamp: float, tz: tzinfo | None = None) -> Any:
    import freezegun.api

    return freezegun.api.datetime_to_fakedatetime(freezegun.api.real_datetime.fromtimestamp(timestamp, tz))


def _as_time_zone(self: Any, tz: tzinfo | None = None) -> Any:
    import freezegun.api

    return freezegun.api.datetime_to_fakedatetime(freezegun.api.real_datetime.astimezone(self, tz))
