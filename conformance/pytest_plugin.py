"""The pytest door: `pytest --pyargs conformance.suite --sidecar-backend TARGET`.

Inert unless a target is named, or the suite is asked for and the settings file names one. The checks run in
worker processes, as they do for the command, so that a backend can neither take pytest down nor end it with a
green exit code; pytest selects and reports them.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Generator
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
from conformance.execution.settings import find_settings

_MARKERS = {
    "must": "a check of the kit for a requirement that a backend MUST hold",
    "should": "a check of the kit for a requirement that a backend SHOULD hold",
    "may": "a check of the kit for a requirement that a backend MAY hold",
    "sidecar_requirement(id)": "a check of the kit, and the id of its requirement",
}
_DOOR = "sidecar-conformance-door"
_SUITE_PACKAGE = "conformance.suite"
_SUITE = Path(__file__).parent / "suite"
_NO_TARGET = "name a backend: --sidecar-backend package.module:attribute or --sidecar-cmd COMMAND"
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
        settings: dict[str, Any] = {"help": f"{option.help_with_default} (${environment_name(option.name)})"}
        if option.flag:
            settings["action"] = "store_true"
        elif option.repeats:
            settings["action"] = "append"
        group.addoption(f"--sidecar-{option.name}", **settings)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers of `conformance.testing.requirements`; make the plan, if a target is named."""
    for marker, meaning in _MARKERS.items():
        config.addinivalue_line("markers", f"{marker}: {meaning}")
    try:
        plan = _plan(config)
    except SidecarConformanceError as error:
        from conformance.reports.visible import visible_lines

        raise pytest.UsageError(visible_lines(str(error))) from None
    spread = config.getoption("numprocesses", None) or config.getoption("dist", "no") != "no"
    if plan is None:
        if spread and _asks_for_suite(config):
            raise pytest.UsageError(_NO_TARGET)
        return
    if spread or hasattr(config, "workerinput"):
        raise pytest.UsageError("the suite brings its own workers: use --sidecar-workers instead of -n")
    from conformance.execution.pytest_door import Door

    config.pluginmanager.register(Door(plan), _DOOR)


def _plan(config: pytest.Config) -> Plan | None:
    """The plan, if a target is named: here, or in the settings file where the suite is asked for.

    Raises UsageError.
    """
    named = {name: _named(config, name) for name, _, _ in _TARGETS}
    attached = parse_flag("attach", _said(config, "attach"))
    is_named = any(named.values()) or attached
    if not is_named and not _asks_for_suite(config):
        return None
    settings = find_settings(Path.cwd())
    if not is_named and not settings.target and not settings.command:
        return None
    refuse_unknown_variables(os.environ)
    words = {option.name: _said(config, option.name) for option in PLAN_OPTIONS}
    words = {**words, **{name: word for name, word in settings.words.items() if not words[name]}}
    words["report"] = words["report"] or DEFAULT_REPORT
    try:
        command = tuple(shlex.split(named["cmd"]))
    except ValueError as error:
        raise UsageError(f"--sidecar-cmd is no command, {error}: {named['cmd']}") from None
    spec = TargetSpec(named["backend"], command, attached) if is_named else settings.spec()
    return plan_from_words(spec, words, (str(Path.cwd()),))


def _asks_for_suite(config: pytest.Config) -> bool:
    return any(arg.startswith(_SUITE_PACKAGE) for arg in config.args)


def _named(config: pytest.Config, name: str) -> str:
    said: list[str] = config.getoption(f"--sidecar-{name}") or [os.environ.get(environment_name(name), "")]
    if len(said) > 1:
        raise UsageError(f"name one target: --sidecar-{name} was given {len(said)} times")
    return said[0]


def _said(config: pytest.Config, name: str) -> Any:
    """What was said for an option: on the command line, else in the environment."""
    return config.getoption(f"--sidecar-{name}") or os.environ.get(environment_name(name)) or None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect the suite's modules of checks, whatever files the user's settings call tests."""
    found = yield
    if file_path.parent != _SUITE:
        return found
    if not (file_path.name.startswith("test_") and file_path.suffix == ".py"):
        return []
    return [ModuleOfChecks.from_parent(parent, path=file_path)]


class ModuleOfChecks(pytest.Module):
    """A module of the suite, in which a function is a check or not whatever the user calls his tests."""

    def funcnamefilter(self, name: str) -> bool:
        """Whether a function of this name is a check."""
        return name.startswith("test_")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse to run checks for which no target is named. Raises UsageError."""
    config = session.config
    settled = config.pluginmanager.has_plugin(_DOOR) or hasattr(config, "workerinput")
    if settled or config.option.collectonly:
        return
    if any(isinstance(item.getparent(ModuleOfChecks), ModuleOfChecks) for item in session.items):
        raise pytest.UsageError(_NO_TARGET)


@pytest.fixture(scope="session")
def sidecar_backend() -> Backend:
    """The backend under test. Checks get it from a worker process; nothing runs without a target."""
    pytest.fail(_NO_TARGET)
