"""Declares planted_rows and answers plant_rows as a method it does not know."""

import json

from conformance.adapter.open_backends import OpenBackends

from .base import method, run


def answer(session: OpenBackends, line: bytes) -> bytes:
    if method(line) == "plant_rows":
        return session.answer(json.dumps(json.loads(line) | {"method": "plantRows"}).encode())
    return session.answer(line)


run(answer)
