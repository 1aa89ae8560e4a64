"""The context of a check: story, tally, clock, and what checks share."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import reference_impl
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Manual, QName, SystemTime
from conformance.errors import KitError
from conformance.testing.expect import Nonconformance
from conformance.testing.session import Backend, GaveUp
from conformance.testing.shared import Shared
from conformance.testing.story import Blind, Story
from conformance.testing.tally import Tally

from .benches import backend_of

JOB = QName("kit", "job")
NOON = SystemTime(1_800_000_000, 0)


def wrong() -> None:
    raise Nonconformance("a claim", "one", "another")


def right() -> None:
    pass


def story_of(backend: Backend) -> list[str]:
    return list(map(str, backend.story.lines))


def test_a_story_tells_each_call_and_how_it_ended() -> None:
    def refuse(path: Path) -> Any:
        raise SchedulerPersistenceError("not today")

    with backend_of(reference_impl.open_backend) as backend:
        with backend.fresh() as store:
            store.record_scheduled(JOB, Manual())
        told = story_of(backend)
    with backend_of(refuse) as backend, pytest.raises(SchedulerPersistenceError), backend.fresh():
        pass

    assert ["open()", "record_scheduled(QName('kit', 'job'), Manual())", "close()"] == told
    assert ["open() raised SchedulerPersistenceError: not today"] == story_of(backend)


def test_what_is_done_aside_is_not_told_unless_it_ends_the_example() -> None:
    story = Story(Blind())
    story.note("first")
    with story.aside():
        story.note("aside")
    with suppress(KeyError), story.aside():
        story.note("the end")
        raise KeyError

    assert ["first", "the end"] == list(map(str, story.lines))


def test_a_precondition_is_counted_as_often_as_it_came_up() -> None:
    tally = Tally()
    for times in (None, 0, 5):
        tally.begin_example()
        if times is not None:
            tally.came_up(times)
        tally.end_example()

    assert 6 == tally.exercised


def test_an_example_that_assume_gave_up_is_not_counted() -> None:
    with backend_of(reference_impl.open_backend) as backend:
        backend.end_example(KeyError())

        assert (0, None) == (backend.tally.exercised, backend.failure)


def test_a_failing_example_is_kept_with_its_arguments_and_story() -> None:
    with backend_of(reference_impl.open_backend) as backend:
        backend.start_example({"id": JOB})
        backend.note("something")
        backend.end_example(Nonconformance("a claim", "one", "another"))
        failure = backend.failure

    assert failure is not None
    assert ({"id": JOB}, ("something",), "something") == (failure.arguments, failure.story, failure.operation)


def test_the_clock_is_held_once_and_let_go() -> None:
    with backend_of(reference_impl.open_backend) as backend:
        running = backend.clock.bounds()
        assert NOON == backend.hold_clock(NOON) == backend.hold_clock(NOON)
        held = backend.clock.bounds()
        backend.clock.release()

        assert (NOON, NOON) == held
        assert running[0] < running[1] < NOON
        assert None is backend.clock.held
        assert ["the clock is held at SystemTime(1800000000, 0)"] == story_of(backend)


def test_a_clock_that_the_kit_may_not_hold_runs() -> None:
    with backend_of(reference_impl.open_backend) as backend:
        backend.description = without_clock(backend)

        assert backend.hold_clock(NOON) is None


def without_clock(backend: Backend) -> Any:
    return replace(backend.description, capabilities=backend.description.capabilities - {"clock"})


def test_patience_is_for_a_while() -> None:
    with backend_of(reference_impl.open_backend) as backend:
        with backend.patient(5.0):
            during = backend.patience

        assert (5.0, 1.0) == (during, backend.patience)


def test_a_control_experiment_that_goes_wrong_too_takes_the_blame() -> None:
    with backend_of(reference_impl.open_backend) as backend:
        backend.blame(wrong, right, wrong)
        backend.end_example(None)
        innocent = backend.tally.exercised
        with pytest.raises(Nonconformance):
            backend.blame(wrong, right)

    assert 0 == innocent


def test_an_error_of_the_kit_ends_the_check() -> None:
    def fail() -> None:
        raise KitError("at fault")

    with backend_of(reference_impl.open_backend) as backend, pytest.raises(GaveUp) as caught:
        backend.observed("open", fail)

    assert "at fault" == str(caught.value.error)


def test_the_first_exception_of_several_threads_comes_out() -> None:
    with backend_of(reference_impl.open_backend) as backend, backend.fresh() as store:
        done: list[int] = []
        with pytest.raises(Nonconformance):
            store.concurrently("at once", [lambda: done.append(1), wrong, lambda: done.append(2)])

    assert {1, 2} == set(done)


def test_what_is_shared_is_made_once_and_closed_in_the_end() -> None:
    shared, closed = Shared(), list[str]()

    def make(closing: ExitStack) -> object:
        closing.callback(closed.append, "closed")
        return object()

    first = shared.get("one", make)
    again, other = shared.get("one", make), shared.get("two", make)
    shared.close()

    assert first is again is not other
    assert ["closed", "closed"] == closed
