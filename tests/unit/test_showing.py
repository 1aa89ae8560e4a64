"""A value is spelled in one way, alone or in whatever holds it."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from conformance.contract.records import QName, SchedulerJobRecord, SchedulerJobStatus, SystemTime
from conformance.hosting.anew import quoted
from conformance.oracle.model import Cancel, FlushCheckpoint, RecordFinished, Reopen
from conformance.showing import show
from conformance.testing.story import Planted
from conformance.workspace import FileState

ID = QName("job", "a")
NAME = "QName('job', 'a')"
RECORD = show(SchedulerJobRecord(ID))


class Pair(NamedTuple):
    """A tuple with a name."""

    id: QName


@dataclass
class Theirs:
    """A value of somebody else's."""

    id: QName

    def __repr__(self) -> str:
        return "as it says"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([ID], f"[{NAME}]"),
        ((ID,), f"({NAME},)"),
        ((ID, 1), f"({NAME}, 1)"),
        ((), "()"),
        ({ID}, f"{{{NAME}}}"),
        (frozenset({ID}), f"{{{NAME}}}"),
        (set(), "set()"),
        ({"a": (ID,)}, f"{{'a': ({NAME},)}}"),
        (OrderedDict(a=ID), f"{{'a': {NAME}}}"),
        (deque([ID]), f"deque([{NAME}])"),
        ({"a": ID}.values(), f"dict_values([{NAME}])"),
        (Pair(ID), f"Pair({NAME})"),
        (SchedulerJobStatus.IDLE, "SchedulerJobStatus.IDLE"),
        ([SchedulerJobStatus.IDLE], "[SchedulerJobStatus.IDLE]"),
        (RecordFinished(ID, SystemTime(1, 2), True), f"record_finished({NAME}, SystemTime(1, 2), True)"),
        ([Cancel(ID), FlushCheckpoint(), Reopen()], f"[cancel({NAME}), flush_checkpoint(), reopen()]"),
        ({"victim": FileState("file", 0o644, b"x")}, "{'victim': file of mode 0644, b'x'}"),
        (Planted(1, b""), "Planted(path=1, content=b'')"),
        (Theirs(ID), "as it says"),
    ],
)
def test_whatever_holds_a_value_shows_it_alike(value: object, shown: str) -> None:
    assert shown == show(value)


def test_what_a_backend_returns_is_spelled_as_stories_spell_it() -> None:
    assert f"({RECORD},)"[:200] == quoted((SchedulerJobRecord(ID),)).removesuffix("...")


def test_what_a_backend_returns_can_be_quoted_whatever_it_holds() -> None:
    ill = SchedulerJobRecord(ID)
    object.__setattr__(ill, "status", 3)
    endless: list[object] = []
    endless.append(endless)

    assert "SchedulerJobRecord(id=" in quoted([ill])
    assert "[[...]]" == quoted(endless)
