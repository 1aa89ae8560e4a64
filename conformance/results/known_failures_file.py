"""The file of known failures rewritten: what is kept stays as its author wrote it, comments too."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import tomlkit
from tomlkit.items import AoT, Table

from conformance.results.known_failures import KnownFailure, claim_of
from conformance.results.verdict import CheckOutcome, RequirementResult, Verdict

_HEADER = re.compile(r"\s*\[\[\s*known_failure\s*\]\]")
_TO_BE_EXPLAINED = "to be explained"


@dataclass(frozen=True, slots=True)
class RewrittenFile:
    """The file's new text, and which entries came, stayed, got another message and went."""

    text: str
    added: tuple[KnownFailure, ...] = ()
    kept: tuple[KnownFailure, ...] = ()
    changed: tuple[KnownFailure, ...] = ()
    removed: tuple[KnownFailure, ...] = ()

    @property
    def entries(self) -> tuple[KnownFailure, ...]:
        """What the file holds now."""
        return (*self.kept, *self.changed, *self.added)

    @property
    def words(self) -> str:
        """What was done, for people."""
        parts = [f"{len(self.added)} added{_named(self.added)}", f"{len(self.kept)} kept"]
        if self.changed:
            parts.append(f"{len(self.changed)} with another message{_named(self.changed)}")
        parts.append(f"{len(self.removed)} removed{_named(self.removed)}")
        words = ", ".join(parts)
        if self.changed:
            words += "; see whether the reason of what has another message still holds"
        if self.added:
            words += f'; write a reason where "{_TO_BE_EXPLAINED}" stands'
        return words


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

    `keep` keeps a replay file of the report, and gives the name that the file may hold. What fails in place
    of an entry of its requirement takes that entry's place, with its reason and issue.
    """
    old = {(entry.requirement, entry.message): entry for entry in known}
    failures = {
        (result.id, claim_of(check)): check
        for result in results
        for check in reversed(result.checks)  # of several with one claim the first
        if check.verdict in {Verdict.FAILED, Verdict.TIMEOUT}
    }
    becomes: dict[KnownFailure, KnownFailure] = {
        entry: entry for key, entry in old.items() if key in failures
    }
    kept = tuple(becomes)
    gone = [entry for key, entry in old.items() if key not in failures]
    added = []
    for key, check in failures.items():
        if key in old:
            continue
        fresh = _fresh(key, check, keep)
        place = next((entry for entry in gone if entry.requirement == fresh.requirement), None)
        if place is None:
            added.append(fresh)
            continue
        gone.remove(place)
        becomes[place] = replace(fresh, reason=place.reason, issue=place.issue)
    changed = tuple(entry for place, entry in becomes.items() if entry is not place)
    edited = _edited(text, [(entry, becomes.get(entry)) for entry in known], added)
    return RewrittenFile(edited, tuple(added), kept, changed, tuple(gone))


def _fresh(key: tuple[str, str], check: CheckOutcome, keep: Callable[[str], str]) -> KnownFailure:
    requirement, message = key
    replay = keep(check.replay) if check.replay else ""
    return KnownFailure(requirement, _TO_BE_EXPLAINED, message, counterexample=replay)


@dataclass(frozen=True, slots=True)
class _Block:
    """An entry as it is laid out: the comment right above it, its own lines, and what stands below, apart."""

    comment: str
    entry: str
    below: str


def _edited(
    text: str,
    became: Sequence[tuple[KnownFailure, KnownFailure | None]],
    added: Sequence[KnownFailure],
) -> str:
    """The text with what became of each entry, and with what came; made anew where it is laid out otherwise.

    With an entry goes the comment right above it, and no other.
    """
    entries = [*(entry for _, entry in became if entry is not None), *added]
    edited, blocks = _blocks(text)
    if len(blocks) == len(became):
        for block, (old, new) in zip(blocks, became, strict=True):
            if new is not None:
                entry = block.entry if new is old else _changed(block.entry, new)
                edited += block.comment + entry + block.below
                continue
            if edited and not edited.endswith("\n\n"):
                edited += "\n"
            edited += block.below.lstrip("\n") if block.below.strip() else ""
        edited = edited.rstrip() + "\n" if edited.strip() else ""
        edited += "".join(f"\n{_table(entry)}" for entry in added)
        if _holds(edited, entries):
            return edited.lstrip("\n")
    return "\n".join(_table(entry) for entry in entries)


def _blocks(text: str) -> tuple[str, list[_Block]]:
    """What stands before the entries, and the entries. A comment that begins the file is nobody's but its."""
    lines = text.splitlines(keepends=True)
    headers = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    starts = [_above(lines, header) for header in headers]
    if starts and starts[0] == 0:
        starts[0] = headers[0]
    blocks = []
    ends = [*starts[1:], len(lines)] if starts else []
    for start, header, end in zip(starts, headers, ends, strict=True):
        last = max(number for number in range(header, end) if not _is_apart(lines[number]))
        parts = (lines[start:header], lines[header : last + 1], lines[last + 1 : end])
        blocks.append(_Block(*map("".join, parts)))
    return "".join(lines[: starts[0]] if starts else lines), blocks


def _above(lines: Sequence[str], header: int) -> int:
    """Where the comment right above a header begins."""
    start = header
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return start


def _is_apart(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _changed(text: str, entry: KnownFailure) -> str:
    """The text of an entry with another message and counterexample, and with its comments."""
    document = tomlkit.parse(text)
    table = cast(AoT, document["known_failure"])[0]
    for name in ("message", "counterexample"):
        value = getattr(entry, name)
        if value:
            table[name] = value
        else:
            table.pop(name, None)
    return tomlkit.dumps(document)


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
