"""Speaks with the product in a process of its own, which may panic or hang without taking the tests along."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.workspace import DataPath, memory_file_system

HERE = Path(__file__).parent
LIMIT_S = 60.0
A_TIME_ZONE = "XYZ-05:45"  # which must make no difference
SCHEDULE = "CALL uni.periodic.schedule($qname, $kind, $argument)"
CANCEL = "CALL uni.periodic.cancel($qname)"


class Refused(Exception):  # noqa: N818 - the product says no, as it may
    """The product refused a call."""


class Panicked(Exception):  # noqa: N818 - the engine's word
    """The engine panicked; its process was ended."""


class Hung(Exception):  # noqa: N818 - what it did
    """No answer within the time limit; the process was ended."""


class Unavailable(Exception):  # noqa: N818 - a reason to skip
    """The product cannot be driven here."""


def build_held_clock(folder: Path) -> Path:
    """The library that is preloaded into the product's process. Raises Unavailable without a compiler."""
    library = folder / "held_clock.so"
    command = ["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(HERE / "held_clock.c"), "-ldl"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT_S)
    except FileNotFoundError:
        raise Unavailable("there is no C compiler, cc, for the library that holds its clock") from None
    except subprocess.CalledProcessError as error:
        raise Unavailable(f"the library that holds its clock cannot be built: {error.stderr}") from None
    return library


class Product:
    """The product, on one data path at a time. After a panic or a hang the next `open` starts a new process.

    Its clock is held, and no job runs unless `tick` lets it.
    """

    def __init__(self, library: Path) -> None:
        self._library = library
        self._child: subprocess.Popen[str] | None = None
        self._start()

    @contextlib.contextmanager
    def opened(self, data: DataPath, now_ns: int) -> Iterator[Product]:
        """The database on a data path, opened with the clock held, and closed again."""
        self.hold(now_ns)
        self.open(data)
        try:
            yield self
        finally:
            if self._child is not None:
                self.close()

    def hold(self, now_ns: int) -> None:
        """Hold the wall clock at so many nanoseconds after the epoch."""
        self._ask("hold", nanos=now_ns)

    def open(self, data: DataPath) -> None:
        """Raises Refused, Panicked, Hung."""
        self._ask("open", path=str(data.path))

    def close(self) -> None:
        """Shut the database down."""
        self._ask("close")

    def schedule(self, qname: str, kind: str, argument: str) -> None:
        """CALL uni.periodic.schedule. Raises Refused, Panicked."""
        self.query(SCHEDULE, {"qname": qname, "kind": kind, "argument": argument})

    def cancel(self, qname: str) -> None:
        """CALL uni.periodic.cancel. Raises Refused, Panicked."""
        self.query(CANCEL, {"qname": qname})

    def tick(self, due: list[str]) -> None:
        """Let the scheduler run until these jobs have run and failed."""
        self._ask("tick", due=due)

    def query(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Run a statement that reads, or a procedure."""
        rows: list[dict[str, Any]] = self._ask("query", cypher=cypher, parameters=dict(parameters or {}))
        return rows

    def write(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement that writes, in a transaction of its own."""
        self._ask("write", cypher=cypher, parameters=parameters)

    def labels(self) -> dict[str, list[str]]:
        """All labels and relationship types of the graph."""
        found: dict[str, list[str]] = self._ask("labels")
        return found

    def end(self) -> None:
        """End the process."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def _start(self) -> None:
        library = str(self._library)
        preloaded = " ".join(filter(None, (library, os.environ.get("LD_PRELOAD"))))
        changes = {"HELD_CLOCK": library, "LD_PRELOAD": preloaded, "TZ": A_TIME_ZONE}
        self._child = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ) | changes,
            text=True,
        )
        try:
            self._answer("start")
        except (Refused, Panicked, Hung) as error:
            self.end()
            raise Unavailable(f"its module cannot be imported: {error}") from None

    def _ask(self, do: str, **values: Any) -> Any:
        if self._child is None:
            self._start()
        assert self._child is not None
        assert self._child.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._child.stdin.write(json.dumps({"do": do, **values}) + "\n")
            self._child.stdin.flush()
        return self._answer(do)

    def _answer(self, do: str) -> Any:
        line = self._line(do)
        if not line:
            self.end()
            raise Panicked(f"{do}: the process ended")
        answer = json.loads(line)
        if "panicked" in answer:
            self.end()
            raise Panicked(answer["panicked"])
        if "refused" in answer:
            raise Refused(answer["refused"])
        return answer["done"]

    def _line(self, do: str) -> str:
        assert self._child is not None
        assert self._child.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._child.stdout, selectors.EVENT_READ)
            end = time.monotonic() + LIMIT_S
            if not selector.select(max(0.0, end - time.monotonic())):
                self.end()
                raise Hung(f"{do}: no answer within {LIMIT_S:g} s")
        return self._child.stdout.readline()


@contextlib.contextmanager
def fresh_data_path() -> Iterator[DataPath]:
    """An empty data path, on a memory file system where there is one."""
    with tempfile.TemporaryDirectory(prefix="product-", dir=memory_file_system()) as folder:
        yield DataPath(Path(folder))
