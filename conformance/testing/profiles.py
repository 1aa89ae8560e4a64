"""How much a run tries: the profiles, and what one check is run with."""

from __future__ import annotations

from dataclasses import dataclass

PROFILES = {"quick": 30, "default": 100, "thorough": 1000}


@dataclass(frozen=True, slots=True)
class Dose:
    """The profile by name and the seed: together they decide every example of a check.

    `shrinks` is off where it is enough to know that a check fails.
    """

    profile: str
    seed: int
    shrinks: bool = True

    def examples(self, share: float) -> int:
        """How many examples a check gets, of which it takes a share."""
        return max(5, round(PROFILES[self.profile] * share))
