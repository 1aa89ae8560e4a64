"""The process that holds the product: one JSON request a line on stdin, one answer a line on stdout.

A request is {"do": name, ...}; an answer {"done": value}, {"refused": text} or, for a panic of the engine,
which no `except Exception` sees, {"panicked": text}. Nothing here may be imported from the kit: a preloaded
library holds the clocks of this process.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import select
import sys
import time
from pathlib import Path
from typing import Any

TICK_LIMIT_S = 20.0
TICK_S = 0.12  # the scheduler looks every tenth of a second
QUIET_S = 0.05


class Worker:
    """One database at a time, the clocks held from the start."""

    def __init__(self) -> None:
        self.clocks = ctypes.CDLL(os.environ["HELD_CLOCK"])
        self.clocks.hold_wall_clock.argtypes = [ctypes.c_longlong]
        self.product = importlib.import_module("uni_db")
        self.now = 0
        self.path = Path()
        self.database: Any = None
        self.session: Any = None
        self.clocks.hold_timers()

    def do_hold(self, nanos: int) -> None:
        self.now = nanos
        self.clocks.hold_wall_clock(nanos)

    def do_open(self, path: str) -> None:
        self.path = Path(path)
        self.database = self.product.Uni.open(path)
        self.session = self.database.session()

    def do_close(self) -> None:
        """Shutting down waits for timers; at the epoch no job is due that a tick could still run."""
        self.session = None
        self.clocks.hold_wall_clock(0)
        self.clocks.let_timers_go()
        try:
            self.database.shutdown()
            self.database = None
        finally:
            self.clocks.hold_timers()
            self.clocks.hold_wall_clock(self.now)

    def do_query(self, cypher: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        return [row.to_dict() for row in self.session.query(cypher, parameters)]

    def do_write(self, cypher: str, parameters: dict[str, Any] | None) -> None:
        transaction = self.session.tx()
        try:
            if parameters is None:
                transaction.execute(cypher)
            else:
                transaction.execute(cypher, parameters)
        except BaseException:
            transaction.rollback()
            raise
        transaction.commit()

    def do_labels(self) -> dict[str, list[str]]:
        return {
            "labels": sorted(self.database.list_labels()),
            "types": sorted(self.database.list_edge_types()),
        }

    def do_tick(self, due: list[str]) -> None:
        """Let the scheduler run until the jobs that are due have run, and failed for want of a provider."""
        begin = real_seconds()
        self.clocks.let_timers_go()
        try:
            while real_seconds() < begin + TICK_S or not self.have_failed(due):
                if real_seconds() > begin + TICK_LIMIT_S:
                    raise TimeoutError(f"of the jobs {due} not all ran within {TICK_LIMIT_S} s")
                pause(0.002)
        finally:
            self.clocks.hold_timers()
        self.wait_until_quiet(due)

    def wait_until_quiet(self, due: list[str]) -> None:
        """A run that began before the timers were held again may still be writing."""
        seen, since = self.content(), real_seconds()
        while real_seconds() < since + QUIET_S or not self.have_failed(due):
            pause(0.005)
            found = self.content()
            if found != seen:
                seen, since = found, real_seconds()

    def have_failed(self, due: list[str]) -> bool:
        """Whether the first row of each of these jobs says FailedRetrying."""
        if not due:
            return True  # whatever the document holds
        statuses: dict[str, str] = {}
        for row in json.loads(self.content().decode("utf-8", "replace") or "[]"):
            name, status = row[:2] if isinstance(row, list) else (row["qname"], row["status"])
            statuses.setdefault(name, status)
        return all(statuses[name] == "FailedRetrying" for name in due)

    def content(self) -> bytes:
        """The document; no bytes where there is none."""
        try:
            return (self.path / "_system" / "background_jobs.json").read_bytes()
        except FileNotFoundError:
            return b""


def real_seconds() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def pause(seconds: float) -> None:
    """Python's own sleep would wait for the held clock."""
    select.select([], [], [], seconds)


def answer(worker: Worker, request: dict[str, Any]) -> dict[str, Any]:
    name = request.pop("do")
    try:
        return {"done": getattr(worker, f"do_{name}")(**request)}
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}"}
    except BaseException as error:
        return {"panicked": f"{type(error).__name__}: {error}"}


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the engine prints is no answer
    try:
        worker = Worker()
    except ImportError as error:
        answers.write(json.dumps({"refused": str(error)}) + "\n")
        return
    answers.write(json.dumps({"done": "ready"}) + "\n")
    answers.flush()
    for line in sys.stdin:
        answers.write(json.dumps(answer(worker, json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
