"""Closes stdout at load_all and goes on running."""

import os
import time

from conformance.adapter.open_backends import OpenBackends

from .base import method, run


def answer(session: OpenBackends, line: bytes) -> bytes:
    if method(line) == "load_all":
        os.close(1)
        time.sleep(600)
    return session.answer(line)


run(answer)
