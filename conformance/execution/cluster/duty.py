"""What an order asks of the Dask worker that carries it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from distributed import get_worker

TOPIC = "sidecar-conformance"  # of the events that tell what begins
_UNWANTED = frozenset({"cancelled", "forgotten", "released"})


@dataclass(frozen=True, slots=True)
class Duty:
    """The worker, and the Dask task that the order is to it."""

    worker: Any
    key: Any

    @property
    def address(self) -> str:
        """How the worker is named."""
        return str(self.worker.address)

    def begins(self, run: str, test: str) -> None:
        """Tell who asked that a check begins."""
        self.worker.log_event(TOPIC, {"run": run, "test": test})

    def is_wanted(self) -> bool:
        """Whether anybody still waits for the result: Dask ends no function that runs."""
        task = self.worker.state.tasks.get(self.key)
        return task is not None and task.state not in _UNWANTED


def on_duty() -> Duty:
    """The duty that this thread is on."""
    worker = get_worker()
    return Duty(worker, worker.get_current_task())
