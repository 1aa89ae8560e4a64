"""Races that are brought about."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from conformance.hosting.turns import Turns


@pytest.fixture
def stalls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The naps taken, each call standing still at its first event."""
    naps: list[float] = []
    monkeypatch.setattr("random.random", lambda: 0.0)
    monkeypatch.setattr("random.uniform", lambda low, high: low)
    monkeypatch.setattr("time.sleep", naps.append)
    yield naps
    assert sys.getprofile() is None


def test_a_call_in_a_crowd_stands_still_once(stalls: list[float]) -> None:
    ours = Turns()
    with ours.crowded():
        answer = ours.take(lambda numbers: sum(map(abs, numbers)), [1, -2])

    assert 3 == answer
    assert 1 == len(stalls)


def test_a_call_without_a_crowd_is_left_alone(stalls: list[float]) -> None:
    ours = Turns()
    with ours.crowded():
        pass

    assert 2 == ours.take(max, 1, 2)
    assert [] == stalls


def test_what_a_call_raises_comes_out(stalls: list[float]) -> None:
    ours = Turns()
    with ours.crowded(), pytest.raises(KeyError):
        ours.take({}.__getitem__, "x")

    assert 1 == len(stalls)


def test_the_interpreter_is_as_before_once_the_last_crowd_has_gone() -> None:
    ours, usual = Turns(), sys.getswitchinterval()
    with ours.crowded():
        with ours.crowded():
            pass
        inner = sys.getswitchinterval()

    assert inner < usual
    assert usual == sys.getswitchinterval()


def test_an_update_without_a_lock_is_lost_where_threads_meet() -> None:
    ours, held = Turns(), {"count": 0}

    def increment() -> None:
        seen = held["count"]
        held.update(count=abs(seen + 1))

    def increment_often() -> None:
        for _ in range(200):
            ours.take(increment)

    with ours.crowded():
        threads = [threading.Thread(target=increment_often) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert held["count"] < 800
