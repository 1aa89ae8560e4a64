"""What load_all read while a mutation ran is what the open backend shows from then on."""

from __future__ import annotations

from pathlib import Path

from _threads import Gated

from conformance import target
from conformance.contract.records import SchedulerJobRecord
from reference_impl import VecSidecar

BREAKS = {"CC-03"}
MESSAGE = "load_all after concurrent mutations shows what is stored"


class Broken(Gated):
    known: list[SchedulerJobRecord] | None = None

    def load_all(self) -> list[SchedulerJobRecord]:
        if self.known is None:
            beside, found = self.gate.locked(), super().load_all()
            if not beside:
                return found
            self.known = found
        return list(self.known)


@target(conformance_class="store", capabilities=("clock", "threads", "traceable"))
def open_backend(data_path: Path) -> Broken:
    return Broken(VecSidecar(data_path / "rows.json"))
