"""How long a run has still to go, by what each of its checks was expected to take."""

from __future__ import annotations

from collections.abc import Mapping

_TRUSTED = 0.1  # so much of the expectation is to be over before what was measured outweighs it
_OVERDUE = 0.1  # what takes longer than it was expected to has this share of it to go


class Remaining:
    """`expected` says of each check how many seconds of a worker it was expected to take."""

    def __init__(self, expected: Mapping[str, float], workers: int) -> None:
        self._left = dict(expected)
        self._workers = workers
        self._trusted = _TRUSTED * sum(expected.values())
        self._begun: dict[str, float] = {}
        self._done = self._taken = 0.0

    def begins(self, test: str, now: float) -> None:
        """A check begins."""
        self._begun[test] = now

    def ended(self, test: str, now: float) -> None:
        """A check ended: how it compared with its expectation corrects those of the others."""
        self._done += self._left.pop(test, 0.0)
        self._taken += now - self._begun.pop(test, now)

    def seconds(self, now: float) -> float:
        """The time to go: of all workers together, and at least of the longest check."""
        certain = self._done + self._trusted
        slower = (self._taken + self._trusted) / certain if certain else 1.0
        left = list(self._left.items())  # who asks may be another thread
        each = [self._of(test, expected * slower, now) for test, expected in left]
        return max(sum(each) / self._workers, max(each, default=0.0))

    def _of(self, test: str, expected: float, now: float) -> float:
        passed = now - self._begun.get(test, now)
        return max(expected - passed, expected * _OVERDUE)
