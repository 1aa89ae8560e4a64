"""Answers set_clock and does nothing."""

import json

from conformance.adapter.open_backends import OpenBackends

from .base import method, run


def answer(session: OpenBackends, line: bytes) -> bytes:
    if method(line) == "set_clock":
        return json.dumps({"jsonrpc": "2.0", "id": json.loads(line)["id"], "result": None}).encode() + b"\n"
    return session.answer(line)


run(answer)
