"""The kernel's ptrace interface over ctypes: the requests that the tracer makes, and nothing else."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from dataclasses import dataclass

from conformance.crash.recording.architecture import Architecture

_GETEVENTMSG, _GETREGSET, _SETREGSET = 0x4201, 0x4204, 0x4205
_SEIZE, _INTERRUPT, _LISTEN, _GET_SYSCALL_INFO = 0x4206, 0x4207, 0x4208, 0x420E
_CONT, _SYSCALL = 7, 24
_NT_PRSTATUS, _NT_ARM_SYSTEM_CALL = 1, 0x404

_O_TRACESYSGOOD, _O_FORK, _O_VFORK, _O_CLONE, _O_EXEC, _O_EXITKILL = 0x1, 0x2, 0x4, 0x8, 0x10, 0x100000
OPTIONS = _O_TRACESYSGOOD | _O_FORK | _O_VFORK | _O_CLONE | _O_EXEC | _O_EXITKILL
EVENT_FORK, EVENT_VFORK, EVENT_CLONE, EVENT_EXEC, EVENT_STOP = 1, 2, 3, 4, 128
WALL, WNOTHREAD = 0x40000000, 0x20000000
ENTRY, EXIT = 1, 2


class _Entry(ctypes.Structure):
    _fields_ = (("number", ctypes.c_uint64), ("arguments", ctypes.c_uint64 * 6))


class _Exit(ctypes.Structure):
    _fields_ = (("result", ctypes.c_int64), ("is_error", ctypes.c_uint8))


class _Either(ctypes.Union):
    _fields_ = (("entry", _Entry), ("exit", _Exit), ("room", ctypes.c_uint8 * 64))


class _SyscallInfo(ctypes.Structure):
    _fields_ = (
        ("op", ctypes.c_uint8),
        ("pad", ctypes.c_uint8 * 3),
        ("arch", ctypes.c_uint32),
        ("instruction", ctypes.c_uint64),
        ("stack", ctypes.c_uint64),
        ("either", _Either),
    )


class _IoVec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


@dataclass(frozen=True, slots=True)
class SyscallStop:
    """A stop at a call's entry (`number` and `arguments` count) or exit (`result`, negative errno)."""

    op: int
    arch: int
    number: int
    arguments: tuple[int, ...]
    result: int


_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
_libc.ptrace.restype = ctypes.c_long


def _request(request: int, tid: int, address: int = 0, data: int = 0) -> int:
    """One ptrace request. Raises OSError; ProcessLookupError when the thread is gone."""
    ctypes.set_errno(0)
    answer: int = _libc.ptrace(request, tid, address, data)
    if answer == -1 and (number := ctypes.get_errno()):
        raise OSError(number, f"ptrace request {request:#x}: {os.strerror(number)}")
    return answer


def seize(tid: int) -> None:
    """Trace a process and all it will start."""
    _request(_SEIZE, tid, 0, OPTIONS)


def interrupt(tid: int) -> None:
    """Stop a traced thread."""
    _request(_INTERRUPT, tid)


def resume(tid: int, signal: int = 0) -> None:
    """Run until the next call's entry or exit. A thread that is gone meanwhile is no error."""
    _ignoring_the_dead(_SYSCALL, tid, signal)


def run_unseen(tid: int, signal: int = 0) -> None:
    """Run without stopping at calls; processes started and programs executed still stop."""
    _ignoring_the_dead(_CONT, tid, signal)


def listen(tid: int) -> None:
    """Leave a thread in its group stop."""
    _ignoring_the_dead(_LISTEN, tid, 0)


def _ignoring_the_dead(request: int, tid: int, data: int) -> None:
    with suppress(ProcessLookupError):
        _request(request, tid, 0, data)


def event_message(tid: int) -> int:
    """What the last event tells: the new thread's id, or the former id after exec."""
    message = ctypes.c_ulong()
    _request(_GETEVENTMSG, tid, 0, ctypes.addressof(message))
    return message.value


def syscall_stop(tid: int) -> SyscallStop:
    """The call at whose entry or exit a thread has stopped."""
    info = _SyscallInfo()
    _request(_GET_SYSCALL_INFO, tid, ctypes.sizeof(info), ctypes.addressof(info))
    either = info.either
    if info.op == ENTRY:
        return SyscallStop(ENTRY, info.arch, either.entry.number, tuple(either.entry.arguments), 0)
    return SyscallStop(info.op, info.arch, -1, (), either.exit.result)


def set_argument(tid: int, machine: Architecture, position: int, value: int) -> None:
    """Change an argument of the call that is being entered."""
    _set_register(tid, machine, machine.arguments[position], value)


def set_result(tid: int, machine: Architecture, value: int) -> None:
    """Change the result of the call that is being left."""
    _set_register(tid, machine, machine.result, value)


def skip_call(tid: int, machine: Architecture) -> None:
    """Make the call that is being entered do nothing."""
    if machine.number is not None:
        _set_register(tid, machine, machine.number, -1)
        return
    number = ctypes.c_int(-1)
    vector = _IoVec(ctypes.addressof(number), ctypes.sizeof(number))
    _request(_SETREGSET, tid, _NT_ARM_SYSTEM_CALL, ctypes.addressof(vector))


def _set_register(tid: int, machine: Architecture, place: int, value: int) -> None:
    registers = (ctypes.c_uint64 * machine.words)()
    vector = _IoVec(ctypes.addressof(registers), ctypes.sizeof(registers))
    _request(_GETREGSET, tid, _NT_PRSTATUS, ctypes.addressof(vector))
    registers[place] = value & 0xFFFFFFFFFFFFFFFF
    _request(_SETREGSET, tid, _NT_PRSTATUS, ctypes.addressof(vector))
