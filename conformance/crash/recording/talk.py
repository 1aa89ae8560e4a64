"""Holds a conversation with a command over plain pipes, for recorders that do not trace it themselves."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from conformance.crash.recording.record import (
    Conversation,
    child_environment,
    complaints_file,
    read_complaints,
)


@dataclass(frozen=True, slots=True)
class Talked:
    """What was said, and how the child ended.

    `requests` are lines, each with the number of answer lines that came before it. `output_link` is what
    the child's standard output is called in /proc.
    """

    requests: tuple[tuple[int, str], ...]
    output_link: str
    timed_out: bool
    exit_status: int
    complaints: str


def talk(
    argv: Sequence[str],
    conversation: Conversation,
    timeout_s: float,
    environment: Mapping[str, str] | None = None,
) -> Talked:
    """Run `argv` through the conversation and wait for its end; it is killed after `timeout_s` seconds.

    `environment` is added to the kit's own.
    """
    with complaints_file() as complaints:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=child_environment(environment),
        )
        assert child.stdout is not None
        link = f"pipe:[{os.fstat(child.stdout.fileno()).st_ino}]"
        timed_out = threading.Event()

        def give_up() -> None:
            timed_out.set()
            child.kill()

        watchdog = threading.Timer(timeout_s, give_up)
        watchdog.start()
        requests: list[tuple[int, str]] = []
        try:
            with suppress(BrokenPipeError):  # the child ended early; the trace tells
                _converse(child, conversation, requests)
        finally:
            exit_status = child.wait()
            watchdog.cancel()
        return Talked(tuple(requests), link, timed_out.is_set(), exit_status, read_complaints(complaints))


def _converse(
    child: subprocess.Popen[bytes], conversation: Conversation, requests: list[tuple[int, str]]
) -> None:
    assert child.stdin is not None
    assert child.stdout is not None
    answers = 0
    with child.stdout as output, child.stdin as input_:
        while (line := conversation.next_line()) is not None:
            requests.append((answers, line))
            input_.write(line.encode() + b"\n")
            input_.flush()
            answered = False
            while not answered and (answer := output.readline()):
                answers += 1
                answered = conversation.on_answer(answer.decode("utf-8", "surrogateescape").rstrip("\n"))
            if not answered:
                break
        input_.close()
        output.read()
