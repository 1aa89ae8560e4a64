"""The pytest door: `pytest --pyargs conformance.suite --sidecar-backend TARGET`.

Inert unless a target is named. The checks run in worker processes, as they do for the command, so that a
backend can neither take pytest down nor end it with a green exit code; pytest selects and reports them.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.errors import SidecarConformanceError
from conformance.execution.options import (
    DEFAULT_REPORT,
    PLAN_OPTIONS,
    environment_name,
    plan_from_words,
    refuse_unknown_variables,
)

if TYPE_CHECKING:
    from conformance.suite.session import Backend


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `run`, prefixed."""
    group = parser.getgroup("sidecar", "sidecar-conformance: is a SchedulerPersistence backend right?")
    group.addoption("--sidecar-backend", metavar="TARGET", help="the backend, as package.module:attribute")
    group.addoption("--sidecar-cmd", metavar="COMMAND", help="the backend's adapter, as one quoted command")
    for option in PLAN_OPTIONS:
        settings: dict[str, Any] = {"help": f"{option.help} (${environment_name(option.name)})"}
        if option.flag:
            settings["action"] = "store_true"
        elif option.repeats:
            settings["action"] = "append"
        group.addoption(f"--sidecar-{option.name}", **settings)


def pytest_configure(config: pytest.Config) -> None:
    """Make the plan, if a target is named."""
    words = _words(config)
    backend = config.getoption("--sidecar-backend") or os.environ.get(environment_name("backend"), "")
    command = config.getoption("--sidecar-cmd") or os.environ.get(environment_name("cmd"), "")
    attached = bool(words["attach"])
    if not backend and not command and not attached:
        return
    if hasattr(config, "workerinput") or config.getoption("numprocesses", None):
        raise pytest.UsageError("the suite brings its own workers: use --sidecar-workers instead of -n")
    from conformance.execution.plan import TargetSpec
    from conformance.execution.pytest_door import Door

    try:
        refuse_unknown_variables(os.environ)
        target = TargetSpec(backend, tuple(shlex.split(command)), attached)
        plan = plan_from_words(target, words, (str(Path.cwd()),))
    except SidecarConformanceError as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(Door(plan), "sidecar-conformance-door")


def _words(config: pytest.Config) -> dict[str, Any]:
    """What was said for each option: on the command line, else in the environment."""
    words = {}
    for option in PLAN_OPTIONS:
        said = config.getoption(f"--sidecar-{option.name}")
        words[option.name] = said or os.environ.get(environment_name(option.name)) or None
    words["report"] = words["report"] or DEFAULT_REPORT
    return words


@pytest.fixture(scope="session")
def backend() -> Backend:
    """The backend under test. Checks get it from a worker process; nothing runs without a target."""
    pytest.fail("name a backend: --sidecar-backend package.module:attribute or --sidecar-cmd COMMAND")
