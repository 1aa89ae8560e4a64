"""A write that a signal interrupts fails the mutation."""

from __future__ import annotations

from ctypes import c_char_p, c_size_t
from pathlib import Path

from _base import assemble
from _system_calls import system_call

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-09"}
MESSAGE = "EINTR and short writes are absorbed"


class BrokenSidecar(VecSidecar):
    def write_all(self, descriptor: int, document: bytes) -> None:
        rest = document
        while rest:
            written = system_call("write", descriptor, c_char_p(rest), c_size_t(len(rest)))
            rest = rest[written:]


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
