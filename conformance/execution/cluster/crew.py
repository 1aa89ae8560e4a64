"""The Dask workers of a run: reached, looked over, set to work, halted, left as they were."""

from __future__ import annotations

import logging
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from typing import Any, TypeVar

from distributed import Client, LocalCluster, as_completed

from conformance.errors import TargetUnreachableError
from conformance.execution.cluster import LOCAL
from conformance.execution.cluster.facts import Facts
from conformance.execution.cluster.remote import Refusal, be_deaf, halt, refused, survey, sweep

_J = TypeVar("_J")
_Q = TypeVar("_Q")
_ANSWER_S, _ARRIVAL_S = 10.0, 30.0


class Crew:
    """The workers that a Dask scheduler has. `run` is a name that nothing else in the cluster has."""

    def __init__(self, address: str, workers: int) -> None:
        """Reach the cluster; `local` starts one of so many workers. Raises TargetUnreachableError."""
        self.run = secrets.token_hex(8)
        self._address = address
        self._closing = ExitStack()
        self._strangers: set[str] = set()
        self._halted = False
        try:
            self._client = self._reach(workers)
            self.workers = self._count()
        except BaseException:
            self._closing.close()
            raise

    def _reach(self, workers: int) -> Any:
        where: Any = self._address
        if where == LOCAL:
            where = self._closing.enter_context(_local_cluster(workers))
        try:
            client = Client(where, timeout=_ANSWER_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError, ImportError) as error:
            raise TargetUnreachableError(
                f"no Dask scheduler answers at {self._address}: {error}; start one with `dask scheduler`"
            ) from None
        self._closing.enter_context(client)
        if self._address == LOCAL:
            client.run(be_deaf)
        return client

    def _count(self) -> int:
        """How many orders are carried out at a time. Raises TargetUnreachableError where there is nobody."""
        with suppress(TimeoutError):
            self._client.wait_for_workers(1, timeout=_ARRIVAL_S)
        threads: Mapping[str, int] = self._client.nthreads()
        workers = sum(threads.values())
        if not workers:
            raise TargetUnreachableError(
                f"the Dask scheduler at {self._address} has no worker: start some, `dask worker` "
                f"with --nthreads 1, each in the folder that it is to find the target in"
            )
        return workers

    def admit(self, here: Facts, find: Callable[[_Q], Facts], question: _Q) -> None:
        """Look at every worker. Raises TargetUnreachableError for those that differ, by name."""
        found: Mapping[str, Any] = self._client.run(survey, self.run, find, question, on_error="return")
        refusals = [_refusal(here, each, address) for address, each in sorted(found.items())]
        lines = [f"  {refusal.worker}: {refusal.words}" for refusal in refusals if refusal is not None]
        if lines:
            many = "1 Dask worker is" if len(lines) == 1 else f"{len(lines)} Dask workers are"
            raise TargetUnreachableError(
                "\n".join([f"{many} refused, and nothing was run:", *lines, "  " + _CURE])
            )

    @contextmanager
    def listening(self, topic: str, hear: Callable[[Mapping[str, Any]], None]) -> Iterator[None]:
        """Hand on what the workers tell of this run, from another thread."""

        def take(event: tuple[float, Any]) -> None:
            if event[1].get("run") == self.run:
                hear(event[1])

        self._client.subscribe_topic(topic, take)
        try:
            yield
        finally:
            self._client.unsubscribe_topic(topic)

    def each(
        self, function: Callable[[_J], Any], jobs: Iterable[_J], at_once: int | None = None
    ) -> Iterator[tuple[_J, Any]]:
        """Each job with what the function made of it at some worker, as they come; or with the exception.

        A job whose worker is lost begins again at another. A worker that came late and is not fit gets none;
        the refusal is what comes where no other is left. No more than `at_once` are under way.
        """
        todo = iter(jobs)
        under_way: dict[Any, _J] = {}
        coming = as_completed(loop=self._client.loop)

        def submit(job: _J) -> None:
            future = self._client.submit(function, job, pure=False, workers=self._fit())
            under_way[future] = job
            coming.add(future)

        try:
            for job in islice(todo, at_once):
                submit(job)
            for future in coming:
                job, result = under_way.pop(future), _result(future)
                if isinstance(result, Refusal) and self._has_others_than(result.worker):
                    submit(job)
                    continue
                yield job, result
                for following in [] if self._halted else islice(todo, 1):
                    submit(following)
        finally:
            if under_way:
                self.halt()
                with suppress(Exception):
                    self._client.cancel(list(under_way))

    def _fit(self) -> list[str] | None:
        """The workers that a job may go to; None for any."""
        if not self._strangers:
            return None
        return [address for address in self._client.nthreads() if address not in self._strangers]

    def _has_others_than(self, stranger: str) -> bool:
        self._strangers.add(stranger)
        return bool(self._fit())

    def halt(self) -> None:
        """End what is under way, and what is still to come."""
        if self._halted:
            return
        self._halted = True
        with suppress(Exception):
            self._client.run(halt, self.run, on_error="ignore")

    def close(self) -> None:
        """Leave the cluster as it was, or end the local one."""
        with suppress(Exception):
            self._client.run(sweep, self.run, on_error="ignore")
        with suppress(Exception):  # what was found out counts, however a cluster ends
            self._closing.close()
        if self._address == LOCAL:
            sweep(self.run)


_CURE = (
    "A worker needs the same kit, the same target and the same Python as here, in the folder that it is "
    "started in; start it anew after a change."
)


@contextmanager
def _local_cluster(workers: int) -> Iterator[Any]:
    """Processes of one thread each on this machine, which leave nothing behind."""
    with (
        tempfile.TemporaryDirectory(prefix="sidecar-conformance-", ignore_cleanup_errors=True) as folder,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=folder,
            scheduler_kwargs={"local_directory": folder},
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster


def _refusal(here: Facts, found: Any, address: str) -> Refusal | None:
    if isinstance(found, BaseException):
        words = f"it cannot import what the run needs: {type(found).__name__}: {found}"
        return Refusal(words, address)
    return refused(here, found, address)


def _result(future: Any) -> Any:
    """The result of a future that is done, or the exception instead."""
    try:
        return future.result()
    except Exception as error:  # what no function of ours raises: the worker was lost, or the scheduler
        return error
