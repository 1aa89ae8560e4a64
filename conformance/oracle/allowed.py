"""Which states may be seen after a crash, given what was acknowledged and what was in flight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

State = TypeVar("State")


class CrashVerdict(Enum):
    """What a reloaded state says of the backend."""

    OK = "ok"
    ATOMICITY = "atomicity broken"  # no state that ever was (CR-03; CR-02 for kill states)
    DURABILITY = "durability broken"  # a state from before an acknowledged request (CR-04)


@dataclass(frozen=True, slots=True)
class CrashJudgement:
    """A verdict and, in `matched`, after how many requests the observed state held; None for no state."""

    verdict: CrashVerdict
    matched: int | None
    acknowledged: int
    sent: int

    @property
    def ok(self) -> bool:
        """Whether the state may be seen."""
        return self.verdict is CrashVerdict.OK

    @property
    def reason(self) -> str:
        """The judgement as one sentence."""
        match self.verdict:
            case CrashVerdict.OK:
                return f"the state after {self.matched} of {_requests(self.sent)}"
            case CrashVerdict.DURABILITY:
                lost = f"the state after {_requests(self.matched)}"
                return f"{lost}, though {_requests(self.acknowledged)} had been acknowledged"
            case CrashVerdict.ATOMICITY if self.matched is not None:
                return f"the state after {_requests(self.matched)}, though only {self.sent} had been sent"
            case _:
                return f"no state that held after any of the {_requests(self.sent)} sent"


def _requests(count: int | None) -> str:
    return f"{count} request" if count == 1 else f"{count} requests"


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """In the place of a state: reloading raised, died or hung, for this reason."""

    reason: str


def judge_reload(
    states: Sequence[State], acknowledged: int, sent: int, observed: State | LoadFailed
) -> CrashJudgement:
    """Judge what a backend shows after a crash.

    `states[k]` is what it must show after k requests, `acknowledged` and `sent` count requests at the
    crash. Any state from acknowledged to sent may be seen; of equal states the one that clears the backend
    counts. Raises ValueError unless 0 <= acknowledged <= sent < len(states).
    """
    if not 0 <= acknowledged <= sent < len(states):
        raise ValueError(
            f"need 0 <= acknowledged <= sent < states, got {acknowledged}, {sent} and {len(states)} states"
        )
    matches = [] if isinstance(observed, LoadFailed) else _matches(states, observed)
    allowed = [k for k in matches if acknowledged <= k <= sent]
    if allowed:
        return CrashJudgement(CrashVerdict.OK, allowed[-1], acknowledged, sent)
    stale = [k for k in matches if k < acknowledged]
    if stale:
        return CrashJudgement(CrashVerdict.DURABILITY, stale[-1], acknowledged, sent)
    return CrashJudgement(CrashVerdict.ATOMICITY, matches[0] if matches else None, acknowledged, sent)


def _matches(states: Sequence[State], observed: State) -> list[int]:
    return [k for k, state in enumerate(states) if state == observed]
