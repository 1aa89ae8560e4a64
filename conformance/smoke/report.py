"""What a smoke found, as values and as text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from conformance.errors import ExitCode


class Outcome(Enum):
    """What a step showed."""

    OK = "ok"
    ADAPTER_MISTAKE = "adapter mistake"
    NONCONFORMANCE = "backend nonconformance"
    NOT_DECLARED = "not declared"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the conversation: what was seen, and what to do about it."""

    name: str
    outcome: Outcome
    finding: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class SmokeReport:
    """All steps, in the order in which they were taken."""

    backend: str
    steps: tuple[Step, ...]

    @property
    def exit_code(self) -> ExitCode:
        """3 for a mistake of the adapter, 1 for a backend that does not conform, 0 otherwise."""
        outcomes = {step.outcome for step in self.steps}
        if Outcome.ADAPTER_MISTAKE in outcomes:
            return ExitCode.KIT_FAILED
        return ExitCode.NOT_CONFORMANT if Outcome.NONCONFORMANCE in outcomes else ExitCode.CONFORMANT


_ENDINGS = {
    ExitCode.CONFORMANT: "The adapter is right. Now judge the backend: sidecar-conformance run",
    ExitCode.NOT_CONFORMANT: "The adapter looks right; the backend does not conform.",
    ExitCode.KIT_FAILED: "Put the adapter right first: a verdict on the backend would mean nothing.",
}


def render(report: SmokeReport) -> str:
    """A report as text: one step a line, and below it what was seen and what to do."""
    width = max((len(step.name) for step in report.steps), default=0)
    lines = [f"smoke of {report.backend}"]
    for step in report.steps:
        lines.append(f"  {step.name:<{width}}  {step.outcome.value}")
        lines += [f"      {line}" for text in (step.finding, step.advice) for line in text.splitlines()]
    return "\n".join([*lines, _ENDINGS[report.exit_code], ""])
