"""The catalogue of requirements and its loader."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

from conformance.contract.classes import CAPABILITIES, ConformanceClass


class Level(Enum):
    """How strong a requirement is (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One rule, with an id that is stable for ever. `needs` names the capability it is observed through."""

    id: str
    level: Level
    applies: frozenset[ConformanceClass]
    needs: str | None
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The frozen list of requirements of one catalogue version, in catalogue order."""

    version: str
    requirements: tuple[Requirement, ...]

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


def parse_ruleset(text: str) -> Ruleset:
    """Read a catalogue. Raises ValueError for a repeated id, KeyError for a missing member."""
    document = tomllib.loads(text)
    requirements = tuple(
        Requirement(
            id=entry["id"],
            level=Level(entry["level"]),
            applies=frozenset(ConformanceClass(name) for name in entry["applies"]),
            needs=entry.get("needs"),
            text=entry["text"],
            source=entry["source"],
        )
        for entry in document["requirement"]
    )
    ids = [requirement.id for requirement in requirements]
    repeated = sorted({given for given in ids if ids.count(given) > 1})
    if repeated:
        raise ValueError(f"repeated requirement ids: {', '.join(repeated)}")
    unknown = {requirement.needs for requirement in requirements} - CAPABILITIES.keys() - {None}
    if unknown:
        raise ValueError(f"requirements need unknown capabilities: {sorted(map(str, unknown))}")
    return Ruleset(document["ruleset"], requirements)


@cache
def load_ruleset() -> Ruleset:
    """The catalogue that this version of the kit carries."""
    return parse_ruleset(files("conformance.contract").joinpath("requirements.toml").read_text("utf-8"))
