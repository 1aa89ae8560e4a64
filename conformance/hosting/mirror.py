"""What a backend sends to its graph and what it logs, recorded."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from conformance.contract.connection import LogLine, Statement
from conformance.hosting.anew import plain
from conformance.workspace import DataPath


class MirrorRecord:
    """All executors wired to one handle and what they have been sent. Safe to use from several threads."""

    def __init__(self, data_path: Path | None) -> None:
        self._data = None if data_path is None else DataPath(data_path)
        self._lock = threading.Lock()
        self._statements: list[Statement] = []
        self._executors = 0
        self._recording = True

    def new_executor(self, *, fail: bool) -> RecordingExecutor:
        """One more executor, counted from 1."""
        with self._lock:
            self._executors += 1
            return RecordingExecutor(self, self._executors, fail)

    def stop(self) -> None:
        """Record nothing more."""
        self._recording = False

    def add(self, executor: int, cypher: str, parameters: Mapping[str, object] | None) -> None:
        """Record a statement, and what the document holds now."""
        if self._recording:
            statement = Statement(executor, cypher, parameters, self._document())
            with self._lock:
                self._statements.append(statement)

    def statements(self) -> tuple[Statement, ...]:
        """Everything recorded, oldest first."""
        with self._lock:
            return tuple(self._statements)

    def _document(self) -> bytes | None:
        try:
            return None if self._data is None else self._data.read_document() or b""
        except OSError:
            return None


class GraphRefusedError(Exception):
    """What an executor raises that is to fail: of a kind that no backend knows by name."""


class RecordingExecutor:
    """A CypherExecutor that records, and then raises GraphRefusedError if it is to fail."""

    def __init__(self, record: MirrorRecord, number: int, fail: bool) -> None:
        self._record = record
        self._number = number
        self._fail = fail

    def execute_write_cypher(self, cypher: str, parameters: Mapping[str, object] | None = None) -> None:
        """Record the statement."""
        bound = None if parameters is None else {str(plain(k)): plain(v) for k, v in parameters.items()}
        self._record.add(self._number, str(plain(cypher)), bound)
        if self._fail:
            raise GraphRefusedError("the graph refuses this statement")


class LogCapture(logging.Handler):
    """Keeps what the loggers of some packages say, from debug level on, until it is stopped."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._lines: list[LogLine] = []
        self._levels: dict[str, int] = {}

    def listen_to(self, packages: Iterable[str]) -> None:
        """Hear the loggers of these top packages too."""
        for package in packages:
            if package not in self._levels:
                logger = logging.getLogger(package)
                self._levels[package] = logger.level
                logger.setLevel(logging.DEBUG)
                logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except Exception as error:
            message = f"a line that cannot be put together: {error}"
        if record.exc_info and record.exc_info[1] is not None:
            message += f" ({type(record.exc_info[1]).__name__}: {record.exc_info[1]})"
        self._lines.append(LogLine(record.name, record.levelname.lower(), message))

    def mark(self) -> int:
        """A position for `since`: the next line's."""
        return len(self._lines)

    def since(self, mark: int) -> tuple[LogLine, ...]:
        """The lines logged since `mark` was taken."""
        return tuple(self._lines[mark:])

    def stop(self) -> None:
        """Give all loggers their levels back and forget every line."""
        for package, level in self._levels.items():
            logger = logging.getLogger(package)
            logger.removeHandler(self)
            logger.setLevel(level)
        self._levels.clear()
        self._lines.clear()


def packages_of(backend: object, opener: object) -> frozenset[str]:
    """The top packages a backend's loggers may stand in.

    Those of its classes, of the objects it holds (a backend may be wrapped), and of its opener.
    """
    inner = list(getattr(backend, "__dict__", {}).values())
    classes = [cls for thing in (backend, *inner) for cls in type(thing).__mro__]
    modules = {str(getattr(thing, "__module__", "")) for thing in (*classes, opener)}
    tops = {module.partition(".")[0] for module in modules}
    return frozenset(tops - sys.stdlib_module_names - {"", "builtins", "conformance"})
