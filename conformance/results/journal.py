"""The journal: a run as JSON lines, written as it goes, with a footer that a cut-off run lacks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from conformance.contract.classes import ConformanceClass
from conformance.contract.target import Description
from conformance.results.counterexample import Counterexample
from conformance.results.verdict import CheckOutcome, Effort, Verdict


def description_to_json(description: Description) -> dict[str, Any]:
    """A description as JSON. The factory, being code, stays behind."""
    return {
        "name": description.name,
        "version": description.version,
        "language": description.language,
        "class": description.conformance_class.value,
        "capabilities": sorted(description.capabilities),
    }


def description_from_json(form: Mapping[str, Any]) -> Description:
    """The description that `description_to_json` wrote."""
    return Description(
        form["name"],
        form["version"],
        form["language"],
        ConformanceClass(form["class"]),
        frozenset(form["capabilities"]),
    )


def outcome_to_json(outcome: CheckOutcome) -> dict[str, Any]:
    """An outcome as JSON."""
    return asdict(outcome) | {"verdict": outcome.verdict.value}


def outcome_from_json(form: Mapping[str, Any]) -> CheckOutcome:
    """The outcome that `outcome_to_json` wrote."""
    counterexample = form["counterexample"]
    if counterexample is not None:
        fixed = {
            name: tuple(counterexample[name]) for name in ("capabilities", "operations", "command", "calls")
        }
        counterexample = Counterexample(**(counterexample | fixed))
    changed = {
        "verdict": Verdict(form["verdict"]),
        "effort": Effort(**form["effort"]),
        "counterexample": counterexample,
    }
    return CheckOutcome(**(dict(form) | changed))


class JournalWriter:
    """Writes the journal of a run, a line an event, flushed at once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # every line was flushed, and told of, when it was written
            self._file.close()

    def write(self, event: str, **members: Any) -> None:
        """Append an event."""
        self._file.write(json.dumps({"event": event, **members}, ensure_ascii=True) + "\n")
        self._file.flush()
