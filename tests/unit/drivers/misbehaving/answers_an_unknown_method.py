"""Answers null to every method it does not know."""

import json

from conformance.adapter.open_backends import OpenBackends

from .base import run, spoil


def answer(session: OpenBackends, line: bytes) -> bytes:
    reply = json.loads(session.answer(line))
    if reply.get("error", {}).get("code") == -32601:
        reply = {"jsonrpc": "2.0", "id": reply["id"], "result": None}
    return spoil(json.dumps(reply).encode())


run(answer)
