"""Carries out an injection on a traced thread that is stopped at a call's entry or exit."""

from __future__ import annotations

import struct
from collections import Counter

from conformance.crash.recording import ptrace
from conformance.crash.recording.architecture import Architecture
from conformance.crash.recording.inject import Fail, Injection, Kill, Short
from conformance.crash.recording.memory import Memory
from conformance.crash.recording.tracee import Entered, Tracee

_COUNT_ARGUMENT = 2


class Interference:
    """One injection, or none. `met_at` is the start of the first call it met."""

    def __init__(self, injection: Injection | None, machine: Architecture) -> None:
        self._injection = injection
        self._machine = machine
        self._failing_name: str | None = None
        self._turns: Counter[str] = Counter()
        self.met_at: int | None = None

    def at_entry(self, tracee: Tracee, entered: Entered, number: int) -> bool:
        """Act on call `number`. True when everything is to be killed before it is executed."""
        self._turns[entered.name] += 1
        this = (entered.name, self._turns[entered.name])
        match self._injection:
            case Kill(call) if call == number:
                self.met_at = entered.start
                ptrace.skip_call(tracee.tid, self._machine)
                return True
            case Fail(name, turn, error, lasting) if this == (name, turn) or this[0] == self._failing_name:
                self._meet(entered)
                self._failing_name = name if lasting else None
                self._fail(tracee, entered, error)
            case Short(name, turn) if this == (name, turn):
                self._shorten(tracee, entered)
        return False

    def at_exit(self, tracee: Tracee, entered: Entered, result: int) -> int:
        """The result that the call returns with."""
        if entered.lowered:
            tracee.memory.write(*entered.lowered)
        if not entered.fail_with:
            return result
        ptrace.set_result(tracee.tid, self._machine, -entered.fail_with)
        return -entered.fail_with

    def at_acknowledgement(self) -> None:
        """A lasting failure ends."""
        self._failing_name = None

    def _meet(self, entered: Entered) -> None:
        entered.injected = True
        if self.met_at is None:
            self.met_at = entered.start

    def _fail(self, tracee: Tracee, entered: Entered, error: int) -> None:
        entered.fail_with = error
        if entered.name != "close":
            ptrace.skip_call(tracee.tid, self._machine)

    def _shorten(self, tracee: Tracee, entered: Entered) -> None:
        address, count = entered.raw[1], entered.raw[_COUNT_ARGUMENT]
        if entered.name in ("write", "pwrite64"):
            if count > 1:
                self._meet(entered)
                ptrace.set_argument(tracee.tid, self._machine, _COUNT_ARGUMENT, count // 2)
            return
        entered.lowered = _shorten_vector(tracee.memory, address, count)
        if entered.lowered:
            self._meet(entered)


def _shorten_vector(memory: Memory, address: int, count: int) -> tuple[int, bytes] | None:
    """Halve what an array of struct iovec covers. Returns where it is and what it was."""
    vector = memory.vector(address, count)
    left = sum(length for _, length in vector) // 2
    if not left:
        return None
    before = memory.read(address, 16 * count)
    words: list[int] = []
    for base, length in vector:
        words += (base, min(length, left))
        left -= min(length, left)
    memory.write(address, struct.pack(f"={len(words)}Q", *words))
    return address, before
