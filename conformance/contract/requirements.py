"""The catalogue of requirements and its loader."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from conformance.contract.classes import CAPABILITIES, ConformanceClass


class Level(Enum):
    """How strong a requirement is (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


@dataclass(frozen=True, slots=True)
class Example:
    """A smallest sequence, for people: what is seen at its end, rightly and in a usual way wrongly."""

    steps: tuple[str, ...]
    right: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One rule, with an id that is stable for ever.

    `needs` names the capability it is observed through, `unless` one with which it is not owed, `since` the
    rule set that it came in with. It cannot hold without those that it `rests_on`. `part_of` are those whose
    text covered it until it got an id of its own. `example` and `mend` are for people: what shows it, and
    what usually mends a backend that breaks it.
    """

    id: str
    level: Level
    applies: frozenset[ConformanceClass]
    needs: str | None
    text: str
    source: str
    since: str = ""
    unless: str | None = None
    rests_on: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    example: Example | None = None
    mend: str = ""

    @property
    def words(self) -> str:
        """The text for people: in place of a document that is not shipped, the command that prints it."""
        return self.text.replace("cron_dialect.md", "`sidecar-conformance explain NF-05` prints it")


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The frozen list of requirements of one catalogue version, in catalogue order.

    `versions` are those of the rule sets that it grew from, oldest first, its own last.
    """

    version: str
    requirements: tuple[Requirement, ...]
    versions: tuple[str, ...] = ()

    def __getitem__(self, id: str) -> Requirement:
        """The requirement of this id. Raises KeyError."""
        for requirement in self.requirements:
            if requirement.id == id:
                return requirement
        raise KeyError(id)

    def __contains__(self, id: object) -> bool:
        return any(requirement.id == id for requirement in self.requirements)

    def ids(self) -> tuple[str, ...]:
        """All ids, in catalogue order."""
        return tuple(requirement.id for requirement in self.requirements)

    def at(self, version: str) -> Ruleset:
        """The rule set of an earlier version, without what came in later. Raises ValueError."""
        if version not in self.versions:
            raise ValueError(f"there is no rule set {version}; there are {', '.join(self.versions)}")
        versions = self.versions[: self.versions.index(version) + 1]
        kept = tuple(requirement for requirement in self.requirements if requirement.since in versions)
        return Ruleset(version, kept, versions)

    def causes(self, id: str) -> frozenset[str]:
        """All that a requirement rests on, and what those rest on in turn. Raises KeyError."""
        found: set[str] = set()
        waiting = list(self[id].rests_on)
        while waiting:
            base = waiting.pop()
            if base not in found:
                found.add(base)
                waiting += self[base].rests_on
        return frozenset(found)


def parse_ruleset(text: str) -> Ruleset:
    """Read a catalogue. Raises ValueError for one that contradicts itself, KeyError for a missing member."""
    document = tomllib.loads(text)
    versions = tuple(document["rulesets"])
    ruleset = Ruleset(
        versions[-1], tuple(_requirement(entry, versions[0]) for entry in document["requirement"]), versions
    )
    _refuse_unknown(ruleset)
    circular = [id for id in ruleset.ids() if id in ruleset.causes(id)]
    if circular:
        raise ValueError(f"requirements rest on themselves: {', '.join(circular)}")
    return ruleset


def _requirement(entry: Mapping[str, Any], oldest: str) -> Requirement:
    return Requirement(
        id=entry["id"],
        level=Level(entry["level"]),
        applies=frozenset(ConformanceClass(name) for name in entry["applies"]),
        needs=entry.get("needs"),
        text=entry["text"],
        source=entry["source"],
        since=entry.get("since", oldest),
        unless=entry.get("unless"),
        rests_on=tuple(entry.get("rests_on", ())),
        part_of=tuple(entry.get("part_of", ())),
        example=_example(entry),
        mend=entry.get("mend", ""),
    )


def _example(entry: Mapping[str, Any]) -> Example | None:
    if "steps" not in entry:
        return None
    return Example(tuple(entry["steps"]), entry["right"], entry["wrong"])


def _refuse_unknown(ruleset: Ruleset) -> None:
    requirements, ids = ruleset.requirements, ruleset.ids()
    repeated = sorted({given for given in ids if ids.count(given) > 1})
    if repeated:
        raise ValueError(f"repeated requirement ids: {', '.join(repeated)}")
    capabilities = {name for each in requirements for name in (each.needs, each.unless) if name is not None}
    named = [id for each in requirements for id in (*each.rests_on, *each.part_of)]
    for names, known, words in (
        (capabilities, CAPABILITIES.keys(), "requirements need unknown capabilities"),
        (named, ids, "requirements rest on unknown ones"),
        (
            [each.since for each in requirements],
            ruleset.versions,
            "requirements are of unknown rule sets",
        ),
    ):
        _refuse_strangers(names, known, words)


def _refuse_strangers(names: Iterable[str], known: Iterable[str], words: str) -> None:
    strangers = sorted(set(names) - set(known))
    if strangers:
        raise ValueError(f"{words}: {', '.join(strangers)}")


@cache
def load_ruleset(version: str | None = None) -> Ruleset:
    """A rule set that this version of the kit carries; the newest where none is named. Raises ValueError."""
    text = files("conformance.contract").joinpath("requirements.toml").read_text("utf-8")
    newest = parse_ruleset(text)
    return newest if version is None else newest.at(version)
