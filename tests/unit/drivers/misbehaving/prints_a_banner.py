"""Greets on stdout."""

from .base import run

print("My Adapter 1.0, ready", flush=True)
run(lambda session, line: session.answer(line))
