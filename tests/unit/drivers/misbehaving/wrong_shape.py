"""Wraps the records of load_all into an object."""

import json

from conformance.adapter.open_backends import OpenBackends

from .base import method, run, spoil


def answer(session: OpenBackends, line: bytes) -> bytes:
    reply = session.answer(line)
    if method(line) == "load_all":
        return spoil(reply, result={"records": json.loads(reply)["result"]})
    return reply


run(answer)
