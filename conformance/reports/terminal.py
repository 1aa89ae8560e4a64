"""The summary a person acts on, for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from conformance.reports.chapters import CHAPTERS
from conformance.reports.explanation import explain_failure
from conformance.reports.visible import visible
from conformance.results.causes import followers
from conformance.results.run_record import RunRecord
from conformance.results.verdict import BREACHES, RequirementResult, RunVerdict, Verdict

COLUMNS = (
    ("passed", (Verdict.PASSED,), "green"),
    ("failed", (Verdict.FAILED, Verdict.TIMEOUT, Verdict.STALE_KNOWN_FAILURE), "bold red"),
    ("known", (Verdict.KNOWN_FAILURE,), "yellow"),
    ("untested", (Verdict.NOT_TESTABLE, Verdict.NOT_REACHED, Verdict.ERROR), "yellow"),
    ("not owed", (Verdict.NOT_APPLICABLE,), "dim"),
)
_MOST_IDS = 24
VERDICT_STYLES = {
    RunVerdict.CONFORMANT: "bold green",
    RunVerdict.NOT_CONFORMANT: "bold red",
    RunVerdict.INCOMPLETE: "bold yellow",
    RunVerdict.ERROR: "bold magenta",
}


def print_summary(record: RunRecord, console: Console, *, failures: bool = True) -> None:
    """Print failures, then the table, then what it comes to."""
    for renderable in summary(record, failures=failures):
        console.print(renderable, soft_wrap=True)


def summary(record: RunRecord, *, failures: bool = True) -> list[RenderableType]:
    """The parts of the summary, top to bottom: causes in full, what follows from them in a line."""
    parts: list[RenderableType] = [Text()]
    if failures:
        parts += all_failures(record)
    parts += [_table(record), Text()]
    parts += _findings(record)
    parts += _untested(record)
    parts.append(_closing(record))
    return parts


def all_failures(record: RunRecord) -> list[RenderableType]:
    """What counts before what is new. A failure whose cause is not told in full itself is told in full."""
    told = {r.id for r in record.results if r.verdict in BREACHES and not r.follows_from} - record.later
    following = followers({result.id: result.follows_from for result in record.results})
    counted: list[RenderableType] = []
    new: list[RenderableType] = []
    for result in record.results:
        if told.isdisjoint(result.follows_from):
            parts = _failures(record, result, following.get(result.id, []) if result.id in told else [])
            (new if result.id in record.later else counted).extend(parts)
    if new:
        new.insert(0, Text(f"New since rule set {record.ruleset}, and not counted:", style="yellow"))
    return counted + new


def _failures(record: RunRecord, result: RequirementResult, following: list[str]) -> list[RenderableType]:
    if result.verdict not in BREACHES | {Verdict.ERROR}:
        return []
    shown = [check for check in result.checks if check.verdict in BREACHES | {Verdict.ERROR}]
    texts = [Text(explain_failure(result.requirement, check, record.report)) for check in shown]
    if result.verdict is Verdict.STALE_KNOWN_FAILURE or not shown:
        texts.append(Text(f"{result.id}  {result.verdict.value}: {visible(result.reason)}"))
    style = "red" if result.verdict in BREACHES else "magenta"
    for text in texts:
        text.stylize(style, 0, len(result.id))
    told = [Group(text, Text()) for text in texts]
    if following:
        words = f"{result.id}: {', '.join(following)} follow{'s' if len(following) == 1 else ''} from it"
        told.append(Group(Text(f"{words}; junit.xml tells each in full", style=style), Text()))
    return [*told]


def _table(record: RunRecord) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("chapter")
    for name, _, style in COLUMNS:
        table.add_column(name, justify="right", style=style)
    table.add_column("exercised", justify="right")
    for prefix, title in CHAPTERS.items():
        results = [r for r in record.results if r.id.startswith(f"{prefix}-") and r.id not in record.later]
        counts = [sum(result.verdict in verdicts for result in results) for _, verdicts, _ in COLUMNS]
        exercised = sum(result.exercised for result in results)
        table.add_row(f"{prefix}  {title}", *(str(count or "") for count in counts), str(exercised or ""))
    return table


def _findings(record: RunRecord) -> list[RenderableType]:
    """What passing checks have to say, such as how much they did."""
    passed = record.with_verdict(Verdict.PASSED)
    lines = [f"{result.id}: {check.message}" for result in passed for check in result.checks if check.message]
    return [*map(Text, lines), Text()] if lines else []


def _untested(record: RunRecord) -> list[RenderableType]:
    lines = []
    allowed = set(record.judgement.untested)
    for verdict in (Verdict.NOT_TESTABLE, Verdict.NOT_REACHED, Verdict.ERROR):
        reasons: dict[tuple[str, bool], list[str]] = {}
        for result in record.with_verdict(verdict):
            if result.id in record.later:
                continue
            reason = result.reason.strip().splitlines()[0] if result.reason.strip() else ""
            reasons.setdefault((reason, result.id in allowed), []).append(result.id)
        for (reason, let_off), ids in reasons.items():
            suffix = " (let off by --allow-untested)" if let_off else ""
            words = f"{verdict.value}: {_ids(ids)}: {visible(reason)}{suffix}"
            lines.append(Text(words, style="yellow"))
    return [*lines, Text()] if lines else []


def _ids(ids: Sequence[str]) -> str:
    if len(ids) <= _MOST_IDS:
        return ", ".join(ids)
    return f"{', '.join(ids[:_MOST_IDS])} and {len(ids) - _MOST_IDS} more"


def _closing(record: RunRecord) -> RenderableType:
    judgement, description = record.judgement, record.description
    text = Text()
    text.append(judgement.verdict.value.replace("_", " "), style=VERDICT_STYLES[judgement.verdict])
    name = visible(f"{description.name} {description.version}".strip())
    text.append(f": {name}, class {description.conformance_class.value},")
    text.append(f" rule set {record.ruleset}, profile {record.profile}, seed {record.seed},")
    text.append(f" {record.seconds:.1f} s")
    for line in explain_verdict(record):
        text.append(f"\n  {line}")
    text.append(f"\n  report: {record.report}")
    return text


def causes_first(record: RunRecord, ids: Sequence[str]) -> list[str]:
    """The ids, those that others are put down to before those that follow."""
    following = {result.id for result in record.results if result.follows_from}
    return sorted(ids, key=lambda id: id in following)


def explain_later(record: RunRecord) -> str:
    """What was found of requirements that came later than the rule set, in a line."""
    broken = record.judgement.new
    counts = Counter(result.verdict.value for result in record.results if result.id in record.later)
    found = ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in sorted(counts.items()))
    says = f": breaks {', '.join(broken)}" if broken else ""
    return f"new since rule set {record.ruleset}, and not counted: {found}{says}"


def explain_verdict(record: RunRecord) -> list[str]:
    """Why the verdict is what it is, a line a reason."""
    judgement = record.judgement
    lines = []
    if judgement.breaches:
        lines.append(f"breaks {', '.join(causes_first(record, judgement.breaches))}")
    lines += map(visible, judgement.notes)
    if judgement.missing:
        lines.append(f"owed and not seen to hold: {_ids(judgement.missing)}")
    if judgement.untested:
        lines.append(f"untested by permission: {', '.join(judgement.untested)}")
    if judgement.warnings:
        lines.append(f"warning: breaks {', '.join(judgement.warnings)}, which is not counted at this level")
    if record.later:
        lines.append(explain_later(record))
    if record.filtered:
        lines.append("only a part of the rule set was run: that is never conformant")
    if record.cut_off:
        lines.append(visible(record.cut_off))
    return lines
