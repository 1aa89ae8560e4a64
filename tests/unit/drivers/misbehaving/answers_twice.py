"""Answers load_all twice."""

from .base import method, run

run(lambda session, line: session.answer(line) * (2 if method(line) == "load_all" else 1))
