"""A store names its newest file in one sector, overwritten in place, as if half of it were never written."""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256

from _log_store import LogStore, opener

from conformance.contract.records import SchedulerJobRecord
from reference_impl import VecSidecar

BREAKS = {"CR-05"}
MESSAGE = "under the strict persistence model"


class BrokenPointer(VecSidecar):
    is_durable = False

    def read_bytes(self) -> bytes:
        name = super().read_bytes().decode("ascii")
        return VecSidecar(self.path.with_name(name)).read_bytes() if name else b""

    def replace(self, document: bytes) -> None:
        old, new = super().read_bytes(), sha256(document).hexdigest().encode()
        VecSidecar(self.path.with_name(new.decode("ascii"))).replace(document)
        if self.is_durable:
            self.point_to(new)
        else:
            super().replace(new)
            self.is_durable = True
        if old not in (b"", new):
            with suppress(OSError):
                self.path.with_name(old.decode("ascii")).unlink()

    def point_to(self, name: bytes) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            self.write_all(descriptor, name)
            self.sync(descriptor)
        finally:
            os.close(descriptor)


class Pointing(LogStore):
    def load_all(self) -> list[SchedulerJobRecord]:
        with self.sidecar.exclusive():
            return super().load_all()


open_backend = opener(BrokenPointer, Pointing)
