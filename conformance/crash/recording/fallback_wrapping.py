"""Replaces the functions of `os` that touch files, and `open`, by ones that report what they do."""

from __future__ import annotations

import _pyio  # type: ignore[import-not-found]
import builtins
import functools
import io
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conformance.crash.recording.paths import Locator, descriptor_path, is_inside
from conformance.crash.recording.trace import Argument

Caller = Callable[..., Any]
Speaker = Callable[[bytes, Callable[[], int]], int]
_REAL_FSTAT = os.fstat
_state = threading.local()


def _identity(descriptor: int) -> tuple[int, int] | None:
    """Which file or pipe a descriptor is open on: a program may speak through a copy of its output."""
    try:
        status = _REAL_FSTAT(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextmanager
def _left_alone() -> Iterator[None]:
    """Calls of this thread that the replacements themselves make are not reported."""
    _state.left_alone = True
    try:
        yield
    finally:
        _state.left_alone = False


class Replacement:
    """The functions that take the place of those of `os`.

    Files outside the traced directory are left alone; `_inside` are descriptors of files in it.
    """

    def __init__(self, call: Caller, say: Speaker, locator: Locator) -> None:
        self._call = call
        self._say = say
        self._output = _identity(1)
        self._locator = locator
        self._inside: set[int] = set()

    def path(self, path: Any, dir_fd: int | None = None) -> str:
        """A path as traces spell it."""
        if isinstance(path, int):
            return descriptor_path(path)
        with _left_alone():
            base = Path.cwd() if dir_fd is None else Path(f"/proc/self/fd/{dir_fd}")
            return self._locator.locate(str(base.resolve()), os.fsdecode(path))

    def open(
        self, real: Caller, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None
    ) -> int:
        spelled = self.path(path, dir_fd)
        if not is_inside(spelled):
            found: int = real(path, flags, mode, dir_fd=dir_fd)
            self._inside.discard(found)
            return found
        # Python adds close-on-exec itself.
        arguments = (spelled, flags | os.O_CLOEXEC, mode)
        descriptor: int = self._call("openat", arguments, lambda: real(path, flags, mode, dir_fd=dir_fd))
        self._inside.add(descriptor)
        return descriptor

    def close(self, real: Caller, descriptor: int) -> None:
        if descriptor not in self._inside:
            real(descriptor)
            return
        self._inside.discard(descriptor)
        self._call("close", (descriptor,), lambda: real(descriptor))

    def dup(self, real: Caller, descriptor: int, *rest: Any, **options: Any) -> int:
        if descriptor not in self._inside:
            found: int = real(descriptor, *rest, **options)
            return found
        new: int = self._call("dup", (descriptor,), lambda: real(descriptor, *rest, **options))
        self._inside.add(new)
        return new

    def write(self, name: str, real: Caller, descriptor: int, data: Any, *rest: int) -> int:
        content = b"".join(bytes(part) for part in data) if name.endswith(("v", "v2")) else bytes(data)
        if descriptor not in self._inside:
            if _identity(descriptor) == self._output:
                return self._say(content, lambda: real(descriptor, data, *rest))
            written: int = real(descriptor, data, *rest)
            return written
        half = content[: len(content) // 2]
        short = (half,) if name.endswith(("v", "v2")) else half
        offsets = (*rest, 0)[:2] if name == "pwritev2" else rest
        result: int = self._call(
            name,
            (descriptor, content, *offsets),
            lambda: real(descriptor, data, *rest),
            (lambda: real(descriptor, short, *rest)) if half else None,
        )
        return result

    def on_descriptor(self, name: str, real: Caller, descriptor: Any, *rest: Any, **options: Any) -> Any:
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        if number not in self._inside:
            return real(descriptor, *rest, **options)
        arguments: tuple[Argument, ...] = (number, *(value for value in rest if isinstance(value, int)))
        return self._call(name, arguments, lambda: real(descriptor, *rest, **options))

    def on_path(self, name: str, real: Caller, path: Any, *rest: Any, **options: Any) -> Any:
        if isinstance(path, int):
            return real(path, *rest, **options)
        spelled = self.path(path, options.get("dir_fd"))
        if not is_inside(spelled):
            return real(path, *rest, **options)
        numbers = tuple(value for value in rest if isinstance(value, int))
        return self._call(name, (spelled, *(numbers or (0,))), lambda: real(path, *rest, **options))

    def on_two_paths(self, name: str, real: Caller, old: Any, new: Any, **options: Any) -> None:
        spelled = (
            self.path(old, options.get("src_dir_fd")),
            self.path(new, options.get("dst_dir_fd")),
        )
        if not any(map(is_inside, spelled)):
            real(old, new, **options)
            return
        self._call(name, spelled, lambda: real(old, new, **options))

    def symlink(self, real: Caller, target: Any, path: Any, *rest: Any, **options: Any) -> None:
        spelled = self.path(path, options.get("dir_fd"))
        if not is_inside(spelled):
            real(target, path, *rest, **options)
            return
        arguments = (os.fsdecode(target), spelled)
        self._call("symlink", arguments, lambda: real(target, path, *rest, **options))

    def copy(self, name: str, real: Caller, first: int, second: int, *rest: Any, **options: Any) -> int:
        if not {first, second} & self._inside:
            copied: int = real(first, second, *rest, **options)
            return copied
        arguments = _copy_arguments(name, first, second, rest, options)
        result: int = self._call(name, arguments, lambda: real(first, second, *rest, **options))
        return result


def _copy_arguments(
    name: str, first: int, second: int, rest: Sequence[Any], options: dict[str, Any]
) -> tuple[Argument, ...]:
    if name == "sendfile":
        return (first, second, *rest[:2])
    offsets = (*rest[1:], None, None)
    source = options.get("offset_src", offsets[0])
    target = options.get("offset_dst", offsets[1])
    return (first, source, second, target, rest[0], 0)


_DESCRIPTOR_CALLS = {
    "read": "read",
    "pread": "pread64",
    "lseek": "lseek",
    "fsync": "fsync",
    "fdatasync": "fdatasync",
    "ftruncate": "ftruncate",
    "fchmod": "fchmod",
    "fstat": "fstat",
}
_PATH_CALLS = {
    "mkdir": "mkdir",
    "rmdir": "rmdir",
    "unlink": "unlink",
    "remove": "unlink",
    "truncate": "truncate",
    "chmod": "chmod",
    "stat": "stat",
    "lstat": "lstat",
}
_WRITES = {"write": "write", "pwrite": "pwrite64", "writev": "writev", "pwritev": "pwritev2"}
_TWO_PATHS = {"rename": "rename", "replace": "rename", "link": "linkat"}
_COPIES = {"sendfile": "sendfile", "copy_file_range": "copy_file_range"}


def replace_functions(call: Caller, say: Speaker, locator: Locator) -> None:
    """Replace them in this process, for good."""
    replacement = Replacement(call, say, locator)
    for names, method in (
        (_DESCRIPTOR_CALLS, replacement.on_descriptor),
        (_PATH_CALLS, replacement.on_path),
        (_WRITES, replacement.write),
        (_TWO_PATHS, replacement.on_two_paths),
        (_COPIES, replacement.copy),
    ):
        for name, recorded in names.items():
            if hasattr(os, name):
                _replace(name, functools.partial(method, recorded))
    for name in ("open", "close", "dup", "symlink"):
        _replace(name, getattr(replacement, name))
    if hasattr(os, "sync"):
        real_sync = os.sync
        os.sync = lambda: call("sync", (), real_sync)
    # The pure Python twin of io goes through the functions just replaced.
    builtins.open = io.open = _pyio.open
    if hasattr(shutil, "_HAS_FCOPYFILE"):
        shutil._HAS_FCOPYFILE = False
    sys.stdout = _pyio.TextIOWrapper(
        _pyio.BufferedWriter(_pyio.FileIO(1, "w", closefd=False)), "utf-8", line_buffering=True
    )


def _replace(name: str, method: Caller) -> None:
    real = getattr(os, name)

    @functools.wraps(real)
    def replaced(*arguments: Any, **options: Any) -> Any:
        if getattr(_state, "left_alone", False):
            return real(*arguments, **options)
        return method(real, *arguments, **options)

    # shutil and others ask os.supports_* which functions take a descriptor.
    for group in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
        if real in group:
            group.add(replaced)
    setattr(os, name, replaced)
