"""A plain client of an adapter: one request, one answer, and nothing of the kit's own driver."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any


class RefusedError(Exception):
    """The adapter answered with an error."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(error["message"])
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data: Mapping[str, Any] = error["data"]


@dataclass
class Conversation:
    """A running adapter. `handle` is the one that `open` gave last."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    handle: int = 0
    _asked: int = field(default=0)

    def send(self, line: bytes) -> None:
        """Send one line, as it is."""
        self.stdin.write(line + b"\n")
        self.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """The next answer. Raises EOFError when the adapter closed its output."""
        line = self.stdout.readline()
        if not line.endswith(b"\n"):
            raise EOFError(f"the adapter ended with {line!r}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def request(self, method: str, params: Mapping[str, object] | None = None) -> int:
        """Send a request without waiting; returns its id."""
        self._asked += 1
        message = {"jsonrpc": "2.0", "id": self._asked, "method": method, "params": params or {}}
        self.send(json.dumps(message, ensure_ascii=False).encode())
        return self._asked

    def ask(self, method: str, params: Mapping[str, object] | None = None) -> Any:
        """Send a request and return its result. Raises RefusedError for an error answer."""
        id = self.request(method, params)
        answer = self.receive()
        if answer["id"] != id:
            raise AssertionError(f"the answer to {id} came as {answer}")
        if "error" in answer:
            raise RefusedError(answer["error"])
        return answer["result"]

    def open(self, data_path: Path) -> None:
        """Open a backend, which `operate` then speaks to."""
        self.handle = self.ask("open", {"data_path": str(data_path)})["handle"]

    def operate(self, method: str, **params: object) -> Any:
        """Ask the backend that was opened last."""
        return self.ask(method, {"handle": self.handle, **params})


@contextmanager
def conversation(command: Sequence[str], cwd: Path) -> Iterator[Conversation]:
    """Start an adapter, greet it, and end it by `shutdown`. Raises AssertionError if it ends badly."""
    with subprocess.Popen(command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        talk = Conversation(child.stdin, child.stdout)
        try:
            talk.ask("initialize", {"protocol": 1, "kit": {"name": "tests", "version": "0"}})
            yield talk
            talk.ask("shutdown")
            if child.wait(timeout=30) != 0:
                raise AssertionError(f"the adapter exited with {child.returncode}")
        finally:
            child.kill()


def qname(dotted: str) -> dict[str, str]:
    """`dotted` as it goes over the wire, split at the last dot."""
    namespace, _, local = dotted.rpartition(".")
    return {"namespace": namespace, "local": local}


def instant(nanos: int) -> dict[str, int]:
    """Nanoseconds since the epoch as an instant."""
    secs, rest = divmod(nanos, 1_000_000_000)
    return {"secs_since_epoch": secs, "nanos_since_epoch": rest}
