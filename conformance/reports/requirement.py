"""One requirement, explained."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from conformance.contract.classes import CAPABILITIES, CLASS_MEANINGS, ConformanceClass
from conformance.contract.requirements import Requirement

_LEVELS = {
    "MUST": "a backend that breaks it is not conformant",
    "SHOULD": "a backend that breaks it is warned; with --level should it is not conformant",
    "MAY": "checked where it is declared; counts with --level may only",
}


_WIDTH = 100
_SOURCE = re.compile(r"(?P<lines>\d[\d, -]*)?(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class HowChecked:
    """A check, for people: what it claims, how many examples it is tried on, what its author says of it."""

    claim: str
    examples: str
    remark: str = ""


def explain_requirement(
    requirement: Requirement, checks: Sequence[HowChecked] = (), causes: Sequence[str] = ()
) -> str:
    """The requirement in plain text: what, for whom, why, how it is checked, what breaks it and mends it."""
    lines = [
        f"{requirement.id}  {requirement.level.value}: {_LEVELS[requirement.level.value]}",
        "",
        *_wrapped(requirement.words),
        "",
        *_owed(requirement),
    ]
    if requirement.rests_on:
        rests = ", ".join(requirement.rests_on)
        lines += ["", f"rests on {rests}: where one of them fails, this one follows"]
    lines += _example(requirement)
    if checks:
        lines += ["", "how it is checked"]
    for check in checks:
        lines += _item(f"{check.claim} ({check.examples})")
        lines += _wrapped(check.remark, "    ") if check.remark else []
    if causes:
        lines += ["", "what has broken it"]
        lines += [line for cause in causes for line in _item(cause)]
    if requirement.mend:
        lines += ["", "how to mend it", *_wrapped(requirement.mend)]
    lines += [
        "",
        f"since rule set {requirement.since}",
        *textwrap.wrap(f"source: {source_in_words(requirement.source)}", _WIDTH, subsequent_indent="  "),
        f"try it: sidecar-conformance run TARGET --only {requirement.id}",
    ]
    return "\n".join(lines)


def source_in_words(source: str) -> str:
    """Where a requirement comes from."""
    match = _SOURCE.fullmatch(source)
    assert match is not None
    parts = []
    lines = (match["lines"] or "").strip(" ,")
    if lines:
        many = "lines" if "-" in lines or "," in lines else "line"
        parts.append(f"{many} {lines} of scheduler_persistence.rs, the released product's source")
    rest = match["rest"].strip(" ,;")
    for word, meaning in (("observed", _OBSERVED), ("derived", _DERIVED)):
        if word in rest:
            rest = rest.replace(word, meaning)
    return "; ".join([*parts, rest.strip(" ,;")] if rest else parts)


_OBSERVED = "observed in what the released uni-db does on real files"
_DERIVED = "follows from what the interface promises of itself"


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    paragraphs = text.split("\n\n")
    return [
        line
        for paragraph in paragraphs
        for line in textwrap.wrap(paragraph, _WIDTH, initial_indent=indent, subsequent_indent=indent)
    ]


def _item(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  - ", subsequent_indent="    ")


def _owed(requirement: Requirement) -> list[str]:
    classes = [
        f"  {each.value}: {CLASS_MEANINGS[each]}" for each in ConformanceClass if each in requirement.applies
    ]
    lines = ["owed by class", *classes]
    if requirement.needs is not None:
        capability = CAPABILITIES[requirement.needs]
        absent = "not applicable" if capability.optional else "not testable, which is no pass"
        lines += ["", f"needs the capability {capability.name}: {capability.meaning}"]
        lines.append(f"  without it the requirement is {absent}")
    if requirement.unless is not None:
        lines += ["", f"not owed by a backend that declares the capability {requirement.unless}"]
    return lines


def _example(requirement: Requirement) -> list[str]:
    example = requirement.example
    if example is None:
        return []
    steps = _wrapped("; ".join(example.steps))
    return ["", "for example", *steps, f"  right: {example.right}", f"  wrong: {example.wrong}"]
