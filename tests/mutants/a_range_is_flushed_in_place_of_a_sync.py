"""sync_file_range writes the bytes out, but neither the file's size nor the disk's cache."""

from __future__ import annotations

from ctypes import c_long
from pathlib import Path

from _base import assemble
from _system_calls import system_call

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-03", "CR-04", "CR-05"}
MESSAGE = "power lost at any point"

_WAIT_AND_WRITE = 7


class BrokenSidecar(VecSidecar):
    def sync(self, descriptor: int) -> None:
        system_call("sync_file_range", descriptor, c_long(0), c_long(0), _WAIT_AND_WRITE)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
