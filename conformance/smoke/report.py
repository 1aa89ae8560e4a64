"""What a smoke found, as values and as text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from conformance.errors import ExitCode


class StepOutcome(Enum):
    """What a step showed."""

    OK = "ok"
    ADAPTER_MISTAKE = "adapter mistake"
    NONCONFORMANCE = "backend nonconformance"
    KIT_FAULT = "kit at fault"
    NOT_DECLARED = "not declared"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class SmokeStep:
    """One step of the conversation: what was seen, and what to do about it."""

    name: str
    outcome: StepOutcome
    finding: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class SmokeReport:
    """All steps, in the order in which they were taken."""

    backend: str
    steps: tuple[SmokeStep, ...]
    target: str = "TARGET"
    has_adapter: bool = True

    @property
    def exit_code(self) -> ExitCode:
        """3 for a fault of the kit or the adapter, 1 for a backend that does not conform, 0 otherwise."""
        return _ENDINGS[self._gravest][0]

    @property
    def ending(self) -> str:
        """What it comes to."""
        gravest = self._gravest
        words = _ENDINGS[gravest][1] if self.has_adapter else _ENDINGS_WITHOUT_ADAPTER[gravest]
        return words.format(target=self.target)

    @property
    def _gravest(self) -> StepOutcome:
        outcomes = {step.outcome for step in self.steps}
        return next((outcome for outcome in _ENDINGS if outcome in outcomes), StepOutcome.OK)


_ENDINGS = {
    StepOutcome.KIT_FAULT: (
        ExitCode.KIT_FAILED,
        "This says nothing of the adapter or the backend: please report it as a fault of the kit.",
    ),
    StepOutcome.ADAPTER_MISTAKE: (
        ExitCode.KIT_FAILED,
        "Put the adapter right first: a verdict on the backend would mean nothing.",
    ),
    StepOutcome.NONCONFORMANCE: (
        ExitCode.NOT_CONFORMANT,
        "The adapter looks right; the backend does not conform.",
    ),
    StepOutcome.OK: (
        ExitCode.CONFORMANT,
        "The adapter is right. Now judge the backend:\n  sidecar-conformance run {target}",
    ),
}

_ENDINGS_WITHOUT_ADAPTER = {
    StepOutcome.KIT_FAULT: "This says nothing of the backend: please report it as a fault of the kit.",
    StepOutcome.NONCONFORMANCE: "The backend does not conform.",
    StepOutcome.OK: "The backend answers rightly so far. Now judge it:\n  sidecar-conformance run {target}",
}


def render(report: SmokeReport) -> str:
    """A report as text: one step a line, and below it what was seen and what to do."""
    width = max((len(step.name) for step in report.steps), default=0)
    lines = [f"smoke of {report.backend}"]
    for step in report.steps:
        lines.append(f"  {step.name:<{width}}  {step.outcome.value}")
        lines += [f"      {line}" for text in (step.finding, step.advice) for line in text.splitlines()]
    return "\n".join([*lines, report.ending, ""])
