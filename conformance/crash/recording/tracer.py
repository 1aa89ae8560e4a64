"""The tracer: one loop over the stops of a process and of all that it starts."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

from conformance.crash.recording import ptrace
from conformance.crash.recording.architecture import Architecture
from conformance.crash.recording.arguments import ArgumentReader, link_of
from conformance.crash.recording.calls import CLONE_FILES, FORMS, SPAWNS, WRITES
from conformance.crash.recording.channel import Channel
from conformance.crash.recording.gate import Gate
from conformance.crash.recording.inject import Injection
from conformance.crash.recording.interference import Interference
from conformance.crash.recording.launching import GO, Launcher
from conformance.crash.recording.paths import Locator
from conformance.crash.recording.record import Speaker, read_complaints
from conformance.crash.recording.trace import Trace
from conformance.crash.recording.tracee import Entered, Tracee
from conformance.crash.recording.transcript import Transcript
from conformance.errors import KitError, NotTestableError

_SYSCALL_STOP = signal.SIGTRAP | 0x80
_STOPPING = frozenset({signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU})
_SPAWN_EVENTS = frozenset({ptrace.EVENT_FORK, ptrace.EVENT_VFORK, ptrace.EVENT_CLONE})
_FIRST_RESTART, _LAST_RESTART = 512, 516  # ERESTARTSYS and its kin: the kernel enters the call again
_ANY_CHILD = ptrace.WALL | ptrace.WNOTHREAD
_LINGER_S = 5.0
_GLANCE_S = 0.002


class Tracer:
    """One traced run. `execute` is the body of the tracer's thread."""

    def __init__(
        self,
        machine: Architecture,
        speaker: Speaker,
        locator: Locator,
        inject: Injection | None,
        complaints: IO[bytes],
        launcher: Launcher,
    ) -> None:
        self._machine = machine
        self._launcher = launcher
        self._reader = ArgumentReader(locator)
        self._interference = Interference(inject, machine)
        self._transcript = Transcript(speaker, self._send)
        self._complaints = complaints
        self._tracees: dict[int, Tracee] = {}
        self._unclaimed: set[int] = set()
        self._unmodelled: dict[str, None] = {}
        self._counted = self._threads = 0
        self._leader = -1
        self._exit_status: int | None = None
        self._killing = self._timed_out = self._finished = False
        self._watchdogs: list[threading.Timer] = []
        self._failure: BaseException | None = None

    def execute(self, argv: Sequence[str], environment: Mapping[str, str], timeout_s: float) -> None:
        """Trace `argv` to its end. What goes wrong is kept for `outcome`."""
        self._channel = Channel()
        self._gate = Gate(self._channel, GO, self._finish)
        self._watch(timeout_s)
        try:
            self._start(argv, environment)
            self._loop()
        except BaseException as failure:
            self._failure = failure
            self._reap_all()
        finally:
            for watchdog in self._watchdogs:
                watchdog.cancel()
            self._channel.close()
            for tracee in self._tracees.values():
                tracee.forget_memory()

    def outcome(self, recorder: str) -> Trace:
        """The trace. Raises what the tracer's thread died of."""
        if isinstance(self._failure, (NotTestableError, KitError)):
            raise self._failure
        if self._failure is not None:
            raise KitError(f"The tracer failed: {self._failure!r}") from self._failure
        return Trace(
            events=self._transcript.events(),
            recorder=recorder,
            exit_status=self._exit_status,
            timed_out=self._timed_out,
            unmodelled=tuple(self._unmodelled),
            injection_at=self._interference.met_at,
            complaints=read_complaints(self._complaints),
        )

    def kill_all(self) -> None:
        """Kill every traced process. Safe from any thread."""
        self._killing = True
        for tid in (*self._tracees, *self._unclaimed):
            _kill(tid)

    # ---- start and end ----

    def _start(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        channel = self._channel
        files = (channel.child_input, channel.child_output, self._complaints.fileno())
        self._leader = self._launcher.start(argv, environment, files)
        channel.started()
        self._tracees[self._leader] = Tracee(self._leader, 0, 0)
        try:
            ptrace.seize(self._leader)
        except OSError as error:
            raise NotTestableError(f"ptrace is not allowed here ({error})") from error
        self._transcript.speak()

    def _loop(self) -> None:
        while True:
            try:
                tid, status = os.waitpid(-1, _ANY_CHILD | (os.WNOHANG if self._gate.unseen else 0))
            except ChildProcessError:
                return
            if tid == 0:
                self._channel.wait(_GLANCE_S)
                for line in self._channel.heard():
                    self._transcript.said(line)
            elif os.WIFSTOPPED(status):
                with suppress(ProcessLookupError):  # killed while it was stopped; its end follows
                    self._stopped(tid, os.WSTOPSIG(status), status >> 16)
            else:
                self._ended(tid, status)
            self._gate.seen(tid)
            self._channel.pump()

    def _send(self, line: str | None, is_watched: bool) -> None:
        self._gate.send(line, is_watched, self._tracees)

    def _ended(self, tid: int, status: int) -> None:
        if tid == self._leader:
            self._exit_status = os.waitstatus_to_exitcode(status)
        tracee = self._tracees.pop(tid, None)
        if tracee is None:
            return
        if tracee.entered and tracee.entered.arguments is not None:
            self._transcript.called(tracee, tracee.entered, None)
        tracee.forget_memory()

    def _reap_all(self) -> None:
        self.kill_all()
        with suppress(ChildProcessError):
            while True:
                tid, status = os.waitpid(-1, _ANY_CHILD)
                if os.WIFSTOPPED(status):
                    _kill(tid)

    def _watch(self, timeout_s: float) -> None:
        watchdog = threading.Timer(timeout_s, self._time_out)
        watchdog.daemon = True
        self._watchdogs.append(watchdog)
        watchdog.start()

    def _time_out(self) -> None:
        self._timed_out = not self._finished
        self.kill_all()

    def _finish(self) -> None:
        """Nothing more will be asked: the child may end by itself for a while."""
        self._finished = True
        self._watch(_LINGER_S)

    # ---- stops ----

    def _stopped(self, tid: int, number: int, event: int) -> None:
        tracee = self._tracees.get(tid)
        if tracee is None:
            self._unclaimed.add(
                tid
            )  # its parent's event has not come yet, and never will when that is killed
            if self._killing:
                _kill(tid)
            return
        if number == _SYSCALL_STOP:
            self._syscall(tracee)
        elif event in _SPAWN_EVENTS:
            self._spawned(tracee, ptrace.event_message(tid), event)
        elif event == ptrace.EVENT_EXEC:
            self._executed(tracee)
        elif event == ptrace.EVENT_STOP and number in _STOPPING:
            ptrace.listen(tid)
            return
        elif event != ptrace.EVENT_STOP:
            self._gate.resume(tid, number)
            return
        self._gate.resume(tid)

    def _spawned(self, parent: Tracee, tid: int, event: int) -> None:
        process = parent.process
        # Unseen, the flags are not known; threads are what clone is for.
        shares = event == ptrace.EVENT_CLONE if self._gate.unseen else parent.spawn_flags & CLONE_FILES
        if not shares:
            process = self._transcript.spawned(parent.process)
        self._threads += 1
        self._tracees[tid] = Tracee(tid, self._threads, process)
        if self._killing:
            _kill(tid)
        if tid in self._unclaimed:
            self._unclaimed.discard(tid)
            self._gate.resume(tid)

    def _executed(self, tracee: Tracee) -> None:
        tracee.forget_memory()
        tracee.entered = None
        self._transcript.executed(tracee.process)

    def _syscall(self, tracee: Tracee) -> None:
        stop = ptrace.syscall_stop(tracee.tid)
        if stop.op == ptrace.ENTRY:
            if stop.arch != self._machine.audit:
                self._unmodelled["a program for another processor mode ran"] = None
                return
            self._entry(tracee, self._machine.names.get(stop.number), stop.arguments)
        elif stop.op == ptrace.EXIT and tracee.entered is not None:
            entered, tracee.entered = tracee.entered, None
            self._exit(tracee, entered, stop.result)

    def _entry(self, tracee: Tracee, name: str | None, raw: tuple[int, ...]) -> None:
        if name in SPAWNS:
            tracee.spawn_flags = _spawn_flags(tracee, name, raw)
        if name is None or name not in FORMS:
            return
        if name in WRITES and self._channel.is_output(link_of(tracee.tid, raw[0])):
            tracee.entered = Entered(name, raw, to_output=True)
            return
        arguments = self._reader.read(tracee.tid, tracee.memory, name, raw)
        if arguments is None:
            return
        entered = tracee.entered = Entered(name, raw, arguments, self._transcript.tick())
        self._counted += 1
        if self._interference.at_entry(tracee, entered, self._counted - 1):
            tracee.entered = None
            self.kill_all()

    def _exit(self, tracee: Tracee, entered: Entered, result: int) -> None:
        if entered.to_output:
            self._spoke(tracee, entered, result)
            return
        result = self._interference.at_exit(tracee, entered, result)
        if not _FIRST_RESTART <= -result <= _LAST_RESTART:
            self._transcript.called(tracee, entered, result)

    def _spoke(self, tracee: Tracee, entered: Entered, result: int) -> None:
        if result <= 0:
            return
        if entered.name == "write":
            content = tracee.memory.read(entered.raw[1], result)
        else:
            content = tracee.memory.gather(entered.raw[1], entered.raw[2])[:result]
        for line in self._channel.said(content):
            if self._transcript.said(line):
                self._interference.at_acknowledgement()


def _spawn_flags(tracee: Tracee, name: str | None, raw: tuple[int, ...]) -> int:
    if name == "clone":
        return raw[0]
    return tracee.memory.word(raw[0]) if name == "clone3" else 0


def _kill(tid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(tid, signal.SIGKILL)
