"""`without_ptrace.py COMMAND ARGS...`: becomes COMMAND where ptrace is not allowed, as in some containers."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

PTRACE = {"x86_64": 101, "aarch64": 117}
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _FAIL_WITH_EPERM = 0x7FFF0000, 0x00050001


class Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def forbid(number: int) -> None:
    """Let a system call fail with EPERM from now on, in this process and all that it starts."""
    code = b"".join(
        struct.pack("=HBBI", *instruction)
        for instruction in (
            (_LOAD, 0, 0, 0),
            (_JUMP_IF_EQUAL, 0, 1, number),
            (_RETURN, 0, 0, _FAIL_WITH_EPERM),
            (_RETURN, 0, 0, _ALLOW),
        )
    )
    program = Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (_NO_NEW_PRIVILEGES, 1, 0, 0, 0),
        (_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    forbid(PTRACE[platform.machine()])
    os.execvp(sys.argv[1], sys.argv[1:])
