"""One run as a page: the verdict and what was not tested, then what is broken, then every requirement."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from conformance.reports.html import Html, joined, tag
from conformance.reports.html_causes import broken, links
from conformance.reports.html_filters import filters
from conformance.reports.html_page import contents, folded, page, section
from conformance.reports.html_requirements import Explain, requirements
from conformance.reports.html_stories import TOLD, Evidence, Picture
from conformance.reports.html_verdicts import run_look, words
from conformance.reports.reasons import explain_verdict, headline
from conformance.reports.requirement import explain_requirement
from conformance.results.saved import Replay, SavedRun
from conformance.results.verdict import BREACHES, UNTESTED, RunVerdict, Verdict
from conformance.results.wording import plural

_MANY = 24


def render_run(
    run: SavedRun,
    replays: Mapping[str, Replay],
    back: str = "",
    pictures: Mapping[str, Picture] | None = None,
    explain: Explain = explain_requirement,
) -> str:
    """The page. `replays` are the files at hand, by their names in the results; `back` leads to a matrix.

    `pictures` are the timelines of crashes, by requirement; `explain` tells all there is to say of one.
    """
    parts = list(_parts(run, Evidence(replays, pictures or {}), explain))
    return page(
        f"{run.title}: {headline(run)}",
        tag(
            "header",
            tag("p", tag("a", "← comparison", href=back), class_="kit") if back else "",
            tag(
                "p", f"sidecar-conformance {run.kit['version']}, rule set {run.kit['ruleset']}", class_="kit"
            ),
            tag("h1", run.title or "a backend without a name"),
            _banner(run),
            _facts(run),
        ),
        contents({anchor: title for anchor, title, _ in parts}),
        tag(
            "main",
            [section(*part) for part in parts[:1]],
            filters({entry.verdict for entry in run.requirements}),
            [section(*part) for part in parts[1:]],
            id="content",
        ),
        _footer(),
    )


def _parts(run: SavedRun, evidence: Evidence, explain: Explain) -> Iterator[tuple[str, str, Html]]:
    """The parts of the page: anchor, title and content."""
    yield "untested", "What was not tested", _untested(run)
    failing = run.of(BREACHES | {Verdict.ERROR})
    if failing:
        yield "broken", "What is broken", broken(failing, run, evidence, "cause")
    known = run.of({Verdict.KNOWN_FAILURE})
    if known:
        yield "known", "Known failures", broken(known, run, evidence, "known-cause")
    if run.new:
        yield "new", "New requirements", _later(run, evidence)
    yield "requirements", "Every requirement", requirements(run, explain)


def _banner(run: SavedRun) -> Html:
    sign, look = run_look(run)
    said = explain_verdict(run, whole=True)
    return tag(
        "div",
        tag("strong", f"{sign} {headline(run)}"),
        tag("ul", [tag("li", line) for line in said]) if said else "",
        class_=f"banner {look}",
    )


def _facts(run: SavedRun) -> Html:
    backend, made = run.backend, run.run
    facts = {
        "class": backend["class"],
        "capabilities": ", ".join(backend["capabilities"]) or "none",
        "language": backend["language"],
        "target": backend["target"],
        "run": f"profile {made['profile']}, seed {made['seed']}, {made['duration_s']:.1f} s",
        "started": made["started_at"],
        "requirements": _counts(run),
    }
    return tag("dl", [joined([tag("dt", k), tag("dd", v)]) for k, v in facts.items() if v], class_="facts")


def _counts(run: SavedRun) -> str:
    counts = {verdict: len(run.of({verdict})) for verdict in Verdict}
    return ", ".join(f"{count} {words(verdict.value)}" for verdict, count in counts.items() if count)


def _later(run: SavedRun, evidence: Evidence) -> Html:
    """What was found of requirements that came later than the rule set of the run."""
    said = f"These came later than rule set {run.kit['ruleset']}, and change no verdict: "
    failing = [entry for entry in run.new if entry.verdict in TOLD]
    return joined(
        [
            tag("p", said, links([entry.id for entry in run.new])),
            broken(failing, run, evidence, "new-cause"),
        ]
    )


def _untested(run: SavedRun) -> Html:
    """Why what is owed was not seen to hold, and what is not owed, a line a reason."""
    owed = _by_reason(run, UNTESTED)
    lines = [_line(reason, ids) for reason, ids in owed.items()]
    if lines:
        said = tag("ul", lines)
    elif run.verdict in (RunVerdict.CONFORMANT, RunVerdict.NOT_CONFORMANT) and run.whole:
        said = tag("p", "Nothing: whatever is owed was tested.")
    else:
        said = tag(
            "p", "The run does not cover the rule set, though it lists nothing as untested: see the verdict."
        )
    not_owed = _by_reason(run, {Verdict.NOT_APPLICABLE})
    if not not_owed:
        return said
    count = sum(map(len, not_owed.values()))
    return joined(
        [said, folded(f"Not owed: {count}", tag("ul", [_line(*each) for each in not_owed.items()]))]
    )


def _line(reason: str, ids: list[str]) -> Html:
    if len(ids) <= _MANY:
        return tag("li", reason, ": ", links(ids))
    return tag("li", folded(f"{reason}: {plural(len(ids), 'requirement')}", tag("p", links(ids))))


def _by_reason(run: SavedRun, verdicts: Collection[Verdict]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in run.of(verdicts):
        reason = entry.reason.strip().splitlines()[0] if entry.reason.strip() else words(entry.verdict.value)
        let_off = " (allowed by --allow-untested)" if entry.id in run.untested else ""
        found.setdefault(reason + let_off, []).append(entry.id)
    return found


def _footer() -> Html:
    said = "exercised counts how often a requirement's precondition really held; none is never a pass."
    return tag("footer", tag("p", said))
