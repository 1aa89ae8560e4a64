"""One JSON document, read strictly and replaced atomically and durably."""

from __future__ import annotations

import json
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from interface import Instant, Manual, PersistenceError, Schedule
from json_values import (
    MAX_U32,
    instant,
    instant_to_json,
    integer,
    members,
    parse,
    required,
    schedule,
    schedule_to_json,
    text,
)

_MEMBERS = ("qname", "status", "consecutive_failures", "schedule", "next_fire_at")


@dataclass
class Row:
    qname: str
    status: str = "Pending"
    consecutive_failures: int = 0
    schedule: Schedule = field(default_factory=Manual)
    next_fire_at: Instant | None = None


class Document:
    """<data_path>/_system/background_jobs.json."""

    def __init__(self, data_path: Path) -> None:
        self._data_path = data_path.absolute()
        self._directory = self._data_path / "_system"
        self._path = self._directory / "background_jobs.json"
        self._directory_is_durable = False

    def read(self) -> tuple[list[Row], int | None]:
        """The rows, and the mode; no rows where there is no file or an empty one (LD-05)."""
        try:
            data, mode = _read_regular_file(self._path)
        except FileNotFoundError:
            return [], None
        except OSError as error:
            raise self._error(error) from error
        try:
            return _rows(parse(data)) if data else [], mode
        except ValueError as error:
            raise self._error(error) from error

    def replace(self, rows: list[Row], mode: int | None) -> None:
        """Store `rows`; until the rename the old document stays as it is (CR-01 to CR-05, CR-08)."""
        data = json.dumps([_row_to_json(row) for row in rows], indent=2, ensure_ascii=False).encode()
        temporary = self._directory / f".background_jobs.{secrets.token_hex(8)}.tmp"
        renaming = False
        try:
            self._make_directory()
            try:
                _write_new_file(temporary, data, mode)
                renaming = True
                temporary.replace(self._path)
            except OSError:
                with suppress(OSError):  # what failed first is what counts
                    temporary.unlink()
                raise
            _sync_directory(self._directory)
        except OSError as error:
            raise self._error(error, uncertain=renaming) from error

    def _make_directory(self) -> None:
        """Create _system durably. One left by a process that was killed may not be durable yet: sync once."""
        if self._directory_is_durable and self._directory.is_dir():
            return
        _make_durable_directory(self._directory)
        _sync_directory(self._data_path)
        self._directory_is_durable = True

    def _error(self, error: Exception, *, uncertain: bool = False) -> PersistenceError:
        return PersistenceError(f"{self._path}: {error}", uncertain=uncertain)


def _rows(value: Any) -> list[Row]:
    if type(value) is not list:
        raise ValueError("an array was expected")
    return [_row(item) for item in value]


def _row(value: Any) -> Row:
    if type(value) is list and 3 <= len(value) <= len(_MEMBERS):
        found = dict(zip(_MEMBERS, value, strict=False))
    else:
        found = members(value, _MEMBERS, ignore_others=True)
    next_fire_at = found.get("next_fire_at")
    return Row(
        qname=text(required(found, "qname")),
        status=text(required(found, "status")),
        consecutive_failures=integer(required(found, "consecutive_failures"), MAX_U32),
        schedule=schedule(found["schedule"]) if "schedule" in found else Manual(),
        next_fire_at=None if next_fire_at is None else instant(next_fire_at),
    )


def _row_to_json(row: Row) -> dict[str, Any]:
    return {
        "qname": row.qname,
        "status": row.status,
        "consecutive_failures": row.consecutive_failures,
        "schedule": schedule_to_json(row.schedule),
        "next_fire_at": instant_to_json(row.next_fire_at),
    }


def _read_regular_file(path: Path) -> tuple[bytes, int]:
    """Open without blocking, so that a FIFO in the file's place is an error and not a hang (SE-04)."""
    with open(path, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NONBLOCK)) as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise OSError("not a regular file")
        return file.read(), mode & 0o777


def _write_new_file(path: Path, data: bytes, mode: int | None) -> None:
    """Never follow a link: the file must not exist yet (SE-01). Keep an existing document's mode (SE-02)."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o666 if mode is None else mode)
    try:
        if mode is not None:
            os.fchmod(descriptor, mode)  # the umask may have cleared some bits
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_durable_directory(path: Path) -> None:
    if path.is_dir():
        return
    _make_durable_directory(path.parent)
    path.mkdir(exist_ok=True)
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
