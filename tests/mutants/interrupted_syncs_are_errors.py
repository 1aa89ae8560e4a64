"""A sync that a signal interrupts fails the mutation."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from _system_calls import system_call

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-15"}
MESSAGE = "an interrupted sync repeated"


class BrokenSidecar(VecSidecar):
    def sync(self, descriptor: int) -> None:
        system_call("fsync", descriptor)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
