"""An adapter that somebody else starts."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.contract.connection import DiedFault
from conformance.contract.records import QName, SystemTime
from conformance.drivers.attach import AttachedDriver
from conformance.drivers.command import serve_command, serve_environment
from conformance.errors import NotTestableError

from .commands import OPEN_BACKEND, marked_environment, misbehaving


class Author:
    """Starts a command on the pipes each time the driver tells how to."""

    def __init__(self, folder: Path, command: list[str], environment: dict[str, str]) -> None:
        pipes = f"< {shlex.quote(str(folder / 'requests'))} > {shlex.quote(str(folder / 'answers'))}"
        self.told: list[str] = []
        self.started: list[subprocess.Popen[bytes]] = []
        self._line = f"exec {shlex.join(command)} {pipes}"
        self._environment = environment

    def __call__(self, words: str) -> None:
        self.told.append(words)
        self.started.append(subprocess.Popen(["sh", "-c", self._line], env=self._environment))


@pytest.fixture
def pipes(tmp_path: Path) -> Path:
    (tmp_path / "pipes").mkdir()
    (tmp_path / "data").mkdir()
    return tmp_path / "pipes"


def test_an_adapter_started_by_hand_is_spoken_with(pipes: Path, tmp_path: Path) -> None:
    author = Author(pipes, serve_command(OPEN_BACKEND), serve_environment())
    driver = AttachedDriver(pipes, author)
    handle = driver.open(tmp_path / "data")
    handle.record_started(QName("a", "b"), SystemTime(1, 0))
    loaded = [record.id for record in handle.load_all()]
    driver.close()

    assert [QName("a", "b")] == loaded
    assert [0] == [adapter.wait(30) for adapter in author.started]


def test_the_author_is_told_the_pipes_and_the_first_line(pipes: Path) -> None:
    author = Author(pipes, serve_command(OPEN_BACKEND), serve_environment())
    AttachedDriver(pipes, author).close()
    author.started[0].wait(30)

    assert f"./your-adapter < {pipes}/requests > {pipes}/answers\n" in author.told[0]
    assert '\n    {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocol":1,' in author.told[0]


def test_an_adapter_that_ends_may_be_started_again(pipes: Path, tmp_path: Path) -> None:
    environment, _ = marked_environment()
    author = Author(pipes, misbehaving("dies_at_the_third_call"), environment)
    driver = AttachedDriver(pipes, author)
    handle = driver.open(tmp_path / "data")
    handle.load_all()
    handle.load_all()
    with pytest.raises(DiedFault) as caught:
        handle.load_all()
    loaded = driver.open(tmp_path / "data").load_all()
    driver.close()

    assert [] == loaded
    assert "load_all: the attached adapter ended" == str(caught.value)
    assert ["Waiting for the adapter.", "The adapter has ended. Start it again to go on."] == [
        words.splitlines()[0] for words in author.told
    ]
    assert [101, 0] == [adapter.wait(30) for adapter in author.started]


@pytest.mark.parametrize(
    ("need", "words"),
    [
        (lambda driver: driver.in_time_zone("UTC"), "another time zone is not testable"),
        (lambda driver: driver.another_process(), "a second process is not testable"),
        (lambda driver: driver.child_command(), "a process under the tracer is not testable"),
    ],
    ids=["time zone", "process", "tracer"],
)
def test_what_takes_a_process_of_its_own_is_not_testable(
    pipes: Path, need: Callable[[AttachedDriver], object], words: str
) -> None:
    author = Author(pipes, serve_command(OPEN_BACKEND), serve_environment())
    driver = AttachedDriver(pipes, author)
    with pytest.raises(NotTestableError) as caught:
        need(driver)
    driver.close()
    author.started[0].wait(30)

    assert words in str(caught.value)
    assert "run -- COMMAND" in str(caught.value)
