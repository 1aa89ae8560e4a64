"""One requirement, explained."""

from __future__ import annotations

import textwrap

from conformance.contract.classes import CAPABILITIES, CLASS_MEANINGS, ConformanceClass
from conformance.contract.requirements import Requirement

_LEVELS = {
    "MUST": "a backend that breaks it is not conformant",
    "SHOULD": "a backend that breaks it is warned; with --level should it is not conformant",
    "MAY": "checked where it is declared; counts with --level may only",
}


def explain_requirement(requirement: Requirement) -> str:
    """The requirement's text, level, classes, prerequisite and source, in plain text."""
    classes = [
        f"  {each.value}: {CLASS_MEANINGS[each]}" for each in ConformanceClass if each in requirement.applies
    ]
    lines = [
        f"{requirement.id}  {requirement.level.value}: {_LEVELS[requirement.level.value]}",
        "",
        *textwrap.wrap(requirement.text, 100, initial_indent="  ", subsequent_indent="  "),
        "",
        "owed by class",
        *classes,
    ]
    if requirement.needs is not None:
        capability = CAPABILITIES[requirement.needs]
        absent = "not applicable" if capability.optional else "not testable, which is no pass"
        lines += ["", f"needs the capability {capability.name}: {capability.meaning}"]
        lines.append(f"  without it the requirement is {absent}")
    if requirement.unless is not None:
        lines += ["", f"not owed by a backend that declares the capability {requirement.unless}"]
    if requirement.rests_on:
        lines += [
            "",
            f"rests on {', '.join(requirement.rests_on)}: where one of them fails, this one follows",
        ]
    lines += [
        "",
        f"since rule set {requirement.since}",
        f"source: {requirement.source}",
        f"try it: sidecar-conformance run TARGET --only {requirement.id}",
    ]
    return "\n".join(lines)
