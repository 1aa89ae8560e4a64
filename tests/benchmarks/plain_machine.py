"""A plain state machine over the interface, as someone writes it who knows Hypothesis and has no kit."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from conformance.contract.records import (
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SystemTime,
)

Opener: TypeAlias = Callable[[Path], Any]

_TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
_IDS = st.builds(QName, _TEXTS, _TEXTS.filter(lambda text: "." not in text)) | st.sampled_from(
    [QName("a", "b"), QName("a.b", "c"), QName("a", "bc")]
)
_NANOS = st.integers(0, 999_999_999)
_INSTANTS = st.builds(SystemTime, st.integers(0, 2**63 - 1), _NANOS)
_SCHEDULES = st.one_of(
    st.builds(Manual),
    st.builds(Once, _INSTANTS),
    st.builds(Periodic, st.builds(Duration, st.integers(0, 2**32), _NANOS)),
    st.builds(Cron, st.sampled_from(["0 0 * * * *", "@daily"]) | _TEXTS),
)
_LIMITS = settings(
    max_examples=100,
    stateful_step_count=30,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def run_machine(opener: Opener, folder: Path) -> None:
    """Run it until it first fails. Raises what the backend raises, or AssertionError."""

    class Machine(RuleBasedStateMachine):
        """A backend beside a dictionary: dotted ids in order, each with its schedule."""

        def __init__(self) -> None:
            super().__init__()
            self.data_path = Path(tempfile.mkdtemp(dir=folder))
            self.backend = opener(self.data_path)
            self.model: dict[str, Schedule] = {}

        @rule(id=_IDS, schedule=_SCHEDULES)
        def schedule(self, id: QName, schedule: Schedule) -> None:
            self.backend.record_scheduled(id, schedule)
            self.model[str(id)] = schedule

        @rule(id=_IDS, at=_INSTANTS)
        def start(self, id: QName, at: SystemTime) -> None:
            self.backend.record_started(id, at)
            self.model.setdefault(str(id), Manual())

        @rule(id=_IDS, at=_INSTANTS, success=st.booleans())
        def finish(self, id: QName, at: SystemTime, success: bool) -> None:
            self.backend.record_finished(id, at, success)
            self.model.setdefault(str(id), Manual())

        @rule(id=_IDS)
        def cancel(self, id: QName) -> None:
            self.backend.cancel(id)
            self.model.pop(str(id), None)

        @rule()
        def flush(self) -> None:
            self.backend.flush_checkpoint()

        @rule()
        def reopen(self) -> None:
            self._close()
            self.backend = opener(self.data_path)

        @invariant()
        def all_jobs_are_loaded(self) -> None:
            loaded = [(str(record.id), record.schedule) for record in self.backend.load_all()]
            assert list(self.model.items()) == loaded

        def _close(self) -> None:
            close = getattr(self.backend, "close", None)
            if close is not None:
                close()

        def teardown(self) -> None:
            self._close()
            shutil.rmtree(self.data_path, ignore_errors=True)

    run_state_machine_as_test(seed(0)(Machine), settings=_LIMITS)
