"""Runs a Python program with the functions of `os` and `open` replaced, and logs what they do.

python fallback_child.py ORDERS (-m MODULE | -c CODE | FILE) ARGUMENTS...
ORDERS is a JSON object: log, root, inject. The log holds one JSON object a line. Run by path: the program's
interpreter need not know the kit.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from errno import EINTR
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    _ENTRIES = list(sys.path)
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from conformance.crash.recording.paths import Locator
from conformance.crash.recording.trace import Acknowledgement, Argument, Call, Event, event_to_json

_REAL_WRITE, _REAL_OPEN, _REAL_KILL = os.write, os.open, os.kill
_UNSEEN = {"os.fork", "os.forkpty", "os.posix_spawn", "subprocess.Popen", "os.exec"}


class Log:
    """Numbers the events of this process, writes them down, and carries out the injection."""

    def __init__(self, path: str, inject: dict[str, Any] | None) -> None:
        self._file = _REAL_OPEN(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._inject = inject or {"kind": "", "call": None}
        self._turns: Counter[str] = Counter()
        self._failing = ""
        self._clock = self._counted = 0
        self._threads: dict[int, int] = {}
        self._output = b""
        self._met = False
        self._spawned = ""
        self._lock = threading.RLock()
        self.put({"started": os.getpid()})

    def put(self, entry: dict[str, Any]) -> None:
        """One line."""
        _REAL_WRITE(self._file, json.dumps(entry).encode() + b"\n")

    def tick(self) -> int:
        """The next place."""
        with self._lock:
            self._clock += 1
            return self._clock

    def say(self, content: bytes, perform: Callable[[], int]) -> int:
        """The program writes to its standard output.

        The answer may bring the next request at once, for another thread: nothing gets a place until the
        write has got its own.
        """
        with self._lock:
            written = perform()
            *lines, self._output = (self._output + content[:written]).split(b"\n")
            for line in lines:
                self._failing = ""
                self._event(Acknowledgement(self.tick(), line.decode("utf-8", "surrogateescape")))
            return written

    def call(
        self,
        name: str,
        arguments: tuple[Argument, ...],
        perform: Callable[[], Any],
        perform_short: Callable[[], Any] | None = None,
    ) -> Any:
        """Perform a call and write it down, or do to it what was ordered."""
        start = self.tick()
        number = self._counted
        self._counted += 1
        if number == 0 and self._spawned and _has_children():
            self.spawned(self._spawned)
        self._turns[name] += 1
        place = number if self._inject["kind"] == "Kill" else name
        is_meant = place == self._inject["call"] and self._inject.get("turn") in {None, self._turns[name]}
        kind = self._inject["kind"] if is_meant else ""
        if kind == "Kill":
            self._meet(start)
            _REAL_KILL(os.getpid(), signal.SIGKILL)
        if kind == "Fail" or name == self._failing:
            self._meet(start)
            self._failing = name if self._inject["lasting"] else ""
            return self._fail(name, arguments, start, perform)
        if kind == "Short" and perform_short:
            self._meet(start)
            return self._perform(name, arguments, start, perform_short, injected=True)
        return self._perform(name, arguments, start, perform)

    def spawned(self, event: str) -> None:
        """The program started another process: nobody sees what that does.

        One that has ended before the first call that counts is of no consequence.
        """
        self._spawned = event
        if self._counted:
            self.put({"unmodelled": f"the backend started another process ({event})"})

    def _meet(self, start: int) -> None:
        if not self._met:
            self._met = True
            self.put({"met": start})

    def _fail(
        self, name: str, arguments: tuple[Argument, ...], start: int, perform: Callable[[], Any]
    ) -> Any:
        error = self._inject["errno"]
        if name == "close":  # Linux releases the descriptor whatever close returns
            perform()
        self._record(name, arguments, -1, error, start, injected=True)
        if error == EINTR:  # Python itself calls again (PEP 475); the program never sees it
            return self._perform(name, arguments, self.tick(), perform)
        raise OSError(error, os.strerror(error))

    def _perform(
        self,
        name: str,
        arguments: tuple[Argument, ...],
        start: int,
        perform: Callable[[], Any],
        injected: bool = False,
    ) -> Any:
        try:
            result = perform()
        except OSError as error:
            self._record(name, arguments, -1, error.errno or 1, start, injected)
            raise
        number = result if isinstance(result, int) else len(result) if isinstance(result, bytes) else 0
        self._record(name, arguments, number, 0, start, injected)
        return result

    def _record(
        self,
        name: str,
        arguments: tuple[Argument, ...],
        result: int,
        errno: int,
        start: int,
        injected: bool,
    ) -> None:
        thread = self._threads.setdefault(threading.get_ident(), len(self._threads))
        self._event(Call(name, arguments, result, errno, start, self.tick(), 0, thread, injected))

    def _event(self, event: Event) -> None:
        self.put({"event": event_to_json(event)})


def _watch_for_the_unseen(log: Log) -> None:
    def hook(event: str, arguments: Sequence[Any]) -> None:
        if event in _UNSEEN:
            log.spawned(event)

    sys.addaudithook(hook)


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    except AttributeError:
        pass  # not on this system: nothing is known
    return True


def _run(words: list[str]) -> None:
    """Run the program as the interpreter would."""
    kind, rest = (words[0], words[1:]) if words[0] in ("-m", "-c") else ("", words)
    if kind == "-m":
        sys.argv = rest
        sys.path.insert(0, str(Path.cwd()))
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif kind == "-c":
        sys.argv = ["-c", *rest[1:]]
        sys.path.insert(0, "")
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = rest
        sys.path.insert(0, str(Path(rest[0]).resolve().parent))
        runpy.run_path(rest[0], run_name="__main__")


def main() -> None:
    """Replace, then run."""
    # Imported only here: replacing changes modules that everything above has already used.
    from conformance.crash.recording.fallback_wrapping import replace_functions

    here = str(Path(__file__).resolve().parent)
    sys.path[:] = [entry for entry in _ENTRIES if entry != here]
    orders = json.loads(sys.argv[1])
    log = Log(orders["log"], orders["inject"])
    _watch_for_the_unseen(log)
    replace_functions(log.call, log.say, Locator(Path(orders["root"])))
    _run(sys.argv[2:])


if __name__ == "__main__":
    main()
