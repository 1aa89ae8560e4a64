"""The directory of a run's report: made, emptied of an older report, filled."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from conformance.errors import KitError, UsageError, reason_of
from conformance.reports import RENDERERS, render_reports
from conformance.reports.badge import MARK as BADGE_MARK
from conformance.reports.html_page import MARK as PAGE_MARK
from conformance.reports.results_json import SCHEMA
from conformance.results.run_record import RunRecord
from conformance.results.verdict import RunVerdict
from conformance.testing.crashes import EXHIBITS

JOURNAL = "journal.jsonl"
REPLAYS = "replays"
_DECISIVE = "results.json"
_FILES = (*RENDERERS, JOURNAL)
_PAGES = {"index.html": PAGE_MARK, "badge.svg": BADGE_MARK}  # what `report` may have written beside


def home_of(place: Path) -> Path:
    """Where a run writes that may turn out to be a part: beside `place` where a whole run's report lies.

    Whether a run is whole shows at its end: then `take_place` moves its report.
    """
    if not _is_whole(place):
        return place
    if place.name in ("", ".."):
        place = place.resolve()
    return place.with_name(f"{place.name}-partial")


def _is_whole(folder: Path) -> bool:
    try:
        form = json.loads((folder / _DECISIVE).read_bytes())
        is_run = form["schema"] == SCHEMA and form["verdict"] != RunVerdict.ERROR.value
        return is_run and not form["run"]["filtered"] and "cut_off" not in form["run"]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def holds_report(folder: Path) -> bool:
    """Whether a report of ours lies there."""
    return _is_ours(folder)


def make_room(folder: Path) -> None:
    """Make the directory; what an earlier run left there stays. Raises UsageError.

    Raises it, too, where directories are in the way that no report of ours goes with: somebody else's are
    never removed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        in_the_way = _directories(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(f"the report cannot be written to {folder}: {reason_of(error)}") from None
    if in_the_way and not _is_ours(folder):
        raise UsageError(
            f"{in_the_way[0]} is there, and no report of ours: it would be overwritten; "
            f"choose another --report"
        )


def refuse_where_no_directory_can_be(folder: Path) -> None:
    """Raise UsageError where a file is in the way; nothing is made yet."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not there.is_dir():
        raise UsageError(f"the report cannot be written to {folder}: {reason_of(NotADirectoryError())}")


def _directories(folder: Path) -> list[Path]:
    return [folder / name for name in (REPLAYS, EXHIBITS) if _has_entries(folder / name)]


def clear_report(folder: Path) -> None:
    """Remove what an earlier run left in the directory, once there is room for it. Raises UsageError."""
    try:
        for path in _directories(folder):
            shutil.rmtree(path)
        for name in _FILES:
            (folder / name).unlink(missing_ok=True)
        for name, mark in _PAGES.items():
            if mark in _beginning(folder / name):
                (folder / name).unlink()
    except OSError as error:
        raise UsageError(f"the report cannot be written to {folder}: {reason_of(error)}") from None


def take_place(home: Path, place: Path) -> None:
    """Move the report of a whole run from where it was written to where the older one lies. Raises KitError.

    What says that a report is whole goes first and comes last: whoever is stopped halfway leaves nothing
    there that is taken for one.
    """
    with writing_to(place):
        (place / _DECISIVE).unlink(missing_ok=True)
        clear_report(place)
        moved = [home / name for name in (REPLAYS, EXHIBITS, *_FILES) if (home / name).exists()]
        for path in sorted(moved, key=lambda path: path.name == _DECISIVE):
            shutil.move(path, place / path.name)
    remove_if_empty(home)


def remove_if_empty(folder: Path) -> None:
    """Remove a directory in which nothing was written."""
    with suppress(OSError):
        folder.rmdir()


def write_report(record: RunRecord, folder: Path) -> None:
    """Write every file of the report, each whole or not at all. Raises KitError."""
    with writing_to(folder):
        for name, text in render_reports(record):
            _write(folder / name, text)


def as_written(text: str) -> str:
    """The text of a report as its file holds it.

    A name may hold what is no text: bytes of a command line, or half a surrogate pair.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.write_text(as_written(text), "utf-8")
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
            f"the report cannot be written to {folder}, so the run tells nothing: {reason_of(error)}; "
            f"make room, or choose another --report"
        ) from None


def _has_entries(path: Path) -> bool:
    return path.is_dir() and any(path.iterdir())


def _is_ours(folder: Path) -> bool:
    signs = ((JOURNAL, '{"event": "run"'), (_DECISIVE, f'"schema": "{SCHEMA}"'))
    return any(sign in _beginning(folder / name) for name, sign in signs)


def _beginning(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(400)
