"""A worker process: holds the backend, runs one check after another, answers in JSON lines.

Started by the supervisor, which writes a job description to its standard input and then a request a line.
It answers on a descriptor of its own, because standard output belongs to the backend.
"""

from __future__ import annotations

import fcntl
import os
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from json import dumps, loads  # by name: a backend may replace what `json` holds
from pathlib import Path
from typing import Any

from conformance.clocks import monotonic_seconds
from conformance.contract.connection import BackendFault, Driver
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, SystemTime
from conformance.drivers.blame import AdapterError
from conformance.drivers.descriptors import allow_many, in_use
from conformance.errors import KitError, SidecarConformanceError, TargetUnreachableError
from conformance.execution.blackbox import BlackBox
from conformance.execution.plan import TargetSpec
from conformance.execution.probing import probe, unopened_words
from conformance.execution.processes import end_with_parent
from conformance.execution.reaching import patience, reach
from conformance.execution.seal import Seal
from conformance.execution.sources import digests, tracer
from conformance.results.counterexample import decode_value
from conformance.results.journal import description_from_json, description_to_json, outcome_to_json
from conformance.results.verdict import BREACHES, CheckOutcome
from conformance.suite.chapters import CHECKS
from conformance.testing.profiles import Dose
from conformance.testing.running import replay_check, run_check
from conformance.testing.session import Backend
from conformance.testing.shared import Shared
from conformance.workspace import Workspace

_TIMED, _TIMED_JOB, _SHORT_PATIENCE = 3, QName("kit", "timed"), 0.25
_TOO_MANY_FILES = 1_000  # a backend leaves files open: the next check begins in a fresh process
_OUT_OF_REACH = 200  # a backend that closes or writes to low descriptors means others, not ours


def work() -> None:
    """Work until standard input ends."""
    end_with_parent()
    allow_many()
    requests = _out_of_reach(0)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    with os.fdopen(requests, encoding="utf-8") as lines:
        job = loads(next(lines))
        answers = _out_of_reach(job["answers"])
        _leave_to_this_process(requests, answers)
        desk = Desk(job, answers)
        try:
            for line in lines:
                desk.serve(loads(line))
        finally:
            desk.close()


def _out_of_reach(descriptor: int) -> int:
    """The same file under a high number that no child inherits; the low number is closed, but for 0."""
    try:
        high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_REACH)
    except OSError:  # no process here may have so many
        high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    if descriptor > 0:
        os.close(descriptor)
    return high


def _leave_to_this_process(*descriptors: int) -> None:
    """Take the descriptors from every process that a backend forks: only one may answer."""

    def forget() -> None:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in descriptors:
            os.dup2(nothing, descriptor, inheritable=False)
        os.close(nothing)

    os.register_at_fork(after_in_child=forget)


class Desk:
    """Takes requests one by one and answers them. Holds the driver, once it is reached."""

    def __init__(self, job: Mapping[str, Any], answers: int) -> None:
        self._job = job
        self._answers = os.fdopen(answers, "w", encoding="utf-8")
        self._target = TargetSpec(job["spelled"], tuple(job["command"]), job["attached"])
        self._box = BlackBox(job["blackbox"], patience(self._target, job["timeout_scale"]))
        os.close(job["blackbox"])
        self._workspace = Workspace(Path(job["workspace"]))
        self._drivers: list[Driver] = []
        self._brought: frozenset[str] = frozenset()
        self._shared = Shared()
        self._owner = os.getpid()
        self._seal = Seal()
        sys.path[:0] = [entry for entry in job["search_path"] if entry not in sys.path]

    def serve(self, request: Mapping[str, Any]) -> None:
        """Answer one request."""
        self._ticket = request["ticket"]
        self._say(self._answer(request))

    def close(self) -> None:
        """Close the backend and remove its data paths."""
        with suppress(BaseException):
            self._shared.close()
        while self._drivers:
            with suppress(BaseException):
                self._drivers.pop().close()
        self._workspace.close()

    def _say(self, answer: Mapping[str, Any]) -> None:
        if os.getpid() != self._owner:
            os._exit(0)  # a backend forked, and its child came back to us
        self._answers.write(dumps({**answer, "ticket": self._ticket}) + "\n")
        self._answers.flush()

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            answer = self._attempt(request)
            broken = self._seal.broken()
            return self._tampered(broken) if broken else answer
        except AdapterError as error:
            return {"error": f"the adapter broke the protocol: {error}", "exit_code": int(error.exit_code)}
        except KitError as error:
            return {"error": f"the kit is at fault: {error}", "exit_code": int(error.exit_code)}
        except SidecarConformanceError as error:
            return {"error": str(error), "exit_code": int(error.exit_code)}
        except BaseException as error:
            return {"error": f"the kit is at fault: {_place_of(error)}", "exit_code": int(KitError.exit_code)}

    def _attempt(self, request: Mapping[str, Any]) -> dict[str, Any]:
        driver = self._driver()
        if "describe" in request:
            self._try_once(driver)
            return {"description": description_to_json(driver.description)}
        if "probe" in request:
            outage = probe(driver, self._workspace, lambda name: self._box.began(name, _SHORT_PATIENCE))
            self._box.ended()
            return {"outage": outage}
        if "surroundings" in request:
            return {"modules": digests(self._brought), "tracer": tracer()}
        if "time" in request:
            return {"seconds": self._time_calls(driver)}
        described = replace(description_from_json(request["description"]), factory=driver.description.factory)
        exhibits = Path(self._job["exhibits"]) if self._job["exhibits"] else None
        scale = self._job["timeout_scale"]
        backend = Backend(driver, described, self._workspace, self._box, exhibits, scale, self._shared)
        outcome = _run(request, backend, str(self._job["shown"]))
        return {"outcome": outcome_to_json(outcome), "spent": in_use(os.getpid()) > _TOO_MANY_FILES}

    def _driver(self) -> Driver:
        if not self._drivers:
            self._box.began("import", 3.0)
            folder = Path(self._job["workspace"])
            scale = self._job["timeout_scale"]
            before = frozenset(sys.modules)
            self._drivers.append(reach(self._target, scale, folder, lambda words: self._say({"tell": words})))
            self._brought = frozenset(sys.modules) - before
            self._box.ended()
        return self._drivers[0]

    def _try_once(self, driver: Driver) -> None:
        """Open and close the backend once. Raises TargetUnreachableError when that fails."""
        what = "opened"
        try:
            with self._workspace.lend() as data:
                self._box.began("open", 1.0)
                handle = driver.open(data.path)
                what = "closed"
                self._box.began("close", 1.0)
                handle.close()
                self._box.ended()
        except (SchedulerPersistenceError, BackendFault) as error:
            raise TargetUnreachableError(unopened_words(what, error)) from None

    def _time_calls(self, driver: Driver) -> float | None:
        """The seconds that a mutation or a load takes, the quickest of several; None where they fail."""
        taken = []
        with suppress(SchedulerPersistenceError, BackendFault), self._workspace.lend() as data:
            handle = driver.open(data.path)
            for _ in range(_TIMED):
                begun = monotonic_seconds()
                for operation, call in (
                    ("record_started", lambda: handle.record_started(_TIMED_JOB, SystemTime(1, 0))),
                    ("load_all", handle.load_all),
                ):
                    self._box.began(operation, _SHORT_PATIENCE)
                    call()
                    self._box.ended()
                taken.append((monotonic_seconds() - begun) / 2)
            handle.close()
        return min(taken, default=None)

    def _tampered(self, broken: str) -> dict[str, Any]:
        words = (
            f"the target changed {broken}, which is the kit's own: nothing can be judged with it. "
            f"Put it behind a command, where it cannot reach the kit: "
            f"`run -- sidecar-conformance serve {self._target}`"
        )
        return {"error": words, "exit_code": int(KitError.exit_code)}


def _place_of(error: BaseException) -> str:
    """An error that no backend and no adapter makes, for a report to the kit's authors."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({frame.filename}, line {frame.lineno}); please report it"


def _run(request: Mapping[str, Any], backend: Backend, spelled: str) -> CheckOutcome:
    check = CHECKS[request["check"]]
    dose = Dose(**request["dose"])
    for pinned in request["pinned"]:
        arguments = {name: decode_value(form) for name, form in pinned.items()}
        outcome = replay_check(check, backend, arguments, dose.seed, spelled)
        if outcome.verdict in BREACHES or request["replays_only"]:
            return outcome
    return run_check(check, backend, dose, spelled)
