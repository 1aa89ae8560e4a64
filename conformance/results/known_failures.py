"""Known failures: requirements a backend is known to break, each pinned to what it breaks it with.

The file is TOML, an array `known_failure` of tables with `requirement`, `reason`, `message` (the failure's
claim, word for word), optionally `issue` (a link) and `counterexample` (a replay file, relative to this one).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance.contract.requirements import Ruleset
from conformance.errors import UsageError
from conformance.results.verdict import CheckOutcome, RequirementResult, Verdict

_MEMBERS = frozenset({"requirement", "reason", "message", "issue", "counterexample"})


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """One entry of the file."""

    requirement: str
    reason: str
    message: str
    issue: str = ""
    counterexample: str = ""


def parse_known_failures(text: str, ruleset: Ruleset, file: str) -> tuple[KnownFailure, ...]:
    """Read the text of `file`. Raises UsageError that names the file, the entry and what is wrong with it."""
    try:
        return _parsed(text, ruleset)
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None


def _parsed(text: str, ruleset: Ruleset) -> tuple[KnownFailure, ...]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the known failures are not TOML: {error}") from None
    entries = document.pop("known_failure", [])
    if document:
        raise UsageError(
            f"the known failures hold {', '.join(document)}; each stands in a table [[known_failure]]"
        )
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError("known_failure must be an array of tables: write [[known_failure]] before each")
    known: dict[tuple[str, str], KnownFailure] = {}
    for number, form in enumerate(entries, 1):
        entry = _parse_entry(form, number, ruleset)
        if (entry.requirement, entry.message) in known:
            raise UsageError(f"known failure {number} repeats another of {entry.requirement}: remove one")
        known[entry.requirement, entry.message] = entry
    return tuple(known.values())


def _parse_entry(entry: dict[str, Any], number: int, ruleset: Ruleset) -> KnownFailure:
    unknown = sorted(entry.keys() - _MEMBERS)
    if unknown:
        raise UsageError(f"known failure {number} has unknown members: {', '.join(unknown)}")
    for member in ("requirement", "reason", "message"):
        if not isinstance(entry.get(member), str) or not entry[member].strip():
            raise UsageError(f"known failure {number} needs a {member}")
    for member in ("issue", "counterexample"):
        if not isinstance(entry.get(member, ""), str):
            raise UsageError(f"known failure {number}: its {member} must be text")
    if entry["requirement"] not in ruleset:
        raise UsageError(f"known failure {number} names {entry['requirement']}, which is no requirement")
    return KnownFailure(**entry)


def apply_known_failures(
    results: Iterable[RequirementResult],
    known: Sequence[KnownFailure],
    uncounted: Collection[str] = (),
    file: str = "the known failures",
) -> tuple[list[RequirementResult], list[str]]:
    """Excuse what is known, and complain of entries that no longer tell the truth.

    An entry that passes, or fails with another message, is stale; one whose requirement was not failed nor
    passed matches nothing. `file` is where they stand. Both keep the run from being conformant; what is
    `uncounted` gives no complaint.
    """
    entries: dict[str, list[KnownFailure]] = {}
    for entry in known:
        entries.setdefault(entry.requirement, []).append(entry)
    applied = []
    complaints: list[str] = []
    for result in results:
        mine = entries.pop(result.id, [])
        heard = [] if result.id in uncounted else complaints
        applied.append(_apply(result, mine, heard, file) if mine else result)
    complaints += [
        f"the known failure of {id} matches nothing in this run: {_way_out(file)}" for id in entries
    ]
    return applied, complaints


def _apply(
    result: RequirementResult, entries: Sequence[KnownFailure], complaints: list[str], file: str
) -> RequirementResult:
    failed = [check for check in result.checks if check.verdict in {Verdict.FAILED, Verdict.TIMEOUT}]
    if not failed:
        if result.verdict is Verdict.PASSED:
            reason = f"it passes: {_way_out(file)}"
            return replace(result, verdict=Verdict.STALE_KNOWN_FAILURE, reason=reason)
        complaints.append(
            f"the known failure of {result.id} matches nothing: it is {_words(result)}: {_way_out(file)}"
        )
        return result
    messages = {entry.message for entry in entries}
    strangers = [check for check in failed if claim_of(check) not in messages]
    if strangers:
        reason = (
            f"it fails with another message, {claim_of(strangers[0])!r}: mend that, "
            f"or pin it in {file} as well (--fix-known-failures does)"
        )
        excused = frozenset(messages)
        return replace(result, verdict=Verdict.STALE_KNOWN_FAILURE, reason=reason, excused=excused)
    unseen = messages - {claim_of(check) for check in failed}
    complaints += [
        f"the known failure of {result.id} did not fail with {message!r}: {_way_out(file)}"
        for message in unseen
    ]
    return replace(result, verdict=Verdict.KNOWN_FAILURE, reason=entries[0].reason)


def _way_out(file: str) -> str:
    return f"take its entry out of {file}, or run once with --fix-known-failures"


def _words(result: RequirementResult) -> str:
    return result.verdict.value.replace("_", " ")


def claim_of(check: CheckOutcome) -> str:
    """The first line of a failure's message: stable from run to run, whatever the example."""
    return check.message.splitlines()[0] if check.message else ""
