"""What is counted while a check runs."""

from __future__ import annotations

from conformance.results.verdict import Effort


class Tally:
    """Counts of one check: examples, calls into the backend, and how often the precondition came up."""

    def __init__(self) -> None:
        self.examples = 0
        self.exercised = 0
        self.operations = 0
        self.backend_seconds = 0.0
        self.deaths = 0
        self._times = 1

    def begin_example(self) -> None:
        """In an example the precondition comes up once, unless `came_up` says otherwise."""
        self._times = 1

    def came_up(self, times: int) -> None:
        """How often the precondition comes up in this example."""
        self._times = times

    def end_example(self) -> None:
        """Count what came up in the example."""
        self.exercised += self._times

    def effort(self, seconds: float) -> Effort:
        """What the check cost, in all so many seconds."""
        return Effort(self.examples, self.operations, seconds, self.backend_seconds)
