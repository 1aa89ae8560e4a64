"""Has the backend reload a crash state, through the wire, in a child that lives for many of them."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from conformance.child import Child, ChildGoneError, ChildSilentError, ProcessByNumber
from conformance.crash.judging.speaking import INITIALIZE, request_line
from conformance.crash.judging.workload import Rows, WireOperation
from conformance.crash.recording.launching import GO, Launcher, SpawnLauncher
from conformance.crash.recording.record import child_environment
from conformance.errors import NotTestableError
from conformance.oracle.allowed import LoadFailed
from conformance.workspace import memory_file_system

_PATIENCE_S = 60.0


class Reloader(Protocol):
    """Opens a data path with the backend under test and tells what it shows."""

    def reload(self, data_path: Path) -> Rows | LoadFailed:
        """Open, load, close."""
        ...

    def second_life(self, data_path: Path, operations: Sequence[WireOperation]) -> Rows | LoadFailed:
        """Open, perform operations, close; open again, load, close."""
        ...

    def renew(self) -> None:
        """Forget everything remembered in process: the next reload happens in a fresh child."""
        ...

    def close(self) -> None:
        """End the child."""
        ...


class _UnansweredError(Exception):
    """The child died, hung, or answered with an error; the message says which."""


def _started(launcher: Launcher, argv: Sequence[str], environment: Mapping[str, str]) -> Child:
    """A child of the launcher's, that has the line to go by."""
    launcher.get_ready(argv, environment)
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        pid = launcher.start(argv, environment, (theirs_in, theirs_out, nowhere))
    except BaseException:
        os.close(ours_in)
        os.close(ours_out)
        raise
    finally:
        for file in (theirs_in, theirs_out, nowhere):
            os.close(file)
    child = Child(ProcessByNumber(pid), os.fdopen(ours_out, "wb", 0), os.fdopen(ours_in, "rb", 0))
    with suppress(ChildGoneError):  # the first answer that is waited for tells
        child.write(GO.encode() + b"\n", _PATIENCE_S)
    return child


class WireReloader:
    """A `Reloader` over a command that speaks the wire.

    `rows_of` makes comparable rows of load_all's result and of what then lies on the data path; a ValueError
    tells that it cannot. `now` goes to set_clock, None leaves the clock. The child's temporary files
    lie below `directory`. `launcher` is the caller's to close.
    """

    def __init__(
        self,
        argv: Sequence[str],
        rows_of: Callable[[Any, Path], Rows],
        now: Any = None,
        environment: Mapping[str, str] | None = None,
        timeout_s: float = 30.0,
        directory: Path | None = None,
        launcher: Launcher | None = None,
    ) -> None:
        self._directory = directory or memory_file_system()
        self._launcher = launcher or SpawnLauncher()
        self._argv = list(argv)
        self._rows_of = rows_of
        self._now = now
        self._environment = environment
        self._scratch: Path | None = None
        self._timeout_s = timeout_s
        self._child: Child | None = None
        self._number = 0

    def reload(self, data_path: Path) -> Rows | LoadFailed:
        """See `Reloader.reload`."""
        return self._attempt(lambda: self._load(data_path))

    def second_life(self, data_path: Path, operations: Sequence[WireOperation]) -> Rows | LoadFailed:
        """See `Reloader.second_life`."""

        def live_on() -> Rows:
            self._perform(data_path, operations)
            return self._load(data_path)

        return self._attempt(live_on)

    def prepare(self, data_path: Path, operations: Sequence[WireOperation]) -> None:
        """Open, perform operations, close: untraced. Raises NotTestableError when one fails."""
        try:
            self._perform(data_path, operations)
        except _UnansweredError as failure:
            raise NotTestableError(f"The start of the run cannot be prepared: {failure}") from failure

    def renew(self) -> None:
        """See `Reloader.renew`."""
        self.close()

    def close(self) -> None:
        """See `Reloader.close`."""
        if self._child is None:
            return
        child, self._child = self._child, None
        child.kill()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _attempt(self, action: Callable[[], Rows]) -> Rows | LoadFailed:
        try:
            return action()
        except _UnansweredError as failure:
            return LoadFailed(str(failure))

    def _perform(self, data_path: Path, operations: Sequence[WireOperation]) -> None:
        handle = self._open(data_path)
        for operation in operations:
            self._ask(operation.method, {"handle": handle, **operation.params})
        self._ask("close", {"handle": handle})

    def _load(self, data_path: Path) -> Rows:
        handle = self._open(data_path)
        found = self._ask("load_all", {"handle": handle})
        self._ask("close", {"handle": handle})
        try:
            return self._rows_of(found, data_path)
        except ValueError as error:
            raise _UnansweredError(str(error)) from error

    def _open(self, data_path: Path) -> Any:
        return self._ask("open", {"data_path": str(data_path)})["handle"]

    def _ask(self, method: str, params: Any) -> Any:
        child = self._running()
        answer = self._exchange(child, method, params)
        if "result" not in answer:
            error = answer.get("error")
            message = error.get("message") if isinstance(error, dict) else error
            raise _UnansweredError(f"{method} failed: {message}")
        return answer["result"]

    def _running(self) -> Child:
        if self._child is None:
            temporary = {"TMPDIR": str(self._empty_scratch())}
            environment = child_environment({**(self._environment or {}), **temporary})
            self._child = _started(self._launcher, self._argv, environment)
            self._ask(INITIALIZE.method, INITIALIZE.params)
            if self._now is not None:
                self._ask("set_clock", {"now": self._now})
        return self._child

    def _empty_scratch(self) -> Path:
        """Temporary files on the data path's own file system: where they lie is CR-11's concern alone."""
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="sidecar-reload-", dir=self._directory))
        self._scratch.mkdir(exist_ok=True)
        return self._scratch

    def _exchange(self, child: Child, method: str, params: Any) -> dict[str, Any]:
        self._number += 1
        try:
            child.write(request_line(self._number, method, params).encode() + b"\n", self._timeout_s)
            while True:
                answer = json.loads(self._line(child))
                if isinstance(answer, dict) and answer.get("id") == self._number:
                    return answer
        except ChildSilentError:
            self.close()
            raise _UnansweredError(f"{method}: no answer within {self._timeout_s:g} s") from None
        except (ChildGoneError, OSError, ValueError) as error:
            self.close()
            raise _UnansweredError(f"{method}: {error}") from error

    def _line(self, child: Child) -> bytes:
        """The next line of output. Raises ChildGoneError when the child has ended."""
        line = child.read_line(self._timeout_s)
        if line.endswith(b"\n"):
            return line
        has_exited = child.exit_within(0)
        child.kill()
        status = f" (exit status {child.exit_code})" if has_exited and child.exit_code is not None else ""
        raise ChildGoneError(f"the backend's process closed its output{status}")
