"""A run in GitHub Actions: annotations, and a Markdown summary of the job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from conformance.reports.causes import failing
from conformance.reports.explanation import explain_failure
from conformance.reports.reasons import explain_verdict, headline
from conformance.reports.terminal import told_causes
from conformance.reports.visible import visible, visible_lines
from conformance.results.known_failures import claim_of
from conformance.results.run_record import RunRecord
from conformance.results.verdict import RunVerdict, Verdict

_SIGNS = {RunVerdict.CONFORMANT: "✅", RunVerdict.NOT_CONFORMANT: "❌"}
_MOST_ANNOTATIONS = 10  # GitHub shows no more of one step
_MOST_STORIES = 20
_ROW = {
    "passed": {Verdict.PASSED},
    "failed": {Verdict.FAILED, Verdict.TIMEOUT, Verdict.STALE_KNOWN_FAILURE},
    "known": {Verdict.KNOWN_FAILURE},
    "untested": {Verdict.NOT_TESTABLE, Verdict.NOT_REACHED, Verdict.ERROR},
}


def error_commands(record: RunRecord) -> Iterator[str]:
    """A line a cause, as GitHub reads them; a warning for what does not count."""
    counted = set(record.judgement.breaches)
    for cause in told_causes(record)[:_MOST_ANNOTATIONS]:
        kind = "error" if cause.ids & counted else "warning"
        ids = [cause.result.id, *cause.same]
        more = f" (and {len(cause.following)} that follow)" if cause.following else ""
        yield f"::{kind} title={_property(', '.join(ids))}::{_data(visible(claim_of(cause.check)) + more)}"
    if record.judgement.verdict is not RunVerdict.CONFORMANT:
        words = _data("\n".join([headline(record), *explain_verdict(record)]))
        yield f"::error title=sidecar-conformance::{words}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def append_summary(record: RunRecord, file: Path) -> None:
    """Add the summary to the file that GitHub names; a job must not fail for its summary."""
    with suppress(OSError), file.open("a", encoding="utf-8") as summary:
        summary.write(render_markdown(record))


def render_markdown(record: RunRecord) -> str:
    """The run in Markdown: verdict, numbers, causes, what failed."""
    description = record.description
    sign = _SIGNS.get(record.judgement.verdict, "⚠️")
    counted = [result for result in record.results if result.id not in record.later]
    numbers = " | ".join(str(sum(r.verdict in verdicts for r in counted)) for verdicts in _ROW.values())
    what = (
        f"`{_code(f'{description.name} {description.version}'.strip())}`, "
        f"class {description.conformance_class.value}, rule set {record.ruleset}, "
        f"profile {record.profile}, seed {record.seed}, {record.seconds:.1f} s"
    )
    lines = [
        f"## {sign} {headline(record)}",
        "",
        what,
        "",
        *(f"- {_plain(line)}" for line in explain_verdict(record)),
        "",
        f"| {' | '.join(_ROW)} |",
        f"|{' --: |' * len(_ROW)}",
        f"| {numbers} |",
        "",
        *_causes(record),
        *_failed(record),
    ]
    return "\n".join(lines) + "\n"


def _causes(record: RunRecord) -> Iterator[str]:
    for number, cause in enumerate(told_causes(record)[:_MOST_STORIES], 1):
        ids = ", ".join([cause.result.id, *cause.same])
        story = explain_failure(cause.result.requirement, cause.check, record.report)
        fence = "~~~~"
        yield f"<details><summary>cause {number}: {ids}: {_plain(claim_of(cause.check))}</summary>"
        yield from ("", fence, visible_lines(story).replace(fence, "~~~ ~"), fence, "")
        if cause.following:
            yield f"From it follow {', '.join(cause.following)}.\n"
        yield "</details>\n"


def _failed(record: RunRecord) -> Iterator[str]:
    failed = [result for result in record.results if failing(result)]
    if failed:
        yield from ("| requirement | level | broken |", "| --- | --- | --- |")
    for result in failed:
        claim = _plain(claim_of(failing(result)[0])).replace("|", "\\|")
        yield f"| {result.id} | {result.requirement.level.value} | {claim} |"


def _plain(text: str) -> str:
    """Text in which Markdown and HTML find nothing to obey."""
    escaped = visible(text).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{each}" if each in "\\`*_[]#" else each for each in escaped)


def _code(text: str) -> str:
    return visible(text).replace("`", "'")
