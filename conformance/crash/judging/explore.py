"""The whole exploration of one workload: record, enumerate, judge, inject, report."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.crash.judging.orders import Budget, Equipment, Orders
from conformance.crash.judging.phases import Exploration
from conformance.crash.judging.runs import CrashTarget
from conformance.crash.judging.workload import CrashWorkload
from conformance.crash.telling.verdicts import CrashReport
from conformance.errors import NotTestableError
from conformance.workspace import memory_file_system

__all__ = ["Budget", "Equipment", "Orders", "explore", "scratch"]


def explore(
    target: CrashTarget, workload: CrashWorkload, equipment: Equipment, orders: Orders
) -> CrashReport:
    """Explore one workload (CR-02 to CR-06, CR-08 to CR-11 and CR-15).

    Raises KitError when the kit or the adapter fails; what cannot be judged here is told by the report's
    `untestable`.
    """
    exploration = Exploration(target, workload, equipment, orders)
    try:
        exploration.record()
        exploration.check_model()
        exploration.judge_crashes()
        if equipment.recorder.can_inject:
            exploration.check_kills()
            exploration.judge_injections()
    except NotTestableError as error:
        exploration.tally.untestable = str(error)
    return exploration.report()


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory for runs and states."""
    directory = Path(tempfile.mkdtemp(prefix="sidecar-crash-", dir=memory_file_system()))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
