"""The directory of a run's report: made, emptied of an older report, filled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.errors import KitError, UsageError
from conformance.reports import render_reports
from conformance.reports.results_json import SCHEMA
from conformance.results.run_record import RunRecord
from conformance.testing.crashes import EXHIBITS

JOURNAL = "journal.jsonl"
REPLAYS = "replays"
_FILES = ("results.json", "junit.xml", JOURNAL)


def clear_report(folder: Path) -> None:
    """Make the directory, without what an earlier run left there. Raises UsageError.

    Directories in it go only where a report of ours stands: somebody else's are never removed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = [folder / name for name in (REPLAYS, EXHIBITS) if _has_entries(folder / name)]
        if kept and not _is_ours(folder):
            raise UsageError(
                f"{kept[0]} is there, and no report of ours: it would be overwritten; choose another --report"
            )
        for path in kept:
            shutil.rmtree(path)
        for name in _FILES:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"the report cannot be written to {folder}: {error}") from None


def write_report(record: RunRecord, folder: Path) -> None:
    """Write every file of the report, each whole or not at all. Raises KitError."""
    with writing_to(folder):
        for name, text in render_reports(record):
            _write(folder / name, text)


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(f"{path.name}.part")
    try:
        # a name may hold what is no text: bytes of a command line, or half a surrogate pair
        unfinished.write_text(text, "utf-8", errors="backslashreplace")
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Say what it means when writing there fails. Raises KitError."""
    try:
        yield
    except OSError as error:
        raise KitError(
            f"the report cannot be written to {folder}, so the run tells nothing: {error.strerror or error}; "
            f"make room, or choose another --report"
        ) from None


def _has_entries(path: Path) -> bool:
    return path.is_dir() and any(path.iterdir())


def _is_ours(folder: Path) -> bool:
    signs = ((JOURNAL, '{"event": "run"'), ("results.json", f'"schema": "{SCHEMA}"'))
    return any(sign in _beginning(folder / name) for name, sign in signs)


def _beginning(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(200)
