"""A child process: lines to it and from it, each within a limit, and its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from conformance.child import Child, ChildGoneError, ChildSilentError, ProcessByNumber, children
from conformance.last_words import LastWords

LONG_S = 60.0
SHORT_S = 0.05
ECHO = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"


@contextmanager
def child_of(program: str) -> Iterator[tuple[Child, LastWords]]:
    said = LastWords(20)
    with said.writing_end() as stderr:
        child = Child.started([sys.executable, "-I", "-S", "-c", program], os.environ, stderr)
    try:
        yield child, said
    finally:
        child.kill()


def heard(said: LastWords) -> str:
    """What is new; it comes from another pipe than the answers, and may come later."""
    while not (words := said.fresh()):
        time.sleep(0.01)
    return words


def test_lines_come_one_by_one_with_their_line_feeds() -> None:
    with child_of(ECHO) as (child, _):
        child.write(b"one\n\ntwo\n", LONG_S)
        lines = [child.read_line(LONG_S) for _ in range(3)]

    assert [b"one\n", b"\n", b"two\n"] == lines


def test_half_a_line_is_given_at_the_end_and_nothing_after_it() -> None:
    with child_of("print('one\\nha', end='')") as (child, _):
        lines = [child.read_line(LONG_S) for _ in range(3)]

    assert [b"one\n", b"ha", b""] == lines


def test_a_line_that_comes_late_is_waited_for_no_longer_than_the_limit_and_its_begin_is_kept() -> None:
    program = "import sys\nprint('ha', end='', flush=True)\nsys.stdin.read()\nprint('lf')"
    with child_of(program) as (child, _):
        with pytest.raises(ChildSilentError):
            child.read_line(SHORT_S)
        child.close_stdin()

        assert b"half\n" == child.read_line(LONG_S)


def test_a_child_that_does_not_read_is_silent_when_the_pipe_is_full_and_gone_when_it_ended() -> None:
    with child_of("import time; time.sleep(600)") as (child, _), pytest.raises(ChildSilentError):
        child.write(b"x" * (1 << 21), SHORT_S)
    with child_of("") as (child, _):
        child.exit_within(LONG_S)

        with pytest.raises(ChildGoneError):
            child.write(b"x", LONG_S)


@pytest.mark.parametrize(
    ("program", "code", "status"),
    [
        ("raise SystemExit(3)", 3, "exit status 3"),
        ("import os; os.kill(os.getpid(), 9)", -9, "killed by SIGKILL"),
    ],
)
def test_how_it_ended_is_told(program: str, code: int, status: str) -> None:
    with child_of(program) as (child, _):
        before = child.exit_status()
        has_exited = child.exit_within(LONG_S)

    assert ("still running", True) == (before, has_exited)
    assert (code, status) == (child.exit_code, child.exit_status())


def test_the_end_of_a_child_is_the_end_of_its_group_and_comes_once() -> None:
    program = "import os, time\nprint(os.getpid() if os.fork() else '', flush=True)\ntime.sleep(600)"
    with child_of(program) as (child, said):
        child.read_line(LONG_S)
        child.end()
        child.end()
        said.wait(LONG_S)  # until nobody is left who could write

        assert b"" == child.read(LONG_S)
        assert -15 == child.exit_code


def test_an_interrupt_while_it_is_started_leaves_it_to_be_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = subprocess.Popen, []

    def interrupted(*arguments: Any, **options: Any) -> Any:
        started.append(start(*arguments, **options))
        signal.raise_signal(signal.SIGINT)
        return started[0]

    monkeypatch.setattr("conformance.child.subprocess.Popen", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Child.started(["sleep", "600"], os.environ, 2)
    [left] = [child for child in children() if child.pid == started[0].pid]
    left.end()

    assert "killed by SIGTERM" == left.exit_status()


def test_a_process_of_somebody_else_has_no_exit_code() -> None:
    assert ProcessByNumber(1).wait() is None


def test_the_end_of_what_is_said_is_kept_and_what_is_new_told_once() -> None:
    program = ECHO.replace("flush", "file=sys.stderr, flush") + "; print(flush=True)"
    with child_of(program) as (child, said):
        told = []
        for line in (b"first\n", b"second\n"):
            child.write(line, LONG_S)
            child.read_line(LONG_S)
            told.append(heard(said))
        told.append(said.fresh())
        child.write(b"x" * 30 + b"\n", LONG_S)
        child.close_stdin()
        said.wait(LONG_S)

    assert ["first", "second", ""] == told
    assert "x" * 19 == said.text()
