"""The file of known failures rewritten: what is kept stays as its author wrote it, comments too."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import tomlkit
from tomlkit.items import Table

from conformance.results.known_failures import KnownFailure, claim_of
from conformance.results.verdict import CheckOutcome, RequirementResult, Verdict

_HEADER = re.compile(r"\s*\[\[\s*known_failure\s*\]\]")
_TO_BE_EXPLAINED = "to be explained"


@dataclass(frozen=True, slots=True)
class RewrittenFile:
    """The file's new text, and which entries came, stayed and went."""

    text: str
    added: tuple[KnownFailure, ...] = ()
    kept: tuple[KnownFailure, ...] = ()
    removed: tuple[KnownFailure, ...] = ()

    @property
    def words(self) -> str:
        """What was done, for people."""
        parts = [f"{len(self.added)} added{_named(self.added)}", f"{len(self.kept)} kept"]
        parts.append(f"{len(self.removed)} removed{_named(self.removed)}")
        explain = f'; write a reason where "{_TO_BE_EXPLAINED}" stands' if self.added else ""
        return ", ".join(parts) + explain


def _named(entries: Sequence[KnownFailure]) -> str:
    ids = list(dict.fromkeys(entry.requirement for entry in entries))
    more = f" and {len(ids) - 12} more" if len(ids) > 12 else ""
    return f" ({', '.join(ids[:12])}{more})" if ids else ""


def rewrite_known_failures(
    text: str,
    results: Iterable[RequirementResult],
    known: Sequence[KnownFailure],
    keep: Callable[[str], str],
) -> RewrittenFile:
    """The file `text`, which holds `known`, made to list exactly what fails now.

    `keep` keeps a replay file of the report, and gives the name that the file may hold.
    """
    old = {(entry.requirement, entry.message): entry for entry in known}
    failures = {
        (result.id, claim_of(check)): check
        for result in results
        for check in reversed(result.checks)  # of several with one claim the first
        if check.verdict in {Verdict.FAILED, Verdict.TIMEOUT}
    }
    kept = tuple(entry for key, entry in old.items() if key in failures)
    removed = tuple(entry for key, entry in old.items() if key not in failures)
    added = tuple(_fresh(key, check, keep) for key, check in failures.items() if key not in old)
    return RewrittenFile(_edited(text, known, kept, added), added, kept, removed)


def _fresh(key: tuple[str, str], check: CheckOutcome, keep: Callable[[str], str]) -> KnownFailure:
    requirement, message = key
    replay = keep(check.replay) if check.replay else ""
    return KnownFailure(requirement, _TO_BE_EXPLAINED, message, counterexample=replay)


def _edited(
    text: str, known: Sequence[KnownFailure], kept: Sequence[KnownFailure], added: Sequence[KnownFailure]
) -> str:
    """The text without what went and with what came; made anew where it is laid out otherwise."""
    head, blocks = _blocks(text)
    if len(blocks) == len(known):
        staying = [block for block, entry in zip(blocks, known, strict=True) if entry in kept]
        edited = "".join([head, *staying]).rstrip() + "\n" if head.strip() or staying else ""
        edited += "".join(f"\n{_table(entry)}" for entry in added)
        if _holds(edited, [*kept, *added]):
            return edited.lstrip("\n")
    return "\n".join(_table(entry) for entry in [*kept, *added])


def _blocks(text: str) -> tuple[str, list[str]]:
    """What stands before the entries, and the entries, each with the comment right above it."""
    lines = text.splitlines(keepends=True)
    starts = []
    for number, line in enumerate(lines):
        if _HEADER.match(line):
            start = number
            while start and lines[start - 1].lstrip().startswith("#"):
                start -= 1
            starts.append(start)
    ends = [*starts[1:], len(lines)] if starts else []
    head = "".join(lines[: starts[0]] if starts else lines)
    return head, ["".join(lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def _table(entry: KnownFailure) -> str:
    table: Table = tomlkit.table()
    for name, value in _members(entry).items():
        table.add(name, value)
    array = tomlkit.aot()
    array.append(table)
    return tomlkit.dumps({"known_failure": array})


def _members(entry: KnownFailure) -> Mapping[str, str]:
    members = {name: getattr(entry, name) for name in KnownFailure.__slots__}
    return {name: value for name, value in members.items() if value}


def _holds(text: str, entries: Sequence[KnownFailure]) -> bool:
    try:
        found = tomllib.loads(text).get("known_failure", [])
    except tomllib.TOMLDecodeError:
        return False
    return [dict(form) for form in found] == [dict(_members(entry)) for entry in entries]
