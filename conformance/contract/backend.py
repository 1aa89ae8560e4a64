"""The interface that backends implement, named SchedulerPersistence in the original."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from conformance.contract.records import QName, Schedule, SchedulerJobRecord, SystemTime


class SchedulerPersistence(Protocol):
    """Durable background jobs: one row for each dotted id (UP-06).

    Every operation raises SchedulerPersistenceError and nothing else. An operation that raised left the
    stored state as it was, or, where the failure came late, changed it whole (CR-08).
    """

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Store the schedule and its next fire time (UP-01, UP-03, NF-01 to NF-07).

        A new job is Pending with no failures (ST-01). In the original interface this does nothing unless
        it is overridden. Raises SchedulerPersistenceError when the row cannot be stored.
        """
        return

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        """Store the status Running (ST-02, UP-02, UP-04); `started_at` is not stored (ST-05).

        Raises SchedulerPersistenceError when the row cannot be stored.
        """
        ...

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        """Store the status Idle or, without success, FailedRetrying (ST-03, ST-04, UP-02, UP-04).

        Raises SchedulerPersistenceError when the row cannot be stored.
        """
        ...

    def cancel(self, id: QName) -> None:
        """Remove the job; an unknown one is no error (CX-01 to CX-06).

        Raises SchedulerPersistenceError when the change cannot be stored.
        """
        ...

    def load_all(self) -> list[SchedulerJobRecord]:
        """All jobs as they are restored after a restart (RT-12), without changing anything (RT-11).

        Raises SchedulerPersistenceError when what is stored cannot be read (ER-01, ER-02).
        """
        ...

    def flush_checkpoint(self) -> None:
        """Make sure that all that has returned is durable. May do nothing: every mutation is (CR-04)."""
        return


class CypherExecutor(Protocol):
    """What a host hands to `cypher_sink.set_host_executor`: runs one statement that writes.

    It may raise anything; a backend that mirrors survives it (CM-04).
    """

    def execute_write_cypher(self, cypher: str, parameters: Mapping[str, object] | None = None) -> object:
        """Run `cypher`, with `parameters` bound."""
        ...


class CypherSink(Protocol):
    """Where a backend sends its mirror statements; wired late by the host (CM-05).

    What an operation sends is sent before the operation returns (CM-01, CM-02).
    """

    def set_host_executor(self, executor: CypherExecutor) -> object:
        """Wire the executor. The first one wins; wiring again changes nothing."""
        ...
