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

from conformance.errors import SidecarConformanceError, UsageError
from conformance.execution.options import (
    DEFAULT_REPORT,
    PLAN_OPTIONS,
    environment_name,
    parse_flag,
    plan_from_words,
    refuse_unknown_variables,
)
from conformance.execution.plan import Plan, TargetSpec

_TARGETS = (
    ("backend", "TARGET", "the backend, as package.module:attribute"),
    ("cmd", "COMMAND", "the backend's adapter, as one quoted command"),
)

if TYPE_CHECKING:
    from conformance.testing.session import Backend


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `run`, prefixed."""
    group = parser.getgroup("sidecar", "sidecar-conformance: is a SchedulerPersistence backend right?")
    for name, metavar, what in _TARGETS:
        group.addoption(f"--sidecar-{name}", action="append", metavar=metavar, help=what)
    for option in PLAN_OPTIONS:
        settings: dict[str, Any] = {"help": f"{option.help} (${environment_name(option.name)})"}
        if option.flag:
            settings["action"] = "store_true"
        elif option.repeats:
            settings["action"] = "append"
        group.addoption(f"--sidecar-{option.name}", **settings)


def pytest_configure(config: pytest.Config) -> None:
    """Make the plan, if a target is named."""
    try:
        plan = _plan(config)
    except SidecarConformanceError as error:
        from conformance.reports.visible import visible_lines

        raise pytest.UsageError(visible_lines(str(error))) from None
    if plan is None:
        return
    spread = config.getoption("numprocesses", None) or config.getoption("dist", "no") != "no"
    if spread or hasattr(config, "workerinput"):
        raise pytest.UsageError("the suite brings its own workers: use --sidecar-workers instead of -n")
    from conformance.execution.pytest_door import Door

    config.pluginmanager.register(Door(plan), "sidecar-conformance-door")


def _plan(config: pytest.Config) -> Plan | None:
    """The plan, if a target is named. Raises UsageError."""
    words = _words(config)
    named = {name: _named(config, name) for name, _, _ in _TARGETS}
    attached = parse_flag("attach", words["attach"])
    if not any(named.values()) and not attached:
        return None
    refuse_unknown_variables(os.environ)
    try:
        command = tuple(shlex.split(named["cmd"]))
    except ValueError as error:
        raise UsageError(f"--sidecar-cmd is no command, {error}: {named['cmd']}") from None
    return plan_from_words(TargetSpec(named["backend"], command, attached), words, (str(Path.cwd()),))


def _named(config: pytest.Config, name: str) -> str:
    said: list[str] = config.getoption(f"--sidecar-{name}") or [os.environ.get(environment_name(name), "")]
    if len(said) > 1:
        raise UsageError(f"name one target: --sidecar-{name} was given {len(said)} times")
    return said[0]


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
