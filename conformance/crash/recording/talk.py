"""Lets a speaker speak with a command over plain pipes, for recorders that do not trace it themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from conformance.child import Child, ChildGoneError, ChildSilentError
from conformance.clocks import monotonic_seconds
from conformance.crash.recording.record import (
    Speaker,
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
    speaker: Speaker,
    timeout_s: float,
    environment: Mapping[str, str] | None = None,
) -> Talked:
    """Run `argv` with the speaker and wait for its end; it is killed after `timeout_s` seconds.

    `environment` is added to the kit's own.
    """
    requests: list[tuple[int, str]] = []
    timed_out = False
    deadline = monotonic_seconds() + timeout_s
    with complaints_file() as complaints:
        child = Child.started(argv, child_environment(environment), complaints.fileno())
        link = child.output_link
        try:
            with suppress(ChildGoneError):  # the child ended early; the trace tells
                _converse(child, speaker, requests, deadline)
            _see_off(child, deadline)
        except ChildSilentError:
            timed_out = True
        finally:
            child.kill()
        assert child.exit_code is not None
        return Talked(tuple(requests), link, timed_out, child.exit_code, read_complaints(complaints))


def _converse(child: Child, speaker: Speaker, requests: list[tuple[int, str]], deadline: float) -> None:
    answers = 0
    while (line := speaker.next_line()) is not None:
        requests.append((answers, line))
        child.write(line.encode() + b"\n", _left(deadline))
        answered = False
        while not answered and (answer := child.read_line(_left(deadline))):
            answers += 1
            answered = speaker.on_answer(answer.decode("utf-8", "surrogateescape").rstrip("\n"))
        if not answered:
            return


def _see_off(child: Child, deadline: float) -> None:
    """Let the child come to its end by itself."""
    child.close_stdin()
    while child.read(_left(deadline)):
        pass
    if not child.exit_within(_left(deadline)):
        raise ChildSilentError


def _left(deadline: float) -> float:
    return deadline - monotonic_seconds()
