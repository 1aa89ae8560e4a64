"""The steps of a workload as calls of the product, where it offers them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from product.twins import Call, CancelCall, CloseAndOpen, HoldAt, ScheduleCall, Tick

from conformance.contract.records import Cron, Manual, Periodic, QName, Schedule
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    Reopen,
)
from conformance.oracle.next_fire import next_fire
from conformance.releases.steps import HoldClock, LoadAll, PlantDocument, Step, Workload
from conformance.releases.workloads import START


class NotOffered(Exception):  # noqa: N818 - no error, a reason
    """The product has no call for a step."""


def planted(workload: Workload) -> bytes | None:
    """The document that a workload begins with."""
    found = [step.text for step in workload.steps if isinstance(step, PlantDocument)]
    return found[0].encode() if found else None


def calls(workload: Workload) -> list[Call]:
    """The calls that take a workload's steps. Raises NotOffered with the reason."""
    return list(_calls([step for step in workload.steps if not isinstance(step, PlantDocument)]))


def _calls(steps: Sequence[Step]) -> Iterator[Call]:
    place = 0
    while place < len(steps):
        step = steps[place]
        place += 1
        match step:
            case RecordScheduled(id, schedule):
                yield _schedule_call(id, schedule)
            case Cancel(id):
                yield CancelCall(str(id))
            case HoldClock(now):
                yield HoldAt(now.to_nanos())
            case Reopen():
                yield CloseAndOpen()
            case RecordStarted() if _fails_at_once(steps, place):
                yield Tick()
                place += 1
            case RecordStarted() | RecordFinished():
                raise NotOffered("jobs run when they are due, and fail for want of a provider")
            case LoadAll() | FlushCheckpoint():
                pass


def _fails_at_once(steps: Sequence[Step], place: int) -> bool:
    """Whether a Manual job was just scheduled, starts and fails: the scheduler does that by itself."""
    match steps[place - 2 : place + 1]:
        case [
            RecordScheduled(scheduled, Manual()),
            RecordStarted(started, _),
            RecordFinished(finished, _, False),
        ]:
            return scheduled == started == finished
    return False


def _schedule_call(id: QName, schedule: Schedule) -> ScheduleCall:
    match schedule:
        case Manual():
            return ScheduleCall(str(id), "manual", "")
        case Periodic(every) if not every.nanos:
            return ScheduleCall(str(id), "periodic", str(every.secs))
        case Periodic():
            raise NotOffered("periods are whole seconds")
        case Cron(expr) if _parses(expr):
            return ScheduleCall(str(id), "cron", expr)
        case Cron():
            raise NotOffered("an expression that does not parse is refused")
    raise NotOffered("there is no call for Once")


def _parses(expr: str) -> bool:
    try:
        next_fire(expr, START)
    except ValueError:
        return False
    return True
