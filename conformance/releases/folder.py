"""Recordings on disk: one directory for each version, the documents beside their manifest."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from pathlib import Path

from conformance.errors import ExitCode, SidecarConformanceError, UsageError, reason_of
from conformance.releases.manifest import (
    MANIFEST,
    Manifest,
    ManifestEntry,
    RecordedWorkload,
    Recording,
    file_name,
    manifest_text,
    parse_manifest,
)

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._+-]+")


class CorpusError(UsageError):
    """What lies on disk is not what was recorded."""


class NothingRecordedError(SidecarConformanceError):
    """There is no recording to compare with, so nothing can be said."""

    exit_code = ExitCode.INCOMPLETE


class Written(Enum):
    """What became of a recording that was to be written."""

    NEW = "recorded"
    SAME = "already recorded, byte for byte the same"
    REPLACED = "replaced"


def folder_name(recording: Recording) -> str:
    """The name of a version's directory, such as reference_impl-0.1.0."""
    return _NOT_IN_A_NAME.sub("_", f"{recording.backend}-{recording.version}")


def read_recordings(directory: Path) -> tuple[Recording, ...]:
    """Every recorded version below a directory, every document held against its digest.

    Raises CorpusError for what is not as it was recorded, NothingRecordedError for an empty directory.
    """
    if not directory.is_dir():
        raise UsageError(f"there is no directory {directory}: record a version into it first")
    if (directory / MANIFEST).is_file():
        raise UsageError(f"{directory} is one recorded version; name the directory that holds it")
    homes = sorted(path for path in directory.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not homes:
        raise NothingRecordedError(
            f"nothing is recorded in {directory}: sidecar-conformance golden record TARGET {directory}"
        )
    return tuple(read_recording(home) for home in homes)


def read_recording(home: Path) -> Recording:
    """One recorded version. Raises CorpusError."""
    try:
        return _read_recording(home)
    except OSError as error:
        raise CorpusError(f"{home} cannot be read: {reason_of(error)}") from None


def _read_recording(home: Path) -> Recording:
    manifest = _read_manifest(home)
    if home.name != folder_name(manifest.head):
        raise _broken(
            home, f"its manifest is that of {manifest.head}, which lies in {folder_name(manifest.head)}"
        )
    present = {path.name for path in home.iterdir()} - {MANIFEST}
    expected = {entry.file for entry in manifest.entries if entry.file is not None}
    _complain(home, "is missing", expected - present)
    _complain(home, "does not stand in its manifest", present - expected)
    return replace(manifest.head, workloads=tuple(_read_workload(home, entry) for entry in manifest.entries))


def write_recording(recording: Recording, directory: Path, *, may_replace: bool) -> tuple[Path, Written]:
    """Put a recording into its directory, whole or not at all.

    One that is there already is left alone where it is the same. Raises UsageError where it is not, unless it
    may be replaced, and OSError.
    """
    home = directory / folder_name(recording)
    written = Written.NEW
    if home.exists():
        if _is_same(recording, home):
            return home, Written.SAME
        if not may_replace:
            raise UsageError(
                f"{home} holds another recording of {recording}: a released version is recorded once; give "
                f"the new one another version, see what changed with `golden verify`, or say --replace"
            )
        written = Written.REPLACED
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".recording-", dir=directory) as draft:
        _write_files(recording, Path(draft, home.name))
        if written is Written.REPLACED:
            shutil.move(home, Path(draft, "before"))
        Path(draft, home.name).rename(home)
    return home, written


def _write_files(recording: Recording, home: Path) -> None:
    home.mkdir()
    for recorded in recording.workloads:
        if recorded.document is not None:
            (home / file_name(recorded.name)).write_bytes(recorded.document)
    (home / MANIFEST).write_text(manifest_text(recording), "utf-8")


def _is_same(recording: Recording, home: Path) -> bool:
    """Whether that is recorded there already. What was allowed there by hand does not count."""
    try:
        return replace(read_recording(home), allowed=()) == recording
    except CorpusError:
        return False


def _read_manifest(home: Path) -> Manifest:
    path = home / MANIFEST
    if not path.is_file():
        raise CorpusError(f"{home} has no {MANIFEST}: it is no recorded version; move it elsewhere")
    try:
        return parse_manifest(path.read_text("utf-8"))
    except ValueError as error:
        raise _broken(home, f"{MANIFEST} cannot be read: {reason_of(error)}") from None


def _read_workload(home: Path, entry: ManifestEntry) -> RecordedWorkload:
    if entry.file is None:
        return RecordedWorkload(entry.workload, entry.refused, None)
    content = (home / entry.file).read_bytes()
    if not entry.matches(content):
        raise _broken(home, f"{entry.file} is not the document that was recorded: its digest differs")
    return RecordedWorkload(entry.workload, entry.refused, content)


def _complain(home: Path, what: str, names: Iterable[str]) -> None:
    named = ", ".join(sorted(names))
    if named:
        raise _broken(home, f"{named} {what}")


def _broken(home: Path, why: str) -> CorpusError:
    return CorpusError(f"{home}: {why}; restore the directory as it was recorded, from version control")
