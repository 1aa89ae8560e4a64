"""Reads the integers of requests as doubles, as JSON.parse of JavaScript does."""

import json

from conformance.adapter.open_backends import OpenBackends

from .base import run


def answer(session: OpenBackends, line: bytes) -> bytes:
    request = json.loads(line, parse_int=lambda digits: min(int(float(digits)), 2**63 - 1024))
    return session.answer(json.dumps(request).encode())


run(answer)
