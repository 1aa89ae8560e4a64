"""Holds one server until standard input ends: python keeper.py KIND [SETTING...]

Prints the server's URL and the path of a socket. Who sends a line there has the server killed and started
again, and is answered `up`. Nothing but the standard library is needed.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

_PATIENCE_S = 40.0
_PR_SET_CHILD_SUBREAPER = 36
_LIBRARY = ctypes.CDLL(None)
_MEMORY = Path("/dev/shm")


class Server(ABC):
    """One server. Its folder lies in memory where it can: a kill takes nothing from either."""

    def __init__(self, settings: Sequence[str]) -> None:
        self.settings = settings
        self.folder = Path(tempfile.mkdtemp(prefix="stores-", dir=_MEMORY if _MEMORY.is_dir() else None))
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.prepare()

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients find it."""

    @abstractmethod
    def prepare(self) -> None:
        """Make in the folder what a first start needs."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """What runs it, in the foreground."""

    @abstractmethod
    def is_up(self) -> bool:
        """Whether it answers."""

    def user(self) -> str | None:
        """Whom to run it as, where that is somebody else."""
        return None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = self.spawn(self.command(), log.fileno())
        deadline = time.monotonic() + _PATIENCE_S
        while not self.is_up():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"it did not start: {(self.folder / 'log').read_text()[-800:]}")
            time.sleep(0.005)

    def spawn(self, command: Sequence[str], log: int) -> subprocess.Popen[bytes]:
        """Run a command of the server's as its user."""
        user = self.user()
        identity: dict[str, Any] = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        return subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **identity,
        )

    def kill(self) -> None:
        """End all of its processes where they stand."""
        assert self._process is not None
        family = [self._process.pid, *_descendants(self._process.pid)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        for pid in family[1:]:  # they are this process's children now
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def stop(self) -> None:
        """End it and remove its folder."""
        try:
            if self._process is not None and self._process.poll() is None:
                self.end()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def end(self) -> None:
        """End it in such a way that nothing is left elsewhere."""
        self.kill()


class Redis(Server):
    """Debian's redis-server. A setting is an option of its own, such as `appendfsync=always`.

    `slow-disk` has strace delay each fdatasync of the background thread by 0.9 seconds.
    """

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        """Nothing: Redis makes its files."""

    def start(self) -> None:
        """Take half a transaction off the end of the append-only file first, as `redis-check-aof` does.

        Redis 7.0 leaves it open, and puts what comes later into it: it happens at the next start but one, or
        takes along what was acknowledged.
        """
        for manifest in self.folder.glob("appendonlydir/*.manifest"):
            repair = ["redis-check-aof", "--fix", str(manifest)]
            subprocess.run(repair, input=b"y\n", stdout=subprocess.DEVNULL, check=True)
        super().start()

    def command(self) -> Sequence[str]:
        options = {"bind": "127.0.0.1", "port": str(self.port), "dir": str(self.folder), "save": ""}
        options |= {"appendonly": "yes", "daemonize": "no"}
        options |= dict(setting.split("=", 1) for setting in self.settings if "=" in setting)
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        slow = ["strace", "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf", "--trace=fdatasync"]
        slow += ["--inject=fdatasync:delay_enter=900000"]
        return [*(slow if "slow-disk" in self.settings else ()), "redis-server", *words]

    def is_up(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as client:
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


class PostgreSql(Server):
    """Debian's server. A setting is a line of its configuration, such as `synchronous_commit=off`."""

    @property
    def url(self) -> str:
        return f"postgresql://{self._owner()}@127.0.0.1:{self.port}/postgres"

    def user(self) -> str | None:
        """PostgreSQL refuses to run as the superuser."""
        return "postgres" if os.geteuid() == 0 else None

    def prepare(self) -> None:
        user = self.user()
        if user is not None:
            shutil.chown(self.folder, user)
        options = [
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            f"--username={self._owner()}",
        ]
        with (self.folder / "log").open("wb") as log:
            made = self.spawn([_program("initdb"), *options, "-D", str(self._data())], log.fileno()).wait()
        if made:
            raise RuntimeError(f"initdb failed: {(self.folder / 'log').read_text()[-800:]}")

    def command(self) -> Sequence[str]:
        lines = ["listen_addresses=127.0.0.1", f"port={self.port}", "unix_socket_directories="]
        lines += ["dynamic_shared_memory_type=mmap", *self.settings]
        return [_program("postgres"), "-D", str(self._data()), *(f"--{line}" for line in lines)]

    def is_up(self) -> bool:
        asked = ["-h", "127.0.0.1", "-p", str(self.port), "-U", self._owner(), "-q"]
        return subprocess.run([_program("pg_isready"), *asked], check=False).returncode == 0

    def end(self) -> None:
        """A fast shutdown: it removes its System V shared memory."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def _owner(self) -> str:
        return self.user() or pwd.getpwuid(os.geteuid()).pw_name

    def _data(self) -> Path:
        return self.folder / "data"


KINDS = {"redis": Redis, "postgresql": PostgreSql}


def _program(name: str) -> str:
    """A program of PostgreSQL's: Debian keeps those of each version apart, and out of the path."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda home: float(home.parent.name))
    found = shutil.which(name, path=os.pathsep.join([*map(str, homes[::-1]), os.environ.get("PATH", "")]))
    if found is None:
        raise RuntimeError(f"there is no program {name}: install the Debian package postgresql")
    return found


def _free_port() -> int:
    """A port below those that the system gives to clients: one of them could else meet itself there."""
    while True:
        port = random.randint(15_000, 31_000)
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port


def _descendants(pid: int) -> list[int]:
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, children.read_text().split()):
                found += [child, *_descendants(child)]
    return found


def _serve(server: Server, listener: socket.socket) -> None:
    """Answer each line until standard input ends."""
    while True:
        ready, _, _ = select.select([sys.stdin, listener], [], [])
        if sys.stdin in ready and not os.read(sys.stdin.fileno(), 1024):
            return
        if listener in ready:
            asking, _ = listener.accept()
            with asking, suppress(OSError):
                asking.makefile().readline()
                asking.sendall(_crash(server).encode() + b"\n")


def _crash(server: Server) -> str:
    try:
        server.kill()
        server.start()
    except (OSError, RuntimeError) as error:
        return " ".join(str(error).split())
    return "up"


def main(kind: str, *settings: str) -> None:
    """Keep a server until standard input ends."""
    _LIBRARY.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    server: Server = KINDS[kind](settings)
    try:
        server.start()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(server.folder / "keeper"))
            listener.listen()
            print(server.url, server.folder / "keeper", flush=True)
            _serve(server, listener)
    finally:
        server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
