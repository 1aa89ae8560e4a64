"""What happens at a Dask worker: orders are carried out under a supervisor of the kit, and ended when asked.

Imports no Dask: what has to do with that, stands in `duty`.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TypeVar

from conformance.errors import SidecarConformanceError
from conformance.execution.cluster.facts import Facts, differences
from conformance.execution.processes import kill_marked
from conformance.workspace import memory_file_system

_Q = TypeVar("_Q")
_POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A Dask worker that is not fit for the run, and why."""

    words: str
    worker: str = ""


_LOCK = Lock()
_HALTED: set[str] = set()
_UNDER_WAY: dict[str, list[Event]] = {}
_FOUND: dict[str, Facts | Refusal] = {}


def prefix_of(run: str) -> str:
    """How the temporary directories of a run begin."""
    return f"sidecar-conformance-{run}-"


@contextmanager
def enlisted(run: str, is_wanted: Callable[[], bool] = lambda: True) -> Iterator[Event]:
    """An event that `halt` sets; set from the beginning where the run was halted before.

    It is set, too, once nobody wants the result any more: who asked for it may have gone without a word.
    """
    stop, over = Event(), Event()
    with _LOCK:
        _UNDER_WAY.setdefault(run, []).append(stop)
        if run in _HALTED:
            stop.set()
    Thread(target=_watch, args=(is_wanted, stop, over), daemon=True).start()
    try:
        yield stop
    finally:
        over.set()
        with _LOCK:
            _UNDER_WAY[run].remove(stop)
            if not _UNDER_WAY[run]:
                del _UNDER_WAY[run]


def _watch(is_wanted: Callable[[], bool], stop: Event, over: Event) -> None:
    while not over.wait(_POLL_SECONDS):
        if not is_wanted():
            stop.set()
            return


def halt(run: str) -> None:
    """End what is under way for a run, and what is still to come."""
    with _LOCK:
        _HALTED.add(run)
        for stop in _UNDER_WAY.get(run, []):
            stop.set()


def be_deaf() -> None:
    """Leave a Ctrl-C to the process at the terminal: it says what ends."""
    signal.signal(signal.SIGINT, lambda number, frame: None)  # ignored, it would be ignored by every child


def sweep(run: str) -> None:
    """Forget a run that is over, and remove what a Dask worker that was killed has left on this machine."""
    with _LOCK:
        _HALTED.discard(run)
        _FOUND.pop(run, None)
    kill_marked(run)
    for home in {memory_file_system(), Path(tempfile.gettempdir())} - {None}:
        assert home is not None
        for path in home.glob(f"{prefix_of(run)}*"):
            shutil.rmtree(path, ignore_errors=True)


async def survey(run: str, find: Callable[[_Q], Facts], question: _Q) -> Facts | Refusal:
    """What is found at this worker; in a thread, so that the worker stays in touch with its scheduler."""
    return await asyncio.to_thread(found_here, run, find, question)


def found_here(run: str, find: Callable[[_Q], Facts], question: _Q) -> Facts | Refusal:
    """What is found at this worker; looked for once in a run."""
    if run not in _FOUND:
        try:
            _FOUND[run] = find(question)
        except SidecarConformanceError as error:
            _FOUND[run] = Refusal(str(error))
    return _FOUND[run]


def refused(expected: Facts, found: Facts | Refusal, worker: str) -> Refusal | None:
    """Why a worker is refused, if it is."""
    words = found.words if isinstance(found, Refusal) else differences(expected, found)
    return Refusal(words, worker) if words else None
