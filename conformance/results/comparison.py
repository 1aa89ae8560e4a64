"""Two saved runs side by side: what newly fails, what was mended, what is no longer seen to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.errors import ExitCode
from conformance.results.saved import SavedRequirement, SavedRun
from conformance.results.verdict import BREACHES, UNTESTED, Verdict

_FAILING = BREACHES | {Verdict.KNOWN_FAILURE, Verdict.ERROR}
_UNSEEN = UNTESTED - {Verdict.ERROR} | {Verdict.NOT_APPLICABLE}  # a capability may have been taken away


@dataclass(frozen=True, slots=True)
class ComparedRequirement:
    """A requirement in both runs. `old` is None where the old run does not tell of it, `new` likewise."""

    id: str
    old: SavedRequirement | None
    new: SavedRequirement | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the requirements from one run to the next; each stands in one group, in catalogue order.

    A known failure is a failure here: what fails newly is no less new for being written down.
    """

    old: SavedRun
    new: SavedRun
    newly_failing: tuple[ComparedRequirement, ...]
    mended: tuple[ComparedRequirement, ...]
    lost: tuple[ComparedRequirement, ...]
    still_failing: tuple[ComparedRequirement, ...]
    unchanged: tuple[ComparedRequirement, ...]

    @property
    def exit_code(self) -> ExitCode:
        """NOT_CONFORMANT where anything newly fails; INCOMPLETE where what held was not looked at again."""
        if self.newly_failing:
            return ExitCode.NOT_CONFORMANT
        return ExitCode.INCOMPLETE if self.lost else ExitCode.CONFORMANT


def compare_runs(old: SavedRun, new: SavedRun) -> Comparison:
    """Compare what two runs found, requirement by requirement."""
    before, after = old.by_id(), new.by_id()
    changes = [ComparedRequirement(id, before.get(id), after.get(id)) for id in {**after, **before}]
    groups: dict[str, list[ComparedRequirement]] = {}
    for change in sorted(changes, key=lambda each: _place(each, after, before)):
        groups.setdefault(_group(change), []).append(change)

    def of(group: str) -> tuple[ComparedRequirement, ...]:
        return tuple(groups.get(group, ()))

    return Comparison(
        old, new, of("newly failing"), of("mended"), of("lost"), of("still failing"), of("unchanged")
    )


def _place(change: ComparedRequirement, after: Mapping[str, object], before: Mapping[str, object]) -> int:
    order = [*after, *(id for id in before if id not in after)]
    return order.index(change.id)


def _group(change: ComparedRequirement) -> str:
    failed = change.old is not None and change.old.verdict in _FAILING
    fails = change.new is not None and change.new.verdict in _FAILING
    if fails:
        return "still failing" if failed else "newly failing"
    unseen = change.new is None or change.new.verdict in _UNSEEN
    held = change.old is not None and change.old.verdict is Verdict.PASSED
    if unseen and (held or failed):
        return "lost"
    return "mended" if failed else "unchanged"
