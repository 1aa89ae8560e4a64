"""What a workload is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from conformance.contract.records import SystemTime
from conformance.oracle.model import Operation


@dataclass(frozen=True, slots=True)
class HoldClock:
    """Hold the backend's clock at `now`. It stays held until the next such step."""

    now: SystemTime


@dataclass(frozen=True, slots=True)
class PlantDocument:
    """Put a document in place, as an older version or another program might have left it."""

    text: str


@dataclass(frozen=True, slots=True)
class LoadAll:
    """load_all(), whatever it returns."""


Step: TypeAlias = Operation | HoldClock | PlantDocument | LoadAll


@dataclass(frozen=True, slots=True)
class Workload:
    """A named list of steps that ends with a document. `what` says what the document shows."""

    name: str
    what: str
    steps: tuple[Step, ...]
