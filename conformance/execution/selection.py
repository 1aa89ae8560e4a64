"""What of the rule set a run is confined to: ids and chapters, what failed last, a shard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from conformance.contract.requirements import Ruleset
from conformance.errors import UsageError
from conformance.execution.results_files import RESULTS_NAME, read_results
from conformance.results.verdict import BREACHES, Verdict

_T = TypeVar("_T")
_MAY_BE_MENDED = BREACHES | {Verdict.ERROR, Verdict.KNOWN_FAILURE}


@dataclass(frozen=True, slots=True)
class Shard:
    """The `number`-th of `count` parts that a run is split into, from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def of(self, batches: Sequence[_T]) -> Sequence[_T]:
        """Every `count`-th batch, so that each stands in exactly one shard."""
        return batches[self.number - 1 :: self.count]


def parse_shard(text: str) -> Shard:
    """The shard that `K/N` means. Raises UsageError."""
    number, slash, count = text.partition("/")
    digits = number.isascii() and number.isdecimal() and count.isascii() and count.isdecimal()
    if not (slash and digits and 1 <= int(number) <= int(count)):
        raise UsageError(f"--shard takes K/N, K from 1 to N, not {text}")
    return Shard(int(number), int(count))


def with_chapters(words: Iterable[str], ruleset: Ruleset) -> tuple[str, ...]:
    """The ids that the words name; a chapter's two letters name all that it has. Others stay as they are."""
    found: dict[str, None] = {}
    for word in words:
        chapter = [id for id in ruleset.ids() if id.startswith(f"{word}-")]
        found.update(dict.fromkeys(chapter or [word]))
    return tuple(found)


def failed_last(report: Path, target: str) -> frozenset[str]:
    """The names of the checks that failed in the run of a target whose report lies there.

    Known failures count: they may be mended. Raises UsageError where there is no report, it tells of another
    target, or nothing failed.
    """
    file = report / RESULTS_NAME
    try:
        run = read_results(file)
    except UsageError as error:
        raise UsageError(f"--last-failed needs the report of an earlier run: {error}") from None
    told_of = run.backend["target"]
    if told_of != target:
        raise UsageError(
            f"--last-failed: {file} tells of {told_of}, not of {target}; run {target} without --last-failed "
            f"first, or name the --report of its last run"
        )
    checks = [check for entry in run.requirements for check in entry.checks]
    tests = frozenset(check.test for check in checks if check.verdict in _MAY_BE_MENDED)
    if not tests:
        raise UsageError(f"--last-failed: nothing failed in the run that {file} tells of")
    return tests
