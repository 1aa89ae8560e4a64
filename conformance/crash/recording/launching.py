"""How a child that is traced or reloads comes to be: a program that is started, or a fork of one waiting."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NoReturn, Protocol, TypeAlias

from conformance.child import Process, ProcessByNumber
from conformance.errors import KitError, NotTestableError

# The child waits for this line, so that the tracer is there before the command starts.
GO = "go"
_STUB = ("/bin/sh", "-c", 'read -r go && exec "$@"', "sh")
_LONGEST_ANSWER = 4096
_PATIENCE_S = 60.0
Files = tuple[int, int, int]


class Launcher(Protocol):
    """Starts children that wait for the line GO on their standard input."""

    def get_ready(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        """Called before `start`, and not from the tracer's thread, which waits for all children it has."""
        ...

    def start(self, argv: Sequence[str], environment: Mapping[str, str], files: Files) -> int:
        """Start `argv` with these three standard files; returns the child's process id, and its group's."""
        ...

    def close(self) -> None:
        """End what was kept for further children; those there are go on."""
        ...


class SpawnLauncher:
    """Starts the command itself."""

    def get_ready(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        """See `Launcher.get_ready`."""

    def start(self, argv: Sequence[str], environment: Mapping[str, str], files: Files) -> int:
        """See `Launcher.start`."""
        return os.posix_spawn(
            _STUB[0],
            (*_STUB, *argv),
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, file, number) for number, file in enumerate(files)],
            setpgroup=0,
            setsigmask=(),
            setsigdef=(signal.SIGPIPE, signal.SIGINT),
        )

    def close(self) -> None:
        """See `Launcher.close`."""


class Server(Process, Protocol):
    """A process that forks children."""

    def kill(self) -> None:
        """Kill it."""
        ...


StartServer: TypeAlias = Callable[[Mapping[str, str]], tuple[Server, socket.socket]]


def server_by_command(command: Sequence[str]) -> StartServer:
    """Starts a command, with the number of the control socket behind it."""

    def start(environment: Mapping[str, str]) -> tuple[Server, socket.socket]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                server = subprocess.Popen(
                    (*command, str(theirs.fileno())),
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                )
            except OSError as error:
                ours.close()
                raise KitError(f"The server that forks children cannot be started: {error}") from error
        return server, ours

    return start


def server_by_fork(serve: Callable[[int], NoReturn]) -> StartServer:
    """Forks this process, and calls `serve` there with the number of the control socket."""

    def start(environment: Mapping[str, str]) -> tuple[Server, socket.socket]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            with warnings.catch_warnings():
                # that other threads run here is known: the fork goes on without them
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
            if pid == 0:
                try:
                    ours.close()
                    os.environ.clear()
                    os.environ.update(environment)
                    serve(theirs.detach())
                finally:
                    os._exit(1)
        return ProcessByNumber(pid), ours

    return start


class NoLauncher:
    """For a target that no command starts: what cannot be forked cannot be tested."""

    def get_ready(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        """See `Launcher.get_ready`."""

    def start(self, argv: Sequence[str], environment: Mapping[str, str], files: Files) -> int:
        """Raise NotTestableError."""
        raise NotTestableError(
            f"no child could be forked that has {argv[0]}, and none can import it: "
            f"define it at the top of a module, so that module:attribute names it"
        )

    def close(self) -> None:
        """See `Launcher.close`."""


class ForkLauncher:
    """Has children forked from a server that has imported all it needs: a tenth of the time of a start.

    The server speaks as `conformance.adapter.forking` tells. It is for one command, in one environment; where
    it cannot fork, which `can_fork` then tells, and for other commands, children are started as usual.
    """

    def __init__(
        self, argv: Sequence[str], start_server: StartServer, otherwise: Launcher | None = None
    ) -> None:
        self._argv = tuple(argv)
        self._start_server = start_server
        self._usual = otherwise or SpawnLauncher()
        self._environment: dict[str, str] | None = None
        self._process: Server | None = None
        self.can_fork = True

    def get_ready(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        """See `Launcher.get_ready`."""
        if tuple(argv) != self._argv or not self.can_fork:
            return
        if self._process is not None and environment != self._environment:
            self.close()
        if self._process is None:
            self._environment = dict(environment)
            self._process, self._control = self._start_server(self._environment)
            self._control.settimeout(_PATIENCE_S)

    def start(self, argv: Sequence[str], environment: Mapping[str, str], files: Files) -> int:
        """See `Launcher.start`."""
        if tuple(argv) == self._argv and environment == self._environment and self._process is not None:
            pid = self._fork(files)
            if pid is not None:
                return pid
            self.can_fork = False
            self.close()
        return self._usual.start(argv, environment, files)

    @property
    def server_pid(self) -> int | None:
        """The server's process id, while it runs."""
        return self._process.pid if self._process is not None else None

    def close(self) -> None:
        """See `Launcher.close`."""
        if self._process is None:
            return
        process, self._process = self._process, None
        self._control.close()
        process.kill()
        process.wait()

    def _fork(self, files: Files) -> int | None:
        with suppress(OSError, ValueError):
            socket.send_fds(self._control, [b"fork"], files)
            answer: dict[str, int] = json.loads(self._control.recv(_LONGEST_ANSWER))
            return answer.get("pid")
        return None
