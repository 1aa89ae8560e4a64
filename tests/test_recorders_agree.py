"""The two recorders see the same of every way to save: the same crash states, and the same verdicts on them.

Some targets are tried in each run of the tests; all of them with --whole. The templates are tried in
test_templates.py.
"""

from __future__ import annotations

import shutil

import pytest
from recorded import seen_by
from strace.recorder import StraceRecorder
from ways_to_save import right_ways, wrong_ways
from whole import partly

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
@pytest.mark.parametrize("name", partly(TARGETS, always=SAMPLE))
def test_ptrace_and_strace_see_the_same(name: str) -> None:
    child = python_child(TARGETS[name])

    assert seen_by(PtraceRecorder, child) == seen_by(StraceRecorder, child)
