"""A worker process: holds the backend, runs one check after another, answers in JSON lines.

Started by the supervisor with a job description as its only argument. It answers on a descriptor of its own,
because standard output belongs to the backend.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.contract.connection import BackendFault, Driver
from conformance.contract.faults import SchedulerPersistenceError
from conformance.errors import KitError, SidecarConformanceError, TargetUnreachableError
from conformance.execution.blackbox import BlackBox
from conformance.execution.plan import TargetSpec
from conformance.execution.reaching import patience, reach
from conformance.results.counterexample import decode_value
from conformance.results.journal import description_from_json, description_to_json, outcome_to_json
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.suite.profiles import Dose
from conformance.suite.running import replay_check, run_check
from conformance.suite.session import Backend
from conformance.suite.verifies import CHECKS
from conformance.workspace import Workspace


def main(job: Mapping[str, Any]) -> None:
    """Work until standard input ends."""
    answers = os.fdopen(job["answers"], "w", encoding="utf-8", buffering=1)
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.path[:0] = [entry for entry in job["search_path"] if entry not in sys.path]
    box = BlackBox(job["blackbox"], patience(_target(job), job["timeout_scale"]))
    workspace = Workspace(Path(job["workspace"]))

    def say(answer: Mapping[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    try:
        for line in requests:
            say(_serve(json.loads(line), job, box, workspace, lambda words: say({"tell": words})))
    finally:
        _drivers_closed()
        workspace.close()


_drivers: list[Driver] = []


def _drivers_closed() -> None:
    while _drivers:
        with suppress(Exception):
            _drivers.pop().close()


def _target(job: Mapping[str, Any]) -> TargetSpec:
    return TargetSpec(job["spelled"], tuple(job["command"]), job["attached"])


def _serve(
    request: Mapping[str, Any],
    job: Mapping[str, Any],
    box: BlackBox,
    workspace: Workspace,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    try:
        if not _drivers:
            box.began("import", 3.0)
            _drivers.append(reach(_target(job), job["timeout_scale"], Path(job["workspace"]), tell))
            box.ended()
        driver = _drivers[0]
        if "describe" in request:
            box.began("open", 1.0)
            _try_once(driver, workspace)
            box.ended()
            return {"description": description_to_json(driver.description)}
        described = replace(description_from_json(request["description"]), factory=driver.description.factory)
        exhibits = Path(job["exhibits"]) if job["exhibits"] else None
        backend = Backend(driver, described, workspace, box, exhibits, job["timeout_scale"])
        return {"outcome": outcome_to_json(_run(request, backend, str(job["shown"])))}
    except SidecarConformanceError as error:
        return {"error": str(error), "exit_code": int(error.exit_code)}
    except Exception:
        return {"error": traceback.format_exc(), "exit_code": int(KitError.exit_code)}


def _try_once(driver: Driver, workspace: Workspace) -> None:
    """Open and close the backend once. Raises TargetUnreachableError when that fails."""
    data = workspace.fresh()
    try:
        driver.open(data.path).close()
    except (SchedulerPersistenceError, BackendFault) as error:
        raise TargetUnreachableError(f"the backend cannot be opened on an empty data path: {error}") from None
    finally:
        workspace.discard(data)


def _run(request: Mapping[str, Any], backend: Backend, spelled: str) -> CheckOutcome:
    check = CHECKS[request["check"]]
    dose = Dose(**request["dose"])
    for pinned in request["pinned"]:
        arguments = {name: decode_value(form) for name, form in pinned.items()}
        outcome = replay_check(check, backend, arguments, dose.seed, spelled)
        if outcome.verdict is not Verdict.PASSED or request["replays_only"]:
            return outcome
    return run_check(check, backend, dose, spelled)


if __name__ == "__main__":
    import conformance.suite.chapters  # noqa: F401 - registers the checks

    main(json.loads(sys.argv[1]))
