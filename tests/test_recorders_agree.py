"""The two recorders see the same of every way to save: the same crash states, and the same verdicts on them.

Some targets are tried here; all of them with RECORDERS=whole. The templates are tried in test_templates.py.
"""

from __future__ import annotations

import os
import shutil

import pytest
from recorded import seen_by
from strace.recorder import StraceRecorder
from ways_to_save import right_ways, wrong_ways

from conformance.crash.recording.ptrace_recorder import PtraceRecorder
from conformance.drivers.spawning import python_child

TARGETS = {"reference": "reference_impl:open_backend", **dict(right_ways()), **dict(wrong_ways())}
SAMPLE = (
    "reference",
    "linked_into_place",
    "saved_by_a_process",
    "saved_by_a_thread",
    "sqlite_wal_full",
    "written_through_memory",
    "the_file_is_not_synced",
)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("name", TARGETS if os.environ.get("RECORDERS") == "whole" else SAMPLE)
def test_ptrace_and_strace_see_the_same(name: str) -> None:
    child = python_child(TARGETS[name])

    assert seen_by(PtraceRecorder, child) == seen_by(StraceRecorder, child)
