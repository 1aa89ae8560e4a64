"""A small backend that speaks the wire and saves its document by one of many protocols, right and wrong.

Usage: toy_backend.py PROTOCOL. It imports nothing but the standard library.
"""

from __future__ import annotations

import errno
import json
import mmap
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

_WRITE = os.O_CREAT | os.O_WRONLY


class SaveError(Exception):
    """The document could not be stored or read."""


def write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: Path, content: bytes, flags: int = os.O_TRUNC, sync: bool = True) -> None:
    descriptor = os.open(path, _WRITE | flags, 0o600)
    try:
        write_all(descriptor, content)
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def temporary(document: Path) -> Path:
    return document.with_name(document.name + ".tmp")


@contextmanager
def removing(path: Path) -> Iterator[None]:
    """Remove the file when the block fails."""
    try:
        yield
    except OSError:
        path.unlink(missing_ok=True)
        raise


def tidily(save: Callable[[Path, bytes], None]) -> Callable[[Path, bytes], None]:
    """The same way to save, without its temporary file when it fails."""

    @wraps(save)
    def saved(document: Path, content: bytes) -> None:
        with removing(temporary(document)):
            save(document, content)

    return saved


# ---- right ones ----


def fixed_name(document: Path, content: bytes) -> None:
    with removing(temporary(document)):
        write_file(temporary(document), content)
        temporary(document).replace(document)
    sync_directory(document.parent)


def random_name(document: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=document.parent)
    try:
        try:
            write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        Path(name).replace(document)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    sync_directory(document.parent)


@tidily
def unnamed_file(document: Path, content: bytes) -> None:
    descriptor = os.open(document.parent, os.O_TMPFILE | os.O_WRONLY, 0o600)
    try:
        write_all(descriptor, content)
        os.fsync(descriptor)
        temporary(document).unlink(missing_ok=True)
        # With a directory's descriptor os.link calls linkat, which can follow the link to the open file.
        os.link(f"/proc/self/fd/{descriptor}", temporary(document), src_dir_fd=descriptor)
    finally:
        os.close(descriptor)
    temporary(document).replace(document)
    sync_directory(document.parent)


def synchronous_write(document: Path, content: bytes) -> None:
    with removing(temporary(document)):
        write_file(temporary(document), content, os.O_TRUNC | os.O_DSYNC, sync=False)
        temporary(document).replace(document)
    sync_directory(document.parent)


# ---- wrong ones ----


def no_file_sync(document: Path, content: bytes) -> None:
    write_file(temporary(document), content, sync=False)
    temporary(document).replace(document)
    sync_directory(document.parent)


def no_directory_sync(document: Path, content: bytes) -> None:
    write_file(temporary(document), content)
    temporary(document).replace(document)


def in_place(document: Path, content: bytes) -> None:
    write_file(document, content, 0)
    os.truncate(document, len(content))
    sync_directory(document.parent)


def truncate_and_write(document: Path, content: bytes) -> None:
    write_file(document, content)
    sync_directory(document.parent)


def unlink_and_rename(document: Path, content: bytes) -> None:
    write_file(temporary(document), content)
    document.unlink(missing_ok=True)
    temporary(document).rename(document)
    sync_directory(document.parent)


def exclusive_temporary(document: Path, content: bytes) -> None:
    write_file(temporary(document), content, os.O_EXCL)
    temporary(document).replace(document)
    sync_directory(document.parent)


def errors_swallowed(document: Path, content: bytes) -> None:
    try:
        fixed_name(document, content)
    except OSError:
        return


@tidily
def sync_retried(document: Path, content: bytes) -> None:
    descriptor = os.open(temporary(document), _WRITE | os.O_TRUNC, 0o600)
    try:
        write_all(descriptor, content)
        try:
            os.fsync(descriptor)
        except OSError:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary(document).replace(document)
    sync_directory(document.parent)


@tidily
def short_write_ignored(document: Path, content: bytes) -> None:
    descriptor = os.open(temporary(document), _WRITE | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary(document).replace(document)
    sync_directory(document.parent)


def foreign_error(document: Path, content: bytes) -> None:
    try:
        fixed_name(document, content)
    except OSError as error:
        raise RuntimeError(str(error)) from error


def stuck_after_failure(document: Path, content: bytes) -> None:
    if _broken:
        raise SaveError("closed after an earlier failure")
    try:
        fixed_name(document, content)
    except OSError:
        _broken.append(True)
        raise


def temporary_elsewhere(document: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp()
    os.close(descriptor)
    write_file(Path(name), content)
    Path(name).replace(document)
    sync_directory(document.parent)


def copied_from_elsewhere(document: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp()
    os.close(descriptor)
    write_file(Path(name), content)
    shutil.copyfile(name, document)
    Path(name).unlink()
    write_file(document, b"", os.O_APPEND)
    sync_directory(document.parent)


def saved_after_the_answer(document: Path, content: bytes) -> None:
    _later.append(lambda: fixed_name(document, content))


def through_memory(document: Path, content: bytes) -> None:
    descriptor = os.open(temporary(document), os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600)
    try:
        os.ftruncate(descriptor, len(content))
        with mmap.mmap(descriptor, len(content)) as mapped:
            mapped[:] = content
            mapped.flush()
    finally:
        os.close(descriptor)
    temporary(document).replace(document)
    sync_directory(document.parent)


def always_refused(document: Path, content: bytes) -> None:
    raise SaveError("the disk is never there")


def directory_not_synced(document: Path, content: bytes) -> None:
    fixed_name(document, content)


_broken: list[bool] = []
_later: list[Callable[[], None]] = []
PROTOCOLS: dict[str, Callable[[Path, bytes], None]] = {
    protocol.__name__: protocol
    for protocol in (
        fixed_name,
        random_name,
        unnamed_file,
        synchronous_write,
        no_file_sync,
        no_directory_sync,
        in_place,
        truncate_and_write,
        unlink_and_rename,
        exclusive_temporary,
        errors_swallowed,
        sync_retried,
        short_write_ignored,
        foreign_error,
        stuck_after_failure,
        temporary_elsewhere,
        copied_from_elsewhere,
        saved_after_the_answer,
        through_memory,
        always_refused,
        directory_not_synced,
    )
}
# All but these make the creation of _system durable too.
_CARELESS_OF_ITS_PARENT = {"directory_not_synced"}


class Backend:
    """A mapping of names to statuses in one document."""

    def __init__(self, protocol: str, data_path: Path) -> None:
        self._save = PROTOCOLS[protocol]
        self._careful = protocol not in _CARELESS_OF_ITS_PARENT
        self._document = data_path / "_system" / "background_jobs.json"
        # What was saved after the answer is pending no longer than the process.
        self._pending: dict[str, str] | None = None

    def load(self) -> dict[str, str]:
        if self._pending is not None:
            return dict(self._pending)
        try:
            content = self._document.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SaveError(f"{self._document}: {error}") from error
        try:
            found = json.loads(content)
        except ValueError as error:
            raise SaveError(f"{self._document}: {error}") from error
        return dict(found)

    def change(self, name: str, status: str | None) -> None:
        rows = self.load()
        if status is None:
            rows.pop(name, None)
        else:
            rows[name] = status
        content = json.dumps(rows).encode()
        try:
            self._make_directory()
            self._save(self._document, content)
        except OSError as error:
            raise SaveError(f"{self._document}: {error}") from error

    def _make_directory(self) -> None:
        directory = self._document.parent
        try:
            directory.mkdir()
        except FileExistsError:
            return
        if self._careful:
            try:
                sync_directory(directory.parent)
            except OSError as error:
                if error.errno not in (errno.EINVAL, errno.ENOTSUP):
                    directory.rmdir()
                    raise


def perform(protocol: str, handles: dict[int, Backend], method: str, params: dict[str, Any]) -> Any:
    if method == "initialize":
        return {"name": protocol}
    if method == "open":
        handles[len(handles) + 1] = Backend(protocol, Path(params["data_path"]))
        return {"handle": len(handles)}
    if method in ("close", "shutdown"):
        return None
    backend = handles[params["handle"]]
    if method == "load_all":
        return {"records": backend.load()}
    if method == "cancel":
        return backend.change(params["id"], None)
    return backend.change(params["id"], params.get("status", method))


def answer(protocol: str, handles: dict[int, Backend], request: dict[str, Any]) -> dict[str, Any]:
    head = {"jsonrpc": "2.0", "id": request["id"]}
    try:
        return {**head, "result": perform(protocol, handles, request["method"], request["params"])}
    except SaveError as error:
        return {**head, "error": {"code": 2, "message": str(error)}}
    except Exception as error:
        return {**head, "error": {"code": 5, "message": repr(error)}}


def main() -> None:
    handles: dict[int, Backend] = {}
    for line in sys.stdin:
        found = answer(sys.argv[1], handles, json.loads(line))
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
        while _later:
            _later.pop()()


if __name__ == "__main__":
    main()
