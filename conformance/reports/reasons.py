"""Why the verdict on a run is what it is, in plain lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from conformance.reports.visible import visible
from conformance.results.run_record import Concluded, Judged
from conformance.results.verdict import BREACHES, Verdict
from conformance.results.wording import (
    ONLY_A_PART,
    breaks,
    is_left_out,
    known_failures,
    let_off,
    plural,
    unseen,
    verdict_words,
)


def known_failures_of(record: Judged) -> list[str]:
    """The requirements that are broken and excused."""
    return [result.id for result in _with(record, Verdict.KNOWN_FAILURE) if result.id not in record.later]


def _with(record: Judged, verdict: Verdict) -> list[Concluded]:
    return [result for result in record.results if result.verdict is verdict]


def headline(record: Judged) -> str:
    """The verdict in words, with what it leaves aside."""
    known, untested = known_failures_of(record), record.judgement.untested
    return verdict_words(record.judgement.verdict, known=len(known), untested=len(untested))


def causes_first(record: Judged, ids: Sequence[str]) -> list[str]:
    """The ids, those that others are put down to before those that follow."""
    following = {result.id for result in record.results if result.follows_from}
    return sorted(ids, key=lambda id: id in following)


def explain_later(record: Judged) -> str:
    """What was found of requirements that came later than the rule set, in a line."""
    broken = record.judgement.new
    counts = Counter(result.verdict.value for result in record.results if result.id in record.later)
    found = ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in sorted(counts.items()))
    says = f": breaks {', '.join(broken)}" if broken else ""
    return f"new since rule set {record.ruleset}, and not counted: {found}{says}"


def explain_verdict(record: Judged, whole: bool = False) -> list[str]:
    """Why the verdict is what it is, a line a reason; `whole` shortens no list."""
    judgement = record.judgement
    stale = {result.id for result in _with(record, Verdict.STALE_KNOWN_FAILURE)}
    broken = [id for id in judgement.breaches if id not in stale]
    lines = []
    if broken:
        lines.append(breaks(causes_first(record, broken)))
    lines += _stale(record)
    lines += map(visible, judgement.notes)
    left_out = [result.id for result in record.results if is_left_out(result)]
    missing = [id for id in judgement.missing if id not in left_out]
    if missing:
        way_out = "" if record.filtered or record.cut_off else " (--allow-untested allows what it names)"
        lines.append(f"{unseen(missing, whole)}{way_out}")
    if known := known_failures_of(record):
        lines.append(known_failures(causes_first(record, known)))
    if judgement.untested:
        lines.append(let_off(judgement.untested))
    warnings = [id for id in judgement.warnings if id not in stale]
    if warnings:
        verb = "is" if len(warnings) == 1 else "are"
        lines.append(f"warning: {breaks(warnings)}, which {verb} not counted at this level")
    if record.later:
        lines.append(explain_later(record))
    lines += _what_is_left(record, len(left_out))
    if record.cut_off:
        lines.append(visible(record.cut_off))
    return lines


def _stale(record: Judged) -> list[str]:
    """The known failures that are not as they are known, each reason once."""
    ids: dict[str, list[str]] = {}
    for result in _with(record, Verdict.STALE_KNOWN_FAILURE):
        verb = "otherwise than is known" if _fails(result) else "nothing now"
        ids.setdefault(f"{verb}: {visible(result.reason)}", []).append(result.id)
    return [
        f"{', '.join(same)} break{'s' if len(same) == 1 else ''} {reason}" for reason, same in ids.items()
    ]


def _fails(result: Concluded) -> bool:
    return any(check.verdict in BREACHES for check in result.checks)


def _what_is_left(record: Judged, count: int) -> list[str]:
    """What to do with a run of a part."""
    if record.shard:
        number, _, of = record.shard.partition("/")
        merge = "`sidecar-conformance merge DIR... -o WHOLE`"
        return [f"shard {number} of {of}: {merge} makes one report and one verdict of all {of}"]
    if record.filtered:
        left = f"; {plural(count, 'requirement')} left out" if count else ""
        return [f"{ONLY_A_PART}{left}"]
    return []
