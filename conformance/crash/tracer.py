"""The ptrace recorder: one loop over the stops of a process and all that it starts.

One counter orders everything: entries and exits of calls, requests, acknowledgements. All of it happens in
one thread of its own, because ptrace answers only the thread that traces, and so that waiting for "any
child" never takes away a child of somebody else.
"""

from __future__ import annotations

import os
import platform
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from conformance.crash import ptrace
from conformance.crash.architecture import ARCHITECTURES, Architecture
from conformance.crash.arguments import ArgumentReader, link_of
from conformance.crash.calls import CLONE_FILES, FORMS, SPAWNS, WRITES
from conformance.crash.channel import Channel
from conformance.crash.inject import Injection
from conformance.crash.interference import Interference
from conformance.crash.paths import Locator
from conformance.crash.record import (
    DEFAULT_TIMEOUT_S,
    Conversation,
    child_environment,
    complaints_file,
    read_complaints,
)
from conformance.crash.trace import Acknowledgement, Call, Event, Executed, Request, Spawned, Trace, when
from conformance.crash.tracee import Entered, Tracee
from conformance.errors import KitError, NotTestableError

# The shell waits for a line, so that the tracer is there before the command starts.
_STUB = ("/bin/sh", "-c", 'read -r go && exec "$@"', "sh")
_SYSCALL_STOP = signal.SIGTRAP | 0x80
_STOPPING = frozenset({signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU})
_SPAWN_EVENTS = frozenset({ptrace.EVENT_FORK, ptrace.EVENT_VFORK, ptrace.EVENT_CLONE})
_FIRST_RESTART, _LAST_RESTART = 512, 516  # ERESTARTSYS and its kin: the kernel enters the call again
_LINGER_S = 5.0


class PtraceRecorder:
    """Records and injects through ptrace. Needs Linux 5.3 or later and no privileges."""

    name = "ptrace"
    can_inject = True

    def __init__(self, timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
        self._timeout_s = timeout_s

    def run(
        self,
        argv: Sequence[str],
        conversation: Conversation,
        root: Path,
        inject: Injection | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Trace:
        """See `Recorder.run`."""
        machine = ARCHITECTURES.get(platform.machine())
        if not sys.platform.startswith("linux") or machine is None:
            raise NotTestableError(f"ptrace is not supported on {sys.platform} {platform.machine()}")
        with complaints_file() as complaints:
            run = _Run(machine, conversation, Locator(root), inject, complaints)
            thread = threading.Thread(
                target=run.execute, args=(argv, child_environment(environment), self._timeout_s)
            )
            thread.start()
            try:
                thread.join()
            except BaseException:
                run.kill_all()
                thread.join()
                raise
        return run.outcome()


class _Run:
    """One traced run. `execute` is the body of the tracer's thread."""

    def __init__(
        self,
        machine: Architecture,
        conversation: Conversation,
        locator: Locator,
        inject: Injection | None,
        complaints: IO[bytes],
    ) -> None:
        self._machine = machine
        self._conversation = conversation
        self._reader = ArgumentReader(locator)
        self._interference = Interference(inject, machine)
        self._complaints = complaints
        self._tracees: dict[int, Tracee] = {}
        self._unclaimed: set[int] = set()
        self._events: list[Event] = []
        self._unmodelled: dict[str, None] = {}
        self._clock = self._counted = self._processes = self._threads = 0
        self._leader = -1
        self._exit_status: int | None = None
        self._timed_out = False
        self._finished = False
        self._failure: BaseException | None = None
        self._trace: Trace | None = None

    def execute(self, argv: Sequence[str], environment: Mapping[str, str], timeout_s: float) -> None:
        """Trace `argv` to its end. What goes wrong is kept for `outcome`."""
        self._channel = Channel()
        watchdog = threading.Timer(timeout_s, self._time_out)
        watchdog.daemon = True
        try:
            self._start(argv, environment)
            watchdog.start()
            self._loop()
            self._trace = self._result()
        except BaseException as failure:
            self._failure = failure
            self._reap_all()
        finally:
            watchdog.cancel()
            self._channel.close()
            for tracee in self._tracees.values():
                tracee.forget_memory()

    def outcome(self) -> Trace:
        """The trace. Raises what the tracer's thread died of."""
        if self._failure is not None or self._trace is None:
            if isinstance(self._failure, (NotTestableError, KitError)):
                raise self._failure
            raise KitError(f"The tracer failed: {self._failure!r}") from self._failure
        return self._trace

    def kill_all(self) -> None:
        """Kill every traced process. Safe from any thread."""
        for tid in (*self._tracees, *self._unclaimed):
            _kill(tid)

    # ---- start and end ----

    def _start(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        channel = self._channel
        self._leader = os.posix_spawn(
            _STUB[0],
            (*_STUB, *argv),
            environment,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, channel.child_input, 0),
                (os.POSIX_SPAWN_DUP2, channel.child_output, 1),
                (os.POSIX_SPAWN_DUP2, self._complaints.fileno(), 2),
            ],
            setpgroup=0,
            setsigmask=(),
            setsigdef=(signal.SIGPIPE, signal.SIGINT),
        )
        channel.started()
        self._tracees[self._leader] = Tracee(self._leader, 0, 0)
        try:
            ptrace.seize(self._leader)
            ptrace.interrupt(self._leader)
        except OSError as error:
            raise NotTestableError(f"ptrace is not allowed here ({error})") from error
        self._channel.send("go")
        self._speak()

    def _loop(self) -> None:
        while True:
            try:
                tid, status = os.waitpid(-1, ptrace.WALL | ptrace.WNOTHREAD)
            except ChildProcessError:
                return
            if os.WIFSTOPPED(status):
                self._stopped(tid, os.WSTOPSIG(status), status >> 16)
            else:
                self._ended(tid, status)
            self._channel.pump()

    def _ended(self, tid: int, status: int) -> None:
        if tid == self._leader:
            self._exit_status = os.waitstatus_to_exitcode(status)
        tracee = self._tracees.pop(tid, None)
        if tracee is None:
            return
        if tracee.entered and tracee.entered.arguments is not None:
            self._record(tracee, tracee.entered, None, 0)
        tracee.forget_memory()

    def _result(self) -> Trace:
        return Trace(
            events=tuple(sorted(self._events, key=when)),
            recorder=PtraceRecorder.name,
            exit_status=self._exit_status,
            timed_out=self._timed_out,
            unmodelled=tuple(self._unmodelled),
            injection_at=self._interference.met_at,
            complaints=read_complaints(self._complaints),
        )

    def _reap_all(self) -> None:
        self.kill_all()
        if self._leader >= 0:
            _kill(self._leader)
        while True:
            try:
                os.waitpid(-1, ptrace.WALL | ptrace.WNOTHREAD)
            except ChildProcessError:
                return

    def _time_out(self) -> None:
        self._timed_out = not self._finished
        self.kill_all()

    # ---- stops ----

    def _stopped(self, tid: int, number: int, event: int) -> None:
        with suppress(ProcessLookupError):  # killed while it was stopped; its end follows
            self._handle_stop(tid, number, event)

    def _handle_stop(self, tid: int, number: int, event: int) -> None:
        tracee = self._tracees.get(tid)
        if tracee is None:
            self._unclaimed.add(tid)  # its parent's event has not come yet
            return
        if number == _SYSCALL_STOP:
            self._syscall(tracee)
        elif event in _SPAWN_EVENTS:
            self._spawned(tracee, ptrace.event_message(tid))
        elif event == ptrace.EVENT_EXEC:
            self._executed(tracee)
        elif event == ptrace.EVENT_STOP and number in _STOPPING:
            ptrace.listen(tid)
            return
        elif event != ptrace.EVENT_STOP:
            ptrace.resume(tid, number)
            return
        ptrace.resume(tid)

    def _spawned(self, parent: Tracee, tid: int) -> None:
        process = parent.process
        if not parent.spawn_flags & CLONE_FILES:
            self._processes += 1
            process = self._processes
            self._events.append(Spawned(self._tick(), process, parent.process))
        self._threads += 1
        self._tracees[tid] = Tracee(tid, self._threads, process)
        if tid in self._unclaimed:
            self._unclaimed.discard(tid)
            ptrace.resume(tid)

    def _executed(self, tracee: Tracee) -> None:
        tracee.forget_memory()
        tracee.entered = None
        self._events.append(Executed(self._tick(), tracee.process))

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
        entered = tracee.entered = Entered(name, raw, arguments, self._tick())
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
            self._record(tracee, entered, max(result, -1), max(-result, 0) if _is_error(result) else 0)

    # ---- what is written down ----

    def _tick(self) -> int:
        self._clock += 1
        return self._clock

    def _record(self, tracee: Tracee, entered: Entered, result: int | None, errno: int) -> None:
        self._events.append(
            Call(
                name=entered.name,
                arguments=entered.arguments or (),
                result=result,
                errno=errno,
                start=entered.start,
                end=None if result is None else self._tick(),
                process=tracee.process,
                thread=tracee.number,
                injected=entered.injected,
            )
        )

    def _spoke(self, tracee: Tracee, entered: Entered, result: int) -> None:
        if result <= 0:
            return
        if entered.name == "write":
            content = tracee.memory.read(entered.raw[1], result)
        else:
            content = tracee.memory.gather(entered.raw[1], entered.raw[2])[:result]
        for line in self._channel.said(content):
            self._events.append(Acknowledgement(self._tick(), line))
            if self._conversation.on_answer(line):
                self._interference.at_acknowledgement()
                self._speak()

    def _speak(self) -> None:
        line = self._conversation.next_line()
        if line is not None:
            self._events.append(Request(self._tick(), line))
            self._channel.send(line)
            return
        self._finished = True
        self._channel.finish()
        lingering = threading.Timer(_LINGER_S, self.kill_all)
        lingering.daemon = True
        lingering.start()


def _spawn_flags(tracee: Tracee, name: str | None, raw: tuple[int, ...]) -> int:
    if name == "clone":
        return raw[0]
    return tracee.memory.word(raw[0]) if name == "clone3" else 0


def _is_error(result: int) -> bool:
    return -4096 < result < 0


def _kill(tid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(tid, signal.SIGKILL)
