"""What all of the kit's own tests share: how many of them are run, and in how many processes."""

from __future__ import annotations

import os
import secrets
from typing import Any

import pytest
from hypothesis import settings

# Their tests share something costly, or look at what is left on the machine.
IN_ONE_PROCESS = {
    f"tests/{name}.py" for name in ("test_cluster", "test_gate", "test_golden_command", "test_templates")
}

settings.register_profile("kit", deadline=None, database=None)
settings.load_profile("kit")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --whole and --shard."""
    group = parser.getgroup("the kit's own tests")
    group.addoption("--whole", action="store_true", help="try all, not a part: this takes hours")
    group.addoption("--shard", metavar="K/N", help="run the K-th of N parts of the tests: one machine of N")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """A bare `pytest` spreads over all processors, with pytest-xdist; what is named runs here, without -n."""
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    is_worker = hasattr(config, "workerinput")
    if not named and not is_worker and config.getoption("numprocesses", 0) is None:
        config.option.numprocesses = (os.cpu_count() or 1) + 1  # one, because many tests wait for something
        config.option.dist = "loadscope"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Spread single tests, but for those of files in `IN_ONE_PROCESS`.

    The mark `xdist_group` would say it in the files, but has no effect in pytest-xdist 3.8 with pytest 9.2.
    """
    if config.getoption("dist") != "loadscope":
        return None
    from xdist.scheduler import LoadScopeScheduling

    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = _scope_of
    return scheduler


def _scope_of(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return file if file in IN_ONE_PROCESS else nodeid


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    os.environ.setdefault("PYTHONHASHSEED", str(secrets.randbelow(2**32)))  # one order of sets in all workers
    if config.getoption("--whole"):
        os.environ.setdefault("UNI_DB_DOSE", "full")
    config.addinivalue_line("markers", "whole: tried with --whole only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for."""
    chosen = [item for item in items if config.getoption("--whole") or not item.get_closest_marker("whole")]
    chosen = _shard(chosen, config.getoption("--shard"))
    kept = set(map(id, chosen))
    left_out = [item for item in items if id(item) not in kept]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = chosen


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what tests counted."""
    reports = terminalreporter.getreports("passed")
    figures = [text for report in reports for name, text in report.user_properties if name == "figure"]
    if figures:
        terminalreporter.section("figures")
        for figure in figures:
            terminalreporter.line(str(figure))


def _shard(items: list[pytest.Item], shard: str | None) -> list[pytest.Item]:
    if shard is None:
        return items
    number, _, count = shard.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise pytest.UsageError(f"--shard takes K/N with K from 1 to N, such as 1/4, not {shard}")
    return items[int(number) - 1 :: int(count)]
