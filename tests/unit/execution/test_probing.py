"""Real operations before a run: what lacks methods is refused, what fails alike is an outage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from making import failure, outcome

from conformance.errors import TargetUnreachableError
from conformance.execution.probing import Doubt, probe, refuse_what_does_not_work
from conformance.hosting.inprocess import InProcessDriver
from conformance.workspace import Workspace


class Backend:
    """Raises what `error` makes of the name of the operation."""

    def __init__(self, error: Callable[[str], Exception | None]) -> None:
        self._error = error

    def _do(self, name: str) -> list[Any]:
        error = self._error(name)
        if error is not None:
            raise error
        return []

    def load_all(self) -> list[Any]:
        return self._do("load_all")

    def record_scheduled(self, *arguments: Any) -> None:
        self._do("record_scheduled")

    def record_started(self, *arguments: Any) -> None:
        self._do("record_started")

    def record_finished(self, *arguments: Any) -> None:
        self._do("record_finished")

    def cancel(self, *arguments: Any) -> None:
        self._do("cancel")


def probed(backend: object, tmp_path: Path) -> str:
    def open_backend(data_path: Path) -> object:
        return backend

    return probe(InProcessDriver(open_backend), Workspace(tmp_path), lambda name: None)


def test_all_that_fail_alike_are_an_outage(tmp_path: Path) -> None:
    assert "refused" in probed(Backend(lambda name: ConnectionError("port 6379 refused")), tmp_path)


def test_the_name_of_the_operation_and_numbers_make_no_difference(tmp_path: Path) -> None:
    numbers = iter(range(99))
    backend = Backend(lambda name: ConnectionError(f"{name}: attempt {next(numbers)} timed out"))

    assert "timed out" in probed(backend, tmp_path)


@pytest.mark.parametrize(
    "error",
    [
        lambda name: None,
        lambda name: None if name == "load_all" else OSError("no"),
        lambda name: OSError("no") if name == "cancel" else ValueError("no"),
    ],
)
def test_what_works_somehow_or_fails_otherwise_is_for_the_checks(
    tmp_path: Path, error: Callable[[str], Exception | None]
) -> None:
    assert "" == probed(Backend(error), tmp_path)


def test_what_lacks_methods_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TargetUnreachableError, match="lacks record_started, record_finished, cancel"):
        probed(type("Lacks", (), {"load_all": lambda self: []})(), tmp_path)


def test_a_doubt_arises_when_failures_in_a_row_say_the_same() -> None:
    doubt = Doubt()
    alike = [doubt.arises(failure(observed=f"refused at 127.0.0.1:{number}")) for number in range(8)]

    assert [*[False] * 7, True] == alike


def test_a_pass_ends_a_doubt() -> None:
    doubt = Doubt()
    for _ in range(7):
        doubt.arises(failure())
    doubt.arises(outcome())

    assert not doubt.arises(failure())


def test_a_door_says_the_reason_once() -> None:
    def cannot_open(data_path: Path) -> object:
        raise ConnectionError("port 6379 refused")

    def is_down(data_path: Path) -> object:
        return Backend(lambda name: ConnectionError("port 6379 refused"))

    def lacks(data_path: Path) -> object:
        return object()

    told = []
    for target in (cannot_open, is_down, lacks):
        with pytest.raises(TargetUnreachableError) as error:
            refuse_what_does_not_work(InProcessDriver(target), "mine:target")
        told.append(str(error.value))

    assert told[0].startswith("the backend cannot be opened on an empty data path: open raised")
    assert told[1].startswith("mine:target: every operation fails alike: load_all raised ConnectionError")
    assert told[2].startswith("the backend lacks load_all, record_started, record_finished, cancel")


def test_a_door_lets_in_what_works_somehow() -> None:
    def open_backend(data_path: Path) -> object:
        return Backend(lambda name: OSError("no") if name == "cancel" else None)

    refuse_what_does_not_work(InProcessDriver(open_backend), "mine:target")
