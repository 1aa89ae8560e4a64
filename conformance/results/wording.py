"""The verdict on a run in words: the same wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.results.run_record import Concluded
from conformance.results.verdict import RunVerdict, Verdict

ONLY_A_PART = "only a part of the rule set was run: that is never conformant"
NOT_SELECTED = "not selected in this run"
NOT_IN_SHARD = "not in shard"
_MOST_IDS = 24


def verdict_words(verdict: RunVerdict, *, known: int = 0, untested: int = 0) -> str:
    """The verdict, and first of all what it leaves aside: so many known failures, so many untested."""
    words = verdict.value.replace("_", " ")
    aside = [plural(known, "known failure")] if known else []
    aside += [f"{untested} untested by permission"] if untested else []
    if not aside:
        return words
    joint = " apart from" if verdict is RunVerdict.CONFORMANT else ", and beside that"
    return f"{words}{joint} {' and '.join(aside)}"


def breaks(ids: Sequence[str]) -> str:
    """What is broken."""
    return f"breaks {', '.join(ids)}"


def known_failures(ids: Sequence[str]) -> str:
    """What is broken and excused."""
    return f"known failure{'' if len(ids) == 1 else 's'}: {', '.join(ids)}"


def unseen(ids: Sequence[str], whole: bool = False) -> str:
    """What is owed, and no check saw it hold; where it is to be `whole`, however much that is."""
    return f"owed, but untested: {', '.join(ids) if whole else listed(ids)}"


def let_off(ids: Sequence[str]) -> str:
    """What --allow-untested names."""
    return f"untested by permission: {', '.join(ids)}"


def listed(ids: Sequence[str]) -> str:
    """The ids, as many as can be read."""
    if len(ids) <= _MOST_IDS:
        return ", ".join(ids)
    return f"{', '.join(ids[:_MOST_IDS])} and {len(ids) - _MOST_IDS} more"


def plural(count: int, noun: str) -> str:
    """`1 failure`, `2 failures`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def is_left_out(result: Concluded) -> bool:
    """Whether the user confined the run to other requirements than this one."""
    return result.verdict is Verdict.NOT_REACHED and result.reason.startswith((NOT_SELECTED, NOT_IN_SHARD))
