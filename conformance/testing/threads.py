"""Several threads at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence


class Crowd:
    """Jobs for a thread each. `run` starts them together; `errors` are the exceptions that came out."""

    def __init__(self, jobs: Sequence[Callable[[], None]]) -> None:
        self._jobs = jobs
        self._barrier = threading.Barrier(len(jobs))
        self.errors: list[BaseException] = []

    def run(self) -> None:
        """Do every job and wait for the last."""
        threads = [threading.Thread(target=self._do, args=(job,), daemon=True) for job in self._jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _do(self, job: Callable[[], None]) -> None:
        try:
            self._barrier.wait()
            job()
        except BaseException as error:
            self.errors.append(error)
