from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.contract.classes import ConformanceClass
from conformance.crash.judging.runs import CommandTarget, MissedError, Runner
from conformance.crash.recording.inject import Fail, Injection, Kill, Short
from conformance.crash.recording.ptrace_recorder import PtraceRecorder
from conformance.crash.recording.record import Speaker
from conformance.crash.recording.trace import Trace
from conformance.errors import NotTestableError

from .toys import FRESH, toy_argv


class Forgetting(PtraceRecorder):
    """Loses the last rename from its record."""

    def run(
        self,
        argv: Sequence[str],
        conversation: Speaker,
        root: Path,
        inject: Injection | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Trace:
        trace = super().run(argv, conversation, root, inject, environment)
        kept = tuple(event for event in trace.events if getattr(event, "name", "") != "rename")
        return replace(trace, events=kept)


def runner(directory: Path, recorder: PtraceRecorder) -> Runner:
    target = CommandTarget(toy_argv("fixed_name"), ConformanceClass.SIDECAR, {})
    return Runner(target, FRESH, recorder, directory)


def test_a_run_that_the_record_does_not_explain_is_not_testable(tmp_path: Path) -> None:
    with pytest.raises(NotTestableError, match=r"do not explain .*background_jobs\.json"):
        runner(tmp_path, Forgetting()).run()


@pytest.mark.parametrize("injection", [Kill(999), Fail("fsync", 999, 5), Short("write", 999)])
def test_an_injection_that_met_nothing_is_an_error_of_the_kit(tmp_path: Path, injection: Injection) -> None:
    with pytest.raises(MissedError, match="met no call"):
        runner(tmp_path, PtraceRecorder()).run(injection)


@pytest.mark.parametrize("number", [0, 3, 7, 11])
def test_a_killed_run_is_explained_by_its_own_record(tmp_path: Path, number: int) -> None:
    run = runner(tmp_path, PtraceRecorder()).run(Kill(number))

    assert (run.history.final, len(run.trace.calls)) == (run.left, number)


def test_messages_do_not_tell_where_a_run_took_place(tmp_path: Path) -> None:
    target = CommandTarget(toy_argv("stuck_after_failure"), ConformanceClass.SIDECAR, {})
    run = Runner(target, FRESH, PtraceRecorder(), tmp_path).run(Fail("openat", 1, 13))

    assert run.outcomes[0].message.startswith("data/_system/background_jobs.json: ")
