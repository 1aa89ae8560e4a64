"""The summary a person acts on, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from conformance.reports.causes import TOLD, Cause, alike, causes_of, failing, likeness, numbers_of, plainest
from conformance.reports.chapters import CHAPTERS
from conformance.reports.explanation import LONGEST_STORY, explain_failure
from conformance.reports.readable import around_difference, readable_line
from conformance.reports.reasons import explain_verdict, headline, known_failures_of
from conformance.reports.visible import visible
from conformance.results.causes import followers
from conformance.results.known_failures import claim_of
from conformance.results.run_record import RunRecord
from conformance.results.verdict import BREACHES, CheckOutcome, RequirementResult, RunVerdict, Verdict
from conformance.results.wording import is_left_out, listed

COLUMNS = (
    ("passed", (Verdict.PASSED,), "green"),
    ("failed", (Verdict.FAILED, Verdict.TIMEOUT, Verdict.STALE_KNOWN_FAILURE), "bold red"),
    ("known", (Verdict.KNOWN_FAILURE,), "yellow"),
    ("untested", (Verdict.NOT_TESTABLE, Verdict.NOT_REACHED, Verdict.ERROR), "yellow"),
    ("not owed", (Verdict.NOT_APPLICABLE,), "dim"),
)
_STEPS_OF_A_CAUSE = 6
_SLIM, _NARROW, _WIDE = 46, 76, 90
VERDICT_STYLES = {
    RunVerdict.CONFORMANT: "bold green",
    RunVerdict.NOT_CONFORMANT: "bold red",
    RunVerdict.INCOMPLETE: "bold yellow",
    RunVerdict.ERROR: "bold magenta",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """How much the summary tells: `quiet` leaves the stories out, `verbose` shortens none.

    `durations` is how many of the slowest checks are named.
    """

    quiet: bool = False
    verbose: bool = False
    durations: int = 0


def print_summary(
    record: RunRecord, console: Console, *, failures: bool = True, detail: Detail | None = None
) -> None:
    """Print the causes of what failed, then a line a requirement, then what it comes to."""
    detail = detail or Detail()
    for renderable in summary(record, failures=failures, detail=detail, width=console.width):
        console.print(renderable, soft_wrap=True)


def summary(
    record: RunRecord, *, failures: bool = True, detail: Detail | None = None, width: int = 120
) -> list[RenderableType]:
    """The parts of the summary, top to bottom."""
    detail = detail or Detail()
    parts: list[RenderableType] = [] if detail.quiet else [Text()]
    causes = told_causes(record)
    stories = story_of_causes(record, causes, detail) if failures and not detail.quiet else []
    parts += [*stories, *failed_lines(record, causes, told=bool(stories))]
    if not detail.quiet:
        parts += [*_table(record, width), *_findings(record), *_untested(record, detail)]
    if detail.durations:
        parts += _slowest(record, detail.durations)
    parts.append(_closing(record))
    return parts


def told_causes(record: RunRecord) -> list[Cause]:
    """The causes of what counts, then of what is new."""
    counted = [result for result in record.results if result.id not in record.later]
    new = [result for result in record.results if result.id in record.later]
    return causes_of(record, counted) + causes_of(record, new)


def story_of_causes(record: RunRecord, causes: Sequence[Cause], detail: Detail) -> list[RenderableType]:
    """Each cause with its story, and which requirements it breaks."""
    steps = LONGEST_STORY if detail.verbose else _STEPS_OF_A_CAUSE
    parts: list[RenderableType] = []
    for number, cause in enumerate(causes, 1):
        result = cause.result
        style = "red" if result.verdict in BREACHES else "magenta"
        story = explain_failure(result.requirement, cause.check, record.report, steps)
        text = Text.assemble((f"cause {number}  ", "bold"), story)
        text.stylize(style, len(f"cause {number}  "), len(f"cause {number}  ") + len(result.id))
        parts.append(Group(text, *_consequences(record, cause), Text()))
    return [*parts, *(_stories_of_followers(record, causes) if detail.verbose else ())]


def _stories_of_followers(record: RunRecord, causes: Sequence[Cause]) -> list[RenderableType]:
    """What follows may have a cause of its own: its story as well, once where it is the same."""
    following = {id for cause in causes for id in cause.following}
    seen = {likeness(check) for cause in causes for check in (cause.check, *cause.others)}
    parts: list[RenderableType] = []
    for result in record.results:
        if result.id not in following or not failing(result) or likeness(plainest(result)) in seen:
            continue
        seen.add(likeness(plainest(result)))
        story = explain_failure(result.requirement, plainest(result), record.report, LONGEST_STORY)
        parts.append(Group(Text.assemble(("follows  ", "bold"), story), Text()))
    return parts


def _consequences(record: RunRecord, cause: Cause) -> list[Text]:
    id = cause.result.id
    lines = []
    if id in record.later:
        lines.append(f"  new since rule set {record.ruleset}, and not counted")
    if cause.same:
        lines.append(f"  the same: {', '.join(cause.same)}")
    if cause.following:
        verb = "follows" if len(cause.following) == 1 else "follow"
        lines.append(f"  {', '.join(cause.following)} {verb} from it")
    files: dict[str, list[str]] = {}
    for other in cause.others:
        files.setdefault(visible(claim_of(other)), []).append(other.replay or other.test)
    lines += [f"  also:     {claim} ({', '.join(where)})" for claim, where in files.items()]
    return [Text(line) for line in lines]


def failed_lines(record: RunRecord, causes: Sequence[Cause], *, told: bool = False) -> list[RenderableType]:
    """A line a requirement that failed: which, how grave, what broke, by which cause.

    An error is long, and often everybody's: it is left to its cause where that is `told`, and else told once.
    """
    numbers = numbers_of(causes)
    errors: dict[str, str] = {}
    lines = []
    seen = {likeness(check) for cause in causes for check in (cause.check, *cause.others)}
    for result in record.results:
        if result.verdict not in TOLD:
            continue
        checks = failing(result)
        stale = result.verdict is Verdict.STALE_KNOWN_FAILURE
        says = claim_of(checks[0]) if checks and not stale else result.reason.partition("\n")[0]
        says += _otherwise(checks, seen)
        if result.verdict is Verdict.ERROR:
            first = errors.setdefault(says, result.id)
            is_told = told and result.id in numbers
            says = "not judged" if is_told else says if first == result.id else f"as {first}"
        cause = _put_down_to(numbers.get(result.id, []))
        verdict = result.verdict.value.replace("_", " ")
        style = "red" if result.verdict in BREACHES else "magenta"
        level = result.requirement.level.value
        lines.append(Text.assemble((f"{result.id} {level:<6} {verdict}", style), f"  {visible(says)}{cause}"))
    return [*lines, Text()] if lines else []


def _put_down_to(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    return f"  (cause{'' if len(numbers) == 1 else 's'} {', '.join(map(str, numbers))})"


def _otherwise(told: Sequence[CheckOutcome], seen: set[tuple[str, str]]) -> str:
    """What was expected and observed, where no line before has it: it may have a cause of its own."""
    new = [check for check in told if check.counterexample and likeness(check) not in seen]
    seen.update(likeness(check) for check in new)
    if not new or new[0].counterexample is None:
        return ""
    found = new[0].counterexample
    expected, observed = around_difference(readable_line(found.expected), readable_line(found.observed))
    return f": expected {expected}; observed {observed} ({new[0].replay or new[0].test})"


def _slowest(record: RunRecord, count: int) -> list[RenderableType]:
    checks = [(result.id, check) for result in record.results for check in result.checks]
    checks.sort(key=lambda pair: -pair[1].effort.seconds)
    lines = [
        Text(f"{check.effort.seconds:7.2f} s  {check.effort.operations:>7,} operations  {id}  {check.test}")
        for id, check in checks[:count]
    ]
    return [Text("slowest checks", style="bold"), *lines, Text()] if lines else []


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


def _table(record: RunRecord, width: int) -> list[RenderableType]:
    """A row a chapter that was run, or that something kept from being run."""
    table = Table(box=None, pad_edge=False, padding=(0, 2 if width >= _NARROW else 1, 0, 0))
    columns = COLUMNS if width >= _SLIM else COLUMNS[:-1]  # what is not owed can be done without
    table.add_column("chapter" if width >= _SLIM else "")
    for name, _, style in columns:
        table.add_column(name, justify="right", style=style)
    if width >= _WIDE:
        table.add_column("exercised", justify="right")
    for prefix, title in CHAPTERS.items():
        results = [r for r in record.results if r.id.startswith(f"{prefix}-") and r.id not in record.later]
        results = [r for r in results if not is_left_out(r)]
        if record.filtered and all(r.verdict is Verdict.NOT_APPLICABLE for r in results):
            continue
        counts = [sum(result.verdict in verdicts for result in results) for _, verdicts, _ in columns]
        exercised = sum(result.exercised for result in results)
        cells = [str(count or "") for count in [*counts, exercised][: len(table.columns) - 1]]
        table.add_row(f"{prefix}  {title}" if width >= _NARROW else prefix, *cells)
    return [table, Text()]


def _findings(record: RunRecord) -> list[RenderableType]:
    """What passing checks have to say, such as how much they did."""
    passed = record.with_verdict(Verdict.PASSED)
    lines = [f"{result.id}: {check.message}" for result in passed for check in result.checks if check.message]
    return [*map(Text, lines), Text()] if lines else []


def _untested(record: RunRecord, detail: Detail) -> list[RenderableType]:
    lines = []
    allowed = set(record.judgement.untested)
    for verdict in (Verdict.NOT_TESTABLE, Verdict.NOT_REACHED, Verdict.ERROR):
        reasons: dict[tuple[str, bool], list[str]] = {}
        worded: dict[str, str] = {}
        for result in record.with_verdict(verdict):
            if result.id in record.later or is_left_out(result):
                continue
            if verdict is Verdict.ERROR and result.id not in allowed:  # it has a line of its own
                continue
            reason = result.reason.strip().splitlines()[0] if result.reason.strip() else ""
            reason = worded.setdefault(alike(reason), reason)
            reasons.setdefault((reason, result.id in allowed), []).append(result.id)
        for (reason, let_off), ids in reasons.items():
            suffix = " (allowed by --allow-untested)" if let_off else ""
            told = ", ".join(ids) if detail.verbose else listed(ids)
            words = f"{verdict.value}: {told}: {visible(reason)}{suffix}"
            lines.append(Text(words, style="yellow"))
    return [*lines, Text()] if lines else []


def _closing(record: RunRecord) -> RenderableType:
    judgement, description = record.judgement, record.description
    text = Text()
    aside = known_failures_of(record) or judgement.untested
    excused = judgement.verdict is RunVerdict.CONFORMANT and aside
    text.append(headline(record), style="bold yellow" if excused else VERDICT_STYLES[judgement.verdict])
    name = visible(f"{description.name} {description.version}".strip())
    text.append(f": {name}, class {description.conformance_class.value},")
    text.append(f" rule set {record.ruleset}, profile {record.profile}, seed {record.seed},")
    text.append(f" {record.seconds:.1f} s")
    for line in explain_verdict(record):
        text.append(f"\n  {line}")
    text.append(f"\n  report: {record.report}")
    return text
