"""The catalogue as a page of the guide."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract.classes import CAPABILITIES, ConformanceClass
from conformance.contract.requirements import Requirement, Ruleset
from conformance.reports.chapters import CHAPTERS

_HEAD = """# The catalogue

Every requirement, by chapter. `sidecar-conformance explain ID` tells more of one, and how it is tried.

- **Level**: a MUST that fails makes a backend nonconformant; a SHOULD is a warning unless `--level should`.
- **Classes**: who owes it.
- **Needs**: a capability without which it is not applicable (of an optional feature) or not testable.
- **Rests on**: what it cannot hold without; where one of these fails, it follows.
"""


def render_catalogue(ruleset: Ruleset) -> str:
    """The page, as Markdown."""
    return "\n".join(_lines(ruleset)) + "\n"


def _lines(ruleset: Ruleset) -> Iterator[str]:
    yield _HEAD
    versions = [f"{version} has {len(ruleset.at(version).requirements)}" for version in ruleset.versions]
    yield f"Rule set {', rule set '.join(versions)} requirements. A rule set is frozen when the next begins."
    for prefix, title in CHAPTERS.items():
        yield f"\n## {prefix}: {title}"
        for requirement in ruleset.requirements:
            if requirement.id.startswith(f"{prefix}-"):
                yield f"\n### {requirement.id}\n"
                yield requirement.words
                yield f"\n{_facts(requirement)}"


def _facts(requirement: Requirement) -> str:
    classes = ", ".join(each.value for each in ConformanceClass if each in requirement.applies)
    facts = [f"*{requirement.level.value}*", f"classes: {classes}"]
    if requirement.needs:
        absent = "not applicable" if CAPABILITIES[requirement.needs].optional else "not testable"
        facts.append(f"needs `{requirement.needs}` ({absent} without)")
    if requirement.unless:
        facts.append(f"not owed with `{requirement.unless}`")
    if requirement.rests_on:
        facts.append(f"rests on {', '.join(requirement.rests_on)}")
    return f"{'; '.join(facts)}; since {requirement.since}"
