"""Sends every operation to the backend that was opened last."""

import json

from conformance.adapter.open_backends import OpenBackends

from .base import run

last = 0


def answer(session: OpenBackends, line: bytes) -> bytes:
    global last
    request = json.loads(line)
    if "handle" in request["params"] and request["method"] != "close":
        request["params"]["handle"] = last
    reply = session.answer(json.dumps(request).encode())
    if request["method"] == "open":
        last = json.loads(reply)["result"]["handle"]
    return reply


run(answer)
