"""The time zone and the privileges that a backend in this process runs under."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.errors import NotTestableError

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAP_FOWNER = 3
BYPASSING = (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER)

_VERSION_3 = 0x20080522
_PR_CAPBSET_DROP = 24


@contextmanager
def local_time_zone(posix_tz: str) -> Iterator[None]:
    """Give this process another local time zone for a while."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = posix_tz
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


def may_bypass_permissions() -> bool:
    """Whether the calling thread can read a file whose mode forbids it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "forbidden")
        path.touch(mode=0o000)
        try:
            path.open("rb").close()
        except PermissionError:
            return False
        return True


@contextmanager
def without_superuser() -> Iterator[None]:
    """Take from the calling thread, for a while, the right to bypass file permissions.

    Only the effective capabilities change: with another effective user, modules that are imported late
    could become unreadable. Raises NotTestableError where it cannot be done.
    """
    if not may_bypass_permissions():
        yield
        return
    if sys.platform != "linux":
        raise NotTestableError("permissions do not bind this user; run the kit as another user than root")
    before = _effective()
    _set_effective(before & ~_mask(BYPASSING))
    try:
        if may_bypass_permissions():
            raise NotTestableError("permissions do not bind here even without the superuser's capabilities")
        yield
    finally:
        _set_effective(before)


def give_up_superuser() -> None:
    """Take from this process, and from what it becomes by exec, the right to bypass file permissions.

    Raises NotTestableError where it cannot be done.
    """
    if sys.platform != "linux":
        raise NotTestableError("only Linux lets a process give this right up")
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in BYPASSING:
        if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            reason = os.strerror(ctypes.get_errno())
            raise NotTestableError(f"PR_CAPBSET_DROP failed: {reason}; run the kit as another user than root")
    halves = _get()
    keep = ~_mask(BYPASSING)
    for member in ("effective", "permitted", "inheritable"):
        setattr(halves[0], member, getattr(halves[0], member) & keep & 0xFFFF_FFFF)
    _call("capset", halves)


def _mask(capabilities: tuple[int, ...]) -> int:
    return sum(1 << capability for capability in capabilities)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Half(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def _call(name: str, halves: ctypes.Array[_Half]) -> None:
    header = _Header(_VERSION_3, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(ctypes.byref(header), ctypes.byref(halves)) != 0:
        reason = os.strerror(ctypes.get_errno())
        raise NotTestableError(f"{name} failed: {reason}; run the kit as another user than root")


def _get() -> ctypes.Array[_Half]:
    halves = (_Half * 2)()
    _call("capget", halves)
    return halves


def _effective() -> int:
    low, high = _get()
    return int(low.effective) | int(high.effective) << 32


def _set_effective(mask: int) -> None:
    halves = _get()
    halves[0].effective = mask & 0xFFFF_FFFF
    halves[1].effective = mask >> 32
    _call("capset", halves)
