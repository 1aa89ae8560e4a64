"""A callable that no other process can import is judged all the same, where a fork will do."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import reference_impl
from conformance.adapter.callables import CallableDriver
from conformance.contract.classes import ConformanceClass
from conformance.crash.judging.explore import Budget, Orders
from conformance.crash.scenarios.laboratory import Laboratory, Subject
from conformance.crash.scenarios.scenario import CrashScenario
from conformance.crash.telling.verdicts import CrashReport
from conformance.errors import NotTestableError

SCENARIO = CrashScenario("document", "reschedule", errors=6)


def open_here(data_path: Path) -> Any:
    return reference_impl.open_backend(data_path)


def closure() -> Callable[[Path], Any]:
    opened: list[Path] = []

    def open_backend(data_path: Path) -> Any:
        opened.append(data_path)
        return reference_impl.open_backend(data_path)

    return open_backend


@contextmanager
def laboratory(open_backend: Callable[[Path], Any], folder: Path) -> Iterator[Laboratory]:
    driver = CallableDriver(open_backend)
    made = Laboratory(Subject(driver.child_command(), ConformanceClass.SIDECAR, True), folder)
    try:
        yield made
    finally:
        made.close()
        driver.close()


def explored(open_backend: Callable[[Path], Any], folder: Path) -> CrashReport:
    folder.mkdir()
    with laboratory(open_backend, folder) as made:
        report = made.explore(SCENARIO, Orders(budget=Budget(1, SCENARIO.errors, 600.0)))
    assert report is not None
    return report


def test_a_fork_shows_what_a_command_shows(tmp_path: Path) -> None:
    named, forked = explored(open_here, tmp_path / "named"), explored(closure(), tmp_path / "forked")

    assert (None, None) == (named.untestable, forked.untestable)
    assert named.exercised == forked.exercised
    assert ((), ()) == (tuple(named.violations), tuple(forked.violations))


def test_what_is_to_be_done_when_this_process_ends_is_not_done_by_a_fork(tmp_path: Path) -> None:
    mark = tmp_path / "ended"
    mark.touch()
    atexit.register(mark.unlink, missing_ok=True)
    try:
        explored(closure(), tmp_path / "crashes")

        assert mark.exists()
    finally:
        atexit.unregister(mark.unlink)


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    before = children()
    explored(closure(), tmp_path / "crashes")

    assert before == children()


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split())


def test_a_second_process_needs_a_name() -> None:
    driver = CallableDriver(closure())

    complaint = r"no other process can import .*open_backend: define it"
    with pytest.raises(NotTestableError, match=complaint), driver.another_process():
        pass


def test_a_callable_has_a_name() -> None:
    assert "reference_impl 0.1.0" in (
        f"{CallableDriver(reference_impl.open_backend).description.name} "
        f"{CallableDriver(reference_impl.open_backend).description.version}"
    )
    assert CallableDriver(closure()).description.name.endswith("closure.<locals>.open_backend")
