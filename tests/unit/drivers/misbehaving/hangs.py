"""Never answers record_started, ignores SIGTERM and has a child that does too."""

import signal
import subprocess
import sys
import time

from conformance.adapter.open_backends import OpenBackends

from .base import method, run

signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])


def answer(session: OpenBackends, line: bytes) -> bytes:
    if method(line) == "record_started":
        time.sleep(600)
    return session.answer(line)


run(answer)
