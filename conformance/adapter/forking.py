"""Serves a Python backend many times over: one process imports it, and forks for each conversation.

A message on the control socket brings three descriptors, the standard files of a new child; the answer is
{"pid": its process id}, or {"refused": reason}. The child waits for a line on its standard input, then serves
as `conformance.adapter.serve` does.
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
from conformance.errors import ExitCode, SidecarConformanceError
from conformance.hosting.inprocess import InProcessDriver

_FILES = 3


def serve_forks(target: str, control: int) -> int:
    """Fork for every message until the control socket is closed; gives the exit code."""
    with socket.socket(fileno=control) as channel:
        try:
            driver = InProcessDriver(target)
        except SidecarConformanceError as error:
            print(error, file=sys.stderr)
            return int(error.exit_code)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for the children
        gc.freeze()  # a child need not walk through all that was imported, and so copy it
        sys.stdout.flush()  # or every child would say again what the import said
        while True:
            message, files, _, _ = socket.recv_fds(channel, 16, _FILES)
            if not message:
                return int(ExitCode.CONFORMANT)
            reason = _reason_against_forking()
            pid = -1 if reason else os.fork()
            if pid == 0:
                break
            for file in files:
                os.close(file)
            channel.send(json.dumps({"refused": reason} if reason else {"pid": pid}).encode())
    _become_a_child(files)
    return _end(serve_driver(driver))


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
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
