"""Right, but writes a megabyte to stderr for each request."""

import sys

from conformance.adapter.open_backends import OpenBackends

from .base import run


def answer(session: OpenBackends, line: bytes) -> bytes:
    sys.stderr.write("noise " * 170_000)
    return session.answer(line)


run(answer)
