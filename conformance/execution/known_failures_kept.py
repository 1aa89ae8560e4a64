"""--fix-known-failures: the file is rewritten to what fails now, with its counterexamples."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from conformance.contract.requirements import Ruleset
from conformance.errors import UsageError, reason_of
from conformance.results.known_failures import KnownFailure, parse_known_failures
from conformance.results.known_failures_file import rewrite_known_failures
from conformance.results.verdict import RequirementResult
from conformance.results.wording import plural

_OURS = re.compile(r"[A-Z]{2}-\d\d-\d+\.json")


def fix_known_failures(
    file: Path,
    report: Path,
    results: Sequence[RequirementResult],
    known: Sequence[KnownFailure],
    ruleset: Ruleset,
) -> tuple[tuple[KnownFailure, ...], str]:
    """Rewrite the file; what it holds then, and what was done to it in words. Raises UsageError.

    The counterexamples are kept beside the file: the next run makes the report anew.
    """
    home = file.with_name(f"{file.stem}-counterexamples")
    taken = {Path(entry.counterexample).name for entry in known}

    def keep(replay: str) -> str:
        home.mkdir(exist_ok=True)
        name = _free_name(Path(replay).stem, taken)
        taken.add(name)
        shutil.copy(report / replay, home / name)
        return f"{home.name}/{name}"

    try:
        text = file.read_text("utf-8") if file.exists() else ""
        rewritten = rewrite_known_failures(text, results, known, keep)
        file.write_text(rewritten.text, "utf-8")
        orphans = _remove_orphans(home, rewritten.entries)
    except OSError as error:
        raise UsageError(f"the known failures cannot be written to {file}: {reason_of(error)}") from None
    gone = f"; {plural(orphans, 'counterexample')} removed from {home.name}" if orphans else ""
    known = parse_known_failures(rewritten.text, ruleset, str(file))
    return tuple(known), f"{file}: {rewritten.words}{gone}"


def _free_name(stem: str, taken: Iterable[str]) -> str:
    """The name of a replay file, with another number where a kept entry has that one."""
    id, _, number = stem.rpartition("-")
    count = int(number)
    while f"{id}-{count}.json" in taken:
        count += 1
    return f"{id}-{count}.json"


def _remove_orphans(home: Path, entries: Iterable[KnownFailure]) -> int:
    """Remove the replay files of ours that no entry names."""
    named = {Path(entry.counterexample).name for entry in entries}
    found = [path for path in home.glob("*.json") if _OURS.fullmatch(path.name) and path.name not in named]
    for path in found:
        path.unlink()
    if home.is_dir() and not any(home.iterdir()):
        home.rmdir()
    return len(found)
