"""Commands that cannot be used, and that no child outlives its driver."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.contract.connection import DiedFault
from conformance.contract.records import QName
from conformance.drivers.blame import AdapterError
from conformance.drivers.command import CommandDriver, Limits, serve_command
from conformance.errors import KitError, TargetUnreachableError

from .commands import OPEN_BACKEND, marked_environment, processes_with, serving

QUICK = Limits(start=1.0, operation=1.0, leave=1.0)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["/no/such/command"], "No such file or directory"),
        (["true"], "exit status 0"),
        (["sleep", "600"], "initialize did not return within 1 s"),
    ],
)
def test_a_command_that_does_not_introduce_itself_is_unreachable(command: list[str], message: str) -> None:
    with pytest.raises(TargetUnreachableError, match=message):
        CommandDriver(command, limits=QUICK)


def test_a_python_target_that_is_not_there_is_unreachable_with_its_reason() -> None:
    with pytest.raises(TargetUnreachableError, match=r"^there is no module 'no_such_module'"):
        CommandDriver(serve_command("no_such_module:open"), environment=marked_environment()[0])


def test_an_echo_is_no_adapter() -> None:
    with pytest.raises(AdapterError, match="a line on stdout that is no answer"):
        CommandDriver(["cat"], limits=QUICK)


def test_a_closed_driver_leaves_no_process(tmp_path: Path) -> None:
    environment, mark = marked_environment()
    driver = CommandDriver(serve_command(OPEN_BACKEND), environment=environment)
    with driver.in_time_zone("XYZ-1"), driver.another_process() as other:
        handle = driver.open(tmp_path)
        other.open(tmp_path)
        during = len(processes_with(mark))
    driver.close()

    assert during == 3
    assert processes_with(mark) == []
    with pytest.raises(DiedFault):
        handle.load_all()


def test_an_interpreter_that_ends_takes_its_children_with_it(tmp_path: Path) -> None:
    environment, mark = marked_environment()
    script = (
        "import sys; from conformance.drivers.command import *; "
        "CommandDriver(serve_command(sys.argv[1])); "
        "CommandDriver([sys.executable, '-m', 'misbehaving.hangs'])"
    )
    done = subprocess.run([sys.executable, "-c", script, OPEN_BACKEND], env=environment, check=False)

    assert done.returncode == 0
    assert processes_with(mark) == []


def test_what_json_cannot_hold_is_the_kits_mistake(tmp_path: Path) -> None:
    driver = serving("open_backend")
    with pytest.raises(KitError, match="cannot be said over the wire"):
        driver.open(tmp_path).cancel(QName("a", "\ud800"))
    driver.close()
