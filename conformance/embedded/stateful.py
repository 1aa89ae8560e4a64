"""Every operation in any order against the model, as a Hypothesis state machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from conformance.contract.connection import BackendFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, Schedule, SystemTime
from conformance.contract.requirements import load_ruleset
from conformance.embedded.asked import OpenBackend, described, plan_of
from conformance.embedded.host import Host
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Operation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    Reopen,
)
from conformance.testing.expect import Nonconformance
from conformance.testing.machine import Walk
from conformance.testing.running import as_nonconformance
from conformance.testing.session import GaveUp
from conformance.testing.story import FailedExample
from conformance.testing.strategies import plain_ids, plain_schedules

_NOON = SystemTime(1_800_000_000, 0)
_INSTANTS = st.sampled_from((SystemTime(1_700_000_000, 1), SystemTime(1_800_000_060, 0)))
_OWN_REQUIREMENT = "UP-06"  # what a disagreement breaks that belongs to no other


class SidecarStateMachine(RuleBasedStateMachine):
    """Performs each operation on a backend and on the model, and compares. `state_machine` makes one."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self._host = host
        self._ending = ExitStack()
        self._ending.callback(host.close)

    @initialize()
    def open(self) -> None:
        """Open the backend on a fresh data path."""
        backend = self._host.backend
        backend.start_example({})
        self._ending.callback(backend.clock.release)
        with self._told():
            self._walk = Walk(self._ending.enter_context(backend.fresh(now=_NOON)))

    @rule(id=plain_ids(), schedule=plain_schedules())
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Schedule a job, or reschedule it."""
        self._step(RecordScheduled(id, schedule))

    @rule(id=plain_ids(), started_at=_INSTANTS)
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        """A job begins."""
        self._step(RecordStarted(id, started_at))

    @rule(id=plain_ids(), finished_at=_INSTANTS, success=st.booleans())
    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        """A job ends."""
        self._step(RecordFinished(id, finished_at, success))

    @rule(id=plain_ids())
    def cancel(self, id: QName) -> None:
        """Cancel a job, also one that is not there."""
        self._step(Cancel(id))

    @rule()
    def flush_checkpoint(self) -> None:
        """Flush; nothing changes."""
        self._step(FlushCheckpoint())

    @rule()
    def reopen(self) -> None:
        """Close the backend and open it again; nothing changes."""
        self._step(Reopen())

    def teardown(self) -> None:
        """Close the backend and remove its data path."""
        with self._told():
            self._ending.close()

    def _step(self, operation: Operation) -> None:
        __tracebackhide__ = True
        with self._told():
            self._walk.step(operation)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Raise AssertionError, with the requirement that is broken, for what no backend may do."""
        __tracebackhide__ = True
        try:
            yield
        except (Nonconformance, SchedulerPersistenceError, BackendFault) as error:
            raise AssertionError(_words(error, self._host)) from error
        except GaveUp as end:
            if not isinstance(end.error, BackendFault):
                raise end.error from None
            raise AssertionError(_words(end.error, self._host)) from end.error


def _words(error: Nonconformance | SchedulerPersistenceError | BackendFault, host: Host) -> str:
    broken = as_nonconformance(FailedExample(error, {}, host.backend.story.lines))
    requirement = load_ruleset()[broken.requirement or _OWN_REQUIREMENT]
    return (
        f"{requirement.id} ({requirement.level.value})  {requirement.words}\n"
        f"  broken: {broken.claim}\n  expected: {broken.expected}\n  observed: {broken.observed}"
    )


def state_machine(
    open_backend: OpenBackend,
    *,
    conformance_class: str | None = None,
    capabilities: Iterable[str] | None = None,
) -> type[SidecarStateMachine]:
    """A RuleBasedStateMachine that holds a backend against the model after every operation.

        TestMyBackend = state_machine(open_backend).TestCase

    is a test case for unittest and pytest; its `settings` are Hypothesis' own. `open_backend` is called with
    a data path, a directory that exists, and returns a backend; `conformance_class` and `capabilities` (all
    of them) replace what `conformance.target` declared. The jobs have plain names and schedules, since the
    order of the operations is what is tried. A disagreement is an AssertionError that names the requirement
    that is broken. Subclass it to add rules and invariants of your own. Raises ValueError for an unknown
    class or capability.
    """
    plan = plan_of(
        open_backend,
        profile="quick",
        conformance_class=conformance_class,
        capabilities=capabilities,
        level="must",
        seed=0,
    )
    description = described(plan, open_backend)

    class BackendStateMachine(SidecarStateMachine):
        def __init__(self) -> None:
            super().__init__(Host(open_backend, description))

    return BackendStateMachine
