"""Walks through the guide's page on a first backend: runs its commands in order, tells what each printed.

`python tests/walk.py` writes what they print into the page, each under its command.
"""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from commands import Finished, sidecar_conformance

from conformance.guide import topics

PAGE = Path(__file__).parent.parent / "conformance" / "guide" / "first-backend.md"
_SOURCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHOWN = re.compile(
    r"^```sh\n(?P<command>.*?)\n```\n\n```text\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL
)
_DEFECT_1 = re.compile(r"    def cancel\(self, id\):.*?\n\n", re.DOTALL)
_MENDED_AFTER = 5  # commands: then one defect is taken out
_WITHOUT_CHANCE = {"SIDECAR_CONFORMANCE_SEED": "7"}
_WHOLE_RUN = "RT  round trips"  # a row of its table
_LEFT_OUT = "..."
_SHOWN_PARTS = ("broken.py:open_backend: ", "cause 1 ", "known.toml: ", "conformant", "not conformant")
_CHANGING = (
    (r"\d+\.\d s\b", "1.0 s"),
    (r"(/[A-Z]{2}-\d\d)-\d+\.json", r"\1-N.json"),
    (r"\d+ requirements left out", "N requirements left out"),  # grows with the catalogue
)


@dataclass(frozen=True)
class Step:
    """A command of the page, what it shows of its output, and what came of it."""

    command: str
    shown: str
    finished: Finished


def walk(folder: Path) -> Iterator[Step]:
    """The commands of the page, run in a folder that holds its backend. One defect is mended on the way."""
    text = topics()["first-backend"].text
    [source] = _SOURCE.findall(text)
    for number, block in enumerate(_SHOWN.finditer(text)):
        backend = source if number < _MENDED_AFTER else _DEFECT_1.sub("", source, count=1)
        (folder / "broken.py").write_text(backend, "utf-8")
        words = shlex.split(block["command"])[1:]
        finished = sidecar_conformance(folder, *words, timeout=900, **_WITHOUT_CHANCE)
        yield Step(block["command"], block["output"], finished)


def excerpt(output: str) -> str:
    """What the page shows of an output: all, or of the end of a whole run its first cause and its verdict."""
    parts = output.strip("\n").split("\n\n")
    if _WHOLE_RUN not in output:
        return "\n\n".join(parts) + "\n"
    shown = [part for part in map(_shown_of, parts) if part]
    return f"\n\n{_LEFT_OUT}\n\n".join(shown) + "\n"


def _shown_of(part: str) -> str:
    """What is shown of a paragraph; of the first, without the failures in the order in which they came."""
    if part.startswith(_SHOWN_PARTS[1:]):
        return part
    return "\n".join(line for line in part.splitlines() if line.startswith(_SHOWN_PARTS))


def masked(text: str) -> str:
    """The text without what differs from run to run: times, and the numbers of replay files."""
    for changing, mask in _CHANGING:
        text = re.sub(changing, mask, text)
    return text


def main() -> None:
    """Write what the commands print into the page."""
    with tempfile.TemporaryDirectory() as folder:
        outputs = iter([excerpt(step.finished.output) for step in walk(Path(folder))])
    text = PAGE.read_text("utf-8")
    PAGE.write_text(
        _SHOWN.sub(lambda block: f"```sh\n{block['command']}\n```\n\n```text\n{next(outputs)}```", text),
        "utf-8",
    )


if __name__ == "__main__":
    main()
