"""The model against a real file system: after every call both hold the same."""

from __future__ import annotations

import ctypes
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.crash.filesystem.filesystem import FileSystem
from conformance.crash.filesystem.history import take_effect
from conformance.crash.filesystem.tree import read_tree
from conformance.crash.recording.paths import Locator
from conformance.crash.recording.trace import Argument, Call
from conformance.workspace import memory_file_system

LIBC = ctypes.CDLL(None, use_errno=True)
AT_FDCWD, AT_SYMLINK_FOLLOW = -100, 0x400
START = {"a": b"hello", "d/b": b"x" * 5000}


class Pair:
    """Performs each call for real and in the model."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.locator = Locator(root)
        self.model = FileSystem(read_tree(root), os.path.realpath(root))
        self.open: list[int] = []
        self.clock = 0

    def real(self, path: str) -> str:
        return str(self.root / path)

    def fd(self, choice: int) -> int | None:
        return self.open[choice % len(self.open)] if self.open else None

    def call(self, name: str, arguments: tuple[Argument, ...], perform: Callable[[], Any]) -> int:
        try:
            result, error = perform(), 0
        except OSError as failure:
            result, error = -1, failure.errno or 1
        number = len(result) if isinstance(result, bytes) else int(result or 0)
        self.clock += 2
        take_effect(self.model, Call(name, arguments, number, error, self.clock - 1, self.clock))
        return -1 if error else number

    def spell(self, path: str) -> str:
        return self.locator.locate("/", self.real(path))


def libc(name: str, *arguments: Any) -> int:
    result: int = getattr(LIBC, name)(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def do_open(pair: Pair, path: str, flags: int) -> None:
    arguments = (pair.spell(path), flags | os.O_CLOEXEC, 0o600)
    opened = pair.call("openat", arguments, lambda: os.open(pair.real(path), flags, 0o600))
    if opened >= 0:
        pair.open.append(opened)


def do_on_descriptor(name: str, *rest: int) -> Callable[[Pair, int], None]:
    def act(pair: Pair, choice: int) -> None:
        number = pair.fd(choice)
        if number is None:
            return
        function = {"pread64": "pread"}.get(name, name)
        pair.call(name, (number, *rest), lambda: getattr(os, function)(number, *rest))
        if name == "close":
            pair.open.remove(number)

    return act


def do_write(pair: Pair, choice: int, content: bytes) -> None:
    number = pair.fd(choice)
    if number is not None:
        pair.call("write", (number, content), lambda: os.write(number, content))


def do_pwrite(pair: Pair, choice: int, content: bytes, offset: int) -> None:
    number = pair.fd(choice)
    if number is not None:
        pair.call("pwrite64", (number, content, offset), lambda: os.pwrite(number, content, offset))


def do_writev(pair: Pair, choice: int, parts: list[bytes]) -> None:
    number = pair.fd(choice)
    if number is not None:
        pair.call("writev", (number, b"".join(parts)), lambda: os.writev(number, parts))


def do_fallocate(pair: Pair, choice: int, mode: int, offset: int, length: int) -> None:
    number = pair.fd(choice)
    if number is not None:
        pair.call(
            "fallocate",
            (number, mode, offset, length),
            lambda: libc("fallocate", number, mode, ctypes.c_long(offset), ctypes.c_long(length)),
        )


def do_copy(pair: Pair, source: int, target: int, start: int | None, count: int) -> None:
    first, second = pair.fd(source), pair.fd(target)
    if first is not None and second is not None:
        pair.call(
            "copy_file_range",
            (first, start, second, None, count, 0),
            lambda: os.copy_file_range(first, second, count, start, None),
        )


def do_sendfile(pair: Pair, source: int, target: int, start: int | None, count: int) -> None:
    """Not of a file into itself: how much of its new bytes it then reads is the kernel's affair."""
    first, second = pair.fd(source), pair.fd(target)
    if first is not None and second is not None and not os.path.sameopenfile(first, second):
        arguments = (second, first, start, count)
        pair.call("sendfile", arguments, lambda: os.sendfile(second, first, start, count))


def do_dup(pair: Pair, choice: int) -> None:
    number = pair.fd(choice)
    if number is not None:
        duplicate = pair.call("dup", (number,), lambda: os.dup(number))
        if duplicate >= 0:
            pair.open.append(duplicate)


def do_dup2(pair: Pair, old: int, new: int) -> None:
    first, second = pair.fd(old), pair.fd(new)
    if first is not None and second is not None:
        pair.call("dup2", (first, second), lambda: os.dup2(first, second))


def do_on_path(name: str, *rest: int) -> Callable[[Pair, str], None]:
    def act(pair: Pair, path: str) -> None:
        pair.call(name, (pair.spell(path), *rest), lambda: getattr(os, name)(pair.real(path), *rest))

    return act


def do_rename(pair: Pair, old: str, new: str, flags: int) -> None:
    names = os.fsencode(pair.real(old)), os.fsencode(pair.real(new))
    pair.call(
        "renameat2",
        (pair.spell(old), pair.spell(new), flags),
        lambda: libc("renameat2", AT_FDCWD, names[0], AT_FDCWD, names[1], flags),
    )


def do_link(pair: Pair, old: str, new: str) -> None:
    def perform() -> None:
        os.link(pair.real(old), pair.real(new), follow_symlinks=False)

    pair.call("link", (pair.spell(old), pair.spell(new)), perform)


def do_link_descriptor(pair: Pair, choice: int, new: str) -> None:
    number = pair.fd(choice)
    if number is None:
        return
    source = f"/proc/self/fd/{number}"
    pair.call(
        "linkat",
        (source, pair.spell(new), AT_SYMLINK_FOLLOW),
        lambda: libc(
            "linkat", AT_FDCWD, source.encode(), AT_FDCWD, os.fsencode(pair.real(new)), AT_SYMLINK_FOLLOW
        ),
    )


def do_symlink(pair: Pair, target: str, path: str) -> None:
    pair.call("symlink", (target, pair.spell(path)), lambda: Path(pair.real(path)).symlink_to(target))


PATHS = st.sampled_from(["a", "b", "d", "d/a", "d/b", "e", "e/a"])
CHOICES = st.integers(0, 5)
FLAGS = st.sampled_from(
    [
        os.O_RDONLY,
        os.O_RDWR,
        os.O_RDWR | os.O_CREAT,
        os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
        os.O_RDWR | os.O_CREAT | os.O_EXCL,
        os.O_WRONLY | os.O_CREAT | os.O_APPEND,
        os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW,
    ]
)
CONTENT = st.sampled_from([b"", b"x", b"abc" * 10, b"y" * 4096, b"z" * 9001])
OFFSETS = st.sampled_from([0, 1, 511, 4095, 4096, 10_000])
STARTS = st.none() | OFFSETS
OPERATIONS = st.one_of(
    st.tuples(st.just(do_open), PATHS, FLAGS),
    st.tuples(st.just(do_open), st.sampled_from([".", "d"]), st.just(os.O_TMPFILE | os.O_RDWR)),
    st.tuples(st.just(do_write), CHOICES, CONTENT),
    st.tuples(st.just(do_pwrite), CHOICES, CONTENT, OFFSETS),
    st.tuples(st.just(do_writev), CHOICES, st.lists(CONTENT, min_size=1, max_size=3)),
    st.tuples(st.just(do_fallocate), CHOICES, st.sampled_from([0, 1, 3]), OFFSETS, st.just(5000)),
    st.tuples(st.just(do_copy), CHOICES, CHOICES, STARTS, st.just(3000)),
    st.tuples(st.just(do_sendfile), CHOICES, CHOICES, STARTS, st.just(3000)),
    st.tuples(st.just(do_dup), CHOICES),
    st.tuples(st.just(do_dup2), CHOICES, CHOICES),
    st.tuples(
        st.sampled_from(
            [
                do_on_descriptor("close"),
                do_on_descriptor("read", 100),
                do_on_descriptor("lseek", 7, os.SEEK_SET),
                do_on_descriptor("lseek", 2, os.SEEK_CUR),
                do_on_descriptor("ftruncate", 3),
                do_on_descriptor("ftruncate", 6000),
                do_on_descriptor("fsync"),
            ]
        ),
        CHOICES,
    ),
    st.tuples(
        st.sampled_from(
            [
                do_on_path("mkdir", 0o700),
                do_on_path("rmdir"),
                do_on_path("unlink"),
                do_on_path("truncate", 4),
            ]
        ),
        PATHS,
    ),
    st.tuples(st.just(do_rename), PATHS, PATHS, st.sampled_from([0, 0, 1, 2])),
    st.tuples(st.just(do_link), PATHS, PATHS),
    st.tuples(st.just(do_link_descriptor), CHOICES, PATHS),
    st.tuples(st.just(do_symlink), st.sampled_from(["a", "d/b", "../a"]), PATHS),
)


def leads_out(root: Path, argument: object) -> bool:
    """Whether it is a path whose links lead out of the directory, to what the model does not hold."""
    inside = os.path.realpath(root)
    return isinstance(argument, str) and not Path(os.path.realpath(root / argument)).is_relative_to(inside)


@given(st.lists(OPERATIONS, max_size=25))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_after_every_call_the_model_holds_what_the_real_directory_holds(
    operations: list[tuple[Any, ...]],
) -> None:
    with tempfile.TemporaryDirectory(dir=memory_file_system()) as directory:
        root = Path(directory)
        (root / "d").mkdir()
        for path, content in START.items():
            (root / path).write_bytes(content)
        pair = Pair(root)
        try:
            for function, *arguments in operations:
                if function is do_symlink or not any(leads_out(root, each) for each in arguments):
                    function(pair, *arguments)

                assert pair.model.tree() == read_tree(root)
        finally:
            for number in pair.open:
                os.close(number)
        assert pair.model.unmodelled == {}
