"""Serves a Python backend many times over: one process imports it, and forks for each conversation.

A message on the control socket brings three descriptors, the standard files of a new child; the answer is
{"pid": its process id}, or {"refused": reason}. The child waits for a line on its standard input, then serves
as `conformance.adapter.serve` does.

The process that forks is one of its own, which imported the target, or a fork of one that has it already.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import socket
import sys
import tempfile
import threading
from typing import NoReturn

from conformance.adapter.serve import serve_driver
from conformance.contract.target import Description
from conformance.errors import ExitCode, SidecarConformanceError
from conformance.hosting.inprocess import InProcessDriver
from conformance.hosting.loading import Opener

_FILES = 3


def serve_forks(target: str, control: int) -> int:
    """Fork for every message until the control socket is closed; gives the exit code."""
    with socket.socket(fileno=control) as channel:
        try:
            driver = InProcessDriver(target)
        except SidecarConformanceError as error:
            print(error, file=sys.stderr)
            return int(error.exit_code)
        files = _fork_when_asked(channel)
    if files is None:
        return int(ExitCode.CONFORMANT)
    _become_a_child(files)
    return _end(serve_driver(driver))


def serve_forks_here(opener: Opener, description: Description, control: int) -> NoReturn:
    """The same in a fork of a process that has the target; what that process would do at its end is not done.

    Its standard files are left to it.
    """
    code = int(ExitCode.KIT_FAILED)
    try:
        atexit._clear()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _leave_standard_files()
        with socket.socket(fileno=control) as channel:
            files = _fork_when_asked(channel)
        code = int(ExitCode.CONFORMANT)
        if files is not None:
            _become_a_child(files)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _end(serve_driver(InProcessDriver(opener, description)))
    finally:
        os._exit(code)


def _leave_standard_files() -> None:
    """Descriptors 0 to 2 lead nowhere, and the streams of `sys` to them, whatever had replaced them."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(_FILES):
        os.dup2(nowhere, number)
    os.close(nowhere)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for the process's life
    sys.stdout, sys.stderr = (
        open(number, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        for number in (1, 2)
    )


def _fork_when_asked(channel: socket.socket) -> list[int] | None:
    """Fork for every message; the standard files of a child, in a child; None when the channel is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for the children
    gc.freeze()  # a child need not walk through all that was imported, and so copy it
    sys.stdout.flush()  # or every child would say again what the import said
    while True:
        message, files, _, _ = socket.recv_fds(channel, 16, _FILES)
        if not message:
            return None
        reason = _reason_against_forking()
        pid = -1 if reason else os.fork()
        if pid == 0:
            return files
        for file in files:
            os.close(file)
        channel.send(json.dumps({"refused": reason} if reason else {"pid": pid}).encode())


def _reason_against_forking() -> str:
    """A fork has only one thread: where the target runs others, it would not be the same program."""
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - threads that Python does not know count too
    return f"the target runs {threads - 1} threads when it is imported" if threads > 1 else ""


def _become_a_child(files: list[int]) -> None:
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    tempfile.tempdir = None
    while os.read(0, 1) not in (b"\n", b""):
        pass


def _end(code: int) -> NoReturn:
    """End as an interpreter does, but for taking its memory apart, which would copy all of it."""
    threading._shutdown()  # type: ignore[attr-defined] # executors end their threads in it, and join() would wait
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
