"""Work at once and in turn, as plain calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Manual, QName, SystemTime
from conformance.hosting.inprocess import InProcessDriver
from conformance.oracle.model import Cancel, FlushCheckpoint, RecordFinished, RecordScheduled
from conformance.testing import concurrency
from conformance.testing.concurrency import Caller, ToldCall, Work, numbered
from conformance.testing.expect import Nonconformance
from conformance.testing.session import Backend, Session
from conformance.workspace import Workspace


@pytest.fixture
def backend(tmp_path: Path) -> Backend:
    driver = InProcessDriver("reference_impl:open_backend")
    return Backend(driver, driver.description, Workspace(tmp_path))


def noted(words: str, where: list[str]) -> ToldCall:
    return ToldCall(words, lambda: where.append(words))


def calls(where: list[str]) -> Work:
    return numbered("threads", "thread", [[noted(name, where) for name in names] for names in ("abc", "de")])


@pytest.mark.parametrize(
    ("course", "expected"), [("in_turn", "adbec"), ("first_to_last", "abcde"), ("last_to_first", "deabc")]
)
def test_what_is_done_in_turn_has_one_order(backend: Backend, course: str, expected: str) -> None:
    done: list[str] = []
    with backend.fresh() as store:
        getattr(concurrency, course)(store, calls(done))

    assert "".join(done) == expected


def test_each_of_several_workers_keeps_its_order(backend: Backend) -> None:
    done: list[str] = []
    with backend.fresh() as store:
        concurrency.at_once(store, calls(done))

    assert [name for name in done if name in "abc"] == ["a", "b", "c"]
    assert [name for name in done if name in "de"] == ["d", "e"]


def story_of_a_refusal(backend: Backend, store: Session) -> tuple[Nonconformance, list[str]]:
    waited: list[str] = []

    def refuse() -> None:
        raise SchedulerPersistenceError("no")

    first = Caller(
        "thread 1", [ToldCall("cancel(x)", refuse), noted("never", waited)], lambda: waited.append("over")
    )
    with pytest.raises(Nonconformance) as caught:
        concurrency.at_once(store, Work("threads", [first, Caller("thread 2", [])]))
    return caught.value, waited


def test_a_call_that_is_refused_is_named_with_its_thread(backend: Backend) -> None:
    with backend.fresh() as store:
        error, waited = story_of_a_refusal(backend, store)

    assert error.claim == "the work of several threads at once succeeds"
    assert error.observed == "thread 1: cancel(x) raised SchedulerPersistenceError: no"
    assert waited == ["over"]


def test_what_is_wrong_in_turn_is_not_blamed_on_concurrency(backend: Backend) -> None:
    def run(course: concurrency.Course) -> None:
        raise Nonconformance("claim", "this", "that")

    concurrency.blame_concurrency(backend, run)

    with pytest.raises(Nonconformance):
        concurrency.blame_concurrency(backend, run, controls=())


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (Cancel(QName("a", "b")), "cancel(QName('a', 'b'))"),
        (RecordScheduled(QName("a", "b"), Manual()), "record_scheduled(QName('a', 'b'), Manual())"),
        (
            RecordFinished(QName("a", "b"), SystemTime(1, 2), True),
            "record_finished(QName('a', 'b'), SystemTime(1, 2), True)",
        ),
        (FlushCheckpoint(), "flush_checkpoint()"),
    ],
)
def test_an_operation_is_spelled_as_the_call_it_stands_for(operation: object, expected: str) -> None:
    assert concurrency.spelled(operation) == expected  # type: ignore[arg-type]


def test_of_many_calls_a_few_are_told() -> None:
    done: list[str] = []
    worker = Caller("thread 1", [noted(str(number), done) for number in range(100)])

    assert worker.words == "thread 1: 0, 1 and 98 calls more, the last 99"


def test_a_call_made_again_and_again_is_told_once() -> None:
    done: list[str] = []
    worker = Caller("thread 1", [*[noted("flush()", done)] * 12, noted("cancel()", done)])

    assert worker.words == "thread 1: flush() 12 times, cancel()"
