"""What is not tried again: a hang, a broken protocol, and, in the end, a death."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, cast

import pytest

from conformance.contract.classes import ConformanceClass
from conformance.contract.connection import BackendFault, DiedFault, Driver, NonsenseFault, TimeoutFault
from conformance.contract.target import Description
from conformance.errors import KitError
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.suite.chapters import CHECKS
from conformance.testing.profiles import Dose
from conformance.testing.running import run_check
from conformance.testing.session import Backend
from conformance.workspace import Workspace

A_CHECK = CHECKS["test_RT_01_a_job_started_for_the_first_time_is_loaded_once"]


class Failing:
    """A driver whose backend cannot be opened."""

    description = Description("failing", "", "", ConformanceClass.STORE, frozenset({"threads"}))

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.tries = 0

    def open(self, data_path: Path) -> Any:
        self.tries += 1
        raise self.error

    def said(self) -> str:
        return "last words"

    def crowded(self) -> AbstractContextManager[None]:
        return nullcontext()


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    made = Workspace()
    yield made
    made.close()


def judged(driver: Failing, workspace: Workspace) -> CheckOutcome:
    backend = Backend(cast("Driver", driver), driver.description, workspace)
    return run_check(A_CHECK, backend, Dose("quick", 0), "failing")


def test_a_hang_is_not_tried_again(workspace: Workspace) -> None:
    driver = Failing(TimeoutFault("open did not return within 1 s"))
    outcome = judged(driver, workspace)

    assert (1, Verdict.TIMEOUT, "open returns") == (driver.tries, outcome.verdict, outcome.message)


def test_a_broken_protocol_ends_the_check(workspace: Workspace) -> None:
    driver = Failing(KitError("no answer"))
    with pytest.raises(KitError, match="no answer"):
        judged(driver, workspace)

    assert 1 == driver.tries


@pytest.mark.parametrize(
    ("fault", "message", "most"),
    [
        (DiedFault("open: exit status 1"), "the backend survives open", 30),
        (NonsenseFault("no"), "open answers as the interface says", 1000),
    ],
    ids=["death", "nonsense"],
)
def test_what_may_be_tried_again_is_so_for_a_while(
    workspace: Workspace, fault: BackendFault, message: str, most: int
) -> None:
    driver = Failing(fault)
    outcome = judged(driver, workspace)

    assert (Verdict.FAILED, message) == (outcome.verdict, outcome.message)
    assert 1 < driver.tries <= most


def test_the_last_words_of_a_failing_example_are_told(workspace: Workspace) -> None:
    outcome = judged(Failing(DiedFault("open: exit status 1")), workspace)

    assert outcome.counterexample is not None
    assert "on its stderr: last words" == outcome.counterexample.operations[-1]
