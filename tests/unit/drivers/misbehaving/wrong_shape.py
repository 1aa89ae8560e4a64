"""Wraps the records of load_all into an object."""

import json

from conformance.adapter.session import Session

from .base import method, run, spoil


def answer(session: Session, line: bytes) -> bytes:
    reply = session.answer(line)
    if method(line) == "load_all":
        return spoil(reply, result={"records": json.loads(reply)["result"]})
    return reply


run(answer)
