"""Holds a conversation with a child over plain pipes, for recorders that do not trace it themselves."""

from __future__ import annotations

import os
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass

from conformance.crash.record import Conversation


@dataclass(frozen=True, slots=True)
class Spoken:
    """Request lines, each with the number of answer lines that came before it."""

    requests: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Talked:
    """What was asked, where the child's output points in /proc, and whether it hung."""

    spoken: Spoken
    output_link: str
    timed_out: bool


def talk(child: subprocess.Popen[bytes], conversation: Conversation, timeout_s: float) -> Talked:
    """Hold the conversation and wait for the child, which is killed after `timeout_s`."""
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
        child.wait()
        watchdog.cancel()
    return Talked(Spoken(tuple(requests)), link, timed_out.is_set())


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
