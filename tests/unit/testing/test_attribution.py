"""A foreign exception is one fault, and so is a document that lags; a precondition that fails says why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conformance.contract.connection import EscapedFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, SystemTime
from conformance.hosting.inprocess import InProcessDriver
from conformance.results.verdict import Verdict
from conformance.suite.chapters import CHECKS
from conformance.testing.expect import Nonconformance, attempt, expect_equal, expect_refusal
from conformance.testing.foreign import ForeignException
from conformance.testing.profiles import Dose
from conformance.testing.running import run_check
from conformance.testing.session import Backend, Session
from conformance.workspace import Workspace

MUTANTS = Path(__file__).parents[2] / "mutants"
AT = SystemTime(1_700_000_000, 5)
JOB = QName("kit", "job")


@pytest.fixture(name="workspace")
def _workspace() -> Iterator[Workspace]:
    workspace = Workspace()
    yield workspace
    workspace.close()


def backend_of(target: str, workspace: Workspace) -> Backend:
    driver = InProcessDriver(target)
    return Backend(driver, driver.description, workspace)


def foreign() -> None:
    raise ForeignException("load_all raised ValueError: no")


def test_a_foreign_exception_is_a_refusal_to_checks_that_are_not_about_errors() -> None:
    assert not attempt(foreign)


def test_a_foreign_exception_comes_through_to_checks_about_errors() -> None:
    with pytest.raises(EscapedFault):
        attempt(foreign, strictly=True)
    with pytest.raises(EscapedFault), expect_refusal("it is refused"):
        foreign()


def test_the_backends_own_error_is_a_refusal_to_all() -> None:
    def refuse() -> None:
        raise SchedulerPersistenceError("no")

    assert not attempt(refuse, strictly=True)


def breach(backend: Backend, look: Callable[[Session], object]) -> Nonconformance | None:
    """What comes of a job's start and a look that is not satisfied."""
    try:
        with backend.fresh() as store:
            store.record_started(JOB, AT)
            look(store)
    except Nonconformance as broken:
        return broken
    return None


def test_a_document_that_lags_is_put_down_to_its_own_requirement(workspace: Workspace) -> None:
    lagging = backend_of(f"{MUTANTS / 'saves_are_put_off.py'}:open_backend", workspace)
    found = breach(lagging, lambda store: expect_equal(len(store.rows()), 1, "there is a row"))

    assert found is not None
    assert "FM-01" == found.requirement
    assert "the document shows what an operation did once it has returned" == found.claim


def test_a_document_that_is_wrong_for_good_is_put_down_to_the_check(workspace: Workspace) -> None:
    right = backend_of("reference_impl:open_backend", workspace)
    found = breach(right, lambda store: expect_equal(len(store.rows()), 2, "there are two rows"))

    assert found is not None
    assert (None, "there are two rows") == (found.requirement, found.claim)


def test_what_is_not_read_from_the_document_is_put_down_to_the_check(workspace: Workspace) -> None:
    def look(store: Session) -> None:
        store.rows()
        expect_equal(len(store.load_all()), 2, "there are two records")

    found = breach(backend_of(f"{MUTANTS / 'saves_are_put_off.py'}:open_backend", workspace), look)

    assert found is not None
    assert "there are two records" == found.claim


def test_a_precondition_that_never_came_up_says_why(workspace: Workspace) -> None:
    check = CHECKS["test_FM_02_the_document_is_an_array_of_rows_with_their_five_members"]
    backend = backend_of("reference_impl:open_null_backend", workspace)
    backend.vacuous("there is no document")
    outcome = run_check(check, backend, Dose("quick", 0), "t")

    assert Verdict.NOT_REACHED is outcome.verdict
    assert "its precondition never came up: there is no document" == outcome.message
