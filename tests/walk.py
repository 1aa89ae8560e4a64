"""Walks through the guide's page on a first backend: runs its commands in order, tells what each printed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from commands import Finished, sidecar_conformance

from conformance.guide import topics

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DEFECT_1 = re.compile(r"    def cancel\(self, id\):.*?\n        pass\n\n", re.DOTALL)
_MENDED_AFTER = 5  # commands: then one defect is taken out


@dataclass(frozen=True)
class Step:
    """A command of the page, and what came of it."""

    command: str
    finished: Finished


def walk(folder: Path) -> Iterator[Step]:
    """The commands of the page, run in a folder that holds its backend. One defect is mended on the way."""
    blocks = _BLOCK.findall(topics()["first-backend"].text)
    [source] = [text for kind, text in blocks if kind == "python"]
    commands = [line for kind, text in blocks if kind == "sh" for line in text.splitlines()]
    gate = commands[_MENDED_AFTER - 1]
    (folder / "broken.py").write_text(source, "utf-8")
    for command in commands[:_MENDED_AFTER]:
        yield _step(folder, command)
    (folder / "broken.py").write_text(_DEFECT_1.sub("", source), "utf-8")
    yield _step(folder, gate)
    for command in commands[_MENDED_AFTER:]:
        yield _step(folder, command)
    yield _step(folder, gate)


def _step(folder: Path, command: str) -> Step:
    return Step(command, sidecar_conformance(folder, *shlex.split(command)[1:], timeout=900))
