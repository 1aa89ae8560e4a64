"""Answers load_all under another id."""

import json

from .base import method, run, spoil

run(
    lambda session, line: (
        spoil(session.answer(line), id=json.loads(line)["id"] + 1)
        if method(line) == "load_all"
        else session.answer(line)
    )
)
