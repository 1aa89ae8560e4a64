"""Dies at the third operation on a handle, with some last words."""

import os
import sys

from conformance.adapter.open_backends import OpenBackends

from .base import method, run

calls = 0


def answer(session: OpenBackends, line: bytes) -> bytes:
    global calls
    calls += method(line) in {"load_all", "record_started", "record_finished", "cancel"}
    if calls == 3:
        print("panic: out of luck", file=sys.stderr, flush=True)
        os._exit(101)
    return session.answer(line)


run(answer)
