"""Documents on a disk: read without hanging, written beside or in place without ever losing the old one."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from conformance.workspace import DOCUMENT_NAME, SYSTEM_DIRECTORY

STANDARD_INPUT = "-"
_READ_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC  # O_NONBLOCK: a FIFO must not hang us
_CREATE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def read_file(name: str) -> bytes:
    """The bytes of a regular file, or of standard input. Raises OSError, also for a directory or a FIFO."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    descriptor = os.open(name, _READ_FLAGS)
    try:
        _require_regular(os.fstat(descriptor).st_mode)
    except OSError:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def _require_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise OSError(
            0, f"it is a directory; a database's document is {SYSTEM_DIRECTORY}/{DOCUMENT_NAME} in it"
        )
    if not stat.S_ISREG(mode):
        raise OSError(0, "it is no regular file; give what a pipe holds through standard input, as -")


def write_beside(path: Path, content: bytes) -> Path:
    """Write a new file beside the document, as readable as it. One that is there already is never touched."""
    copy = path.with_name(f"{path.stem}.fixed{path.suffix}")
    try:
        descriptor = os.open(copy, _CREATE_FLAGS, stat.S_IMODE(path.stat().st_mode))
    except FileExistsError:
        if copy.read_bytes() == content:
            return copy
        raise OSError(0, f"{copy} is there already; remove it, or give --in-place") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError:
        copy.unlink()
        raise
    return copy


def replace_file(path: Path, old: bytes, content: bytes) -> Path:
    """Put the content in the document's place, whole or not at all; a link stays a link.

    Raises OSError, also when the document is not `old` any more: then a database is open on it.
    """
    target = path.resolve()
    state = target.stat()
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, stat.S_IMODE(state.st_mode))
            with suppress(PermissionError):
                os.fchown(descriptor, state.st_uid, state.st_gid)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        if target.read_bytes() != old:
            raise OSError(0, "it changed while it was checked; close the database first")
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync_directory(target.parent)
    return path


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
