"""Right, but writes a megabyte to stderr for each request."""

import sys

from conformance.adapter.session import Session

from .base import run


def answer(session: Session, line: bytes) -> bytes:
    sys.stderr.write("noise " * 170_000)
    return session.answer(line)


run(answer)
