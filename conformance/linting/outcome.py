"""What a check of several files came to, as one value: what every report of it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.contract.records import SystemTime
from conformance.errors import ExitCode
from conformance.linting.document import DocumentReport
from conformance.linting.rules import ProblemLevel

_GRAVEST_FIRST = tuple(ProblemLevel)


@dataclass(frozen=True, slots=True)
class FixOutcome:
    """What became of fixing a file.

    `written` is where the normalised document went, empty where nothing was written; `obstacle` says why it
    could not be, if so. `left` counts the problems of what was written; `changes` is what was mended.
    """

    written: str = ""
    obstacle: str = ""
    left: int = 0
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file, as it was left. `report` is None for a file that could not be read, and `error` says why."""

    name: str
    report: DocumentReport | None
    error: str = ""
    fix: FixOutcome | None = None


@dataclass(frozen=True, slots=True)
class CheckRun:
    """All files, checked as things stood at `now`. `level` is the weakest level that counts."""

    files: tuple[CheckedFile, ...]
    now: SystemTime
    level: ProblemLevel
    kit_version: str
    ruleset: str

    def is_sound(self, file: CheckedFile) -> bool:
        """Whether the file was read and has no problem that counts."""
        return file.report is not None and not any(
            counts(problem.rule.level, self.level) for problem in file.report.problems
        )

    @property
    def exit_code(self) -> ExitCode:
        """A file that cannot be read is graver than one that is read and not sound."""
        if any(file.report is None or file.error for file in self.files):
            return ExitCode.USAGE
        sound = all(self.is_sound(file) for file in self.files)
        return ExitCode.CONFORMANT if sound else ExitCode.NOT_CONFORMANT


def counts(level: ProblemLevel, weakest: ProblemLevel) -> bool:
    """Whether a problem of this level counts when the weakest that does is `weakest`."""
    return _GRAVEST_FIRST.index(level) <= _GRAVEST_FIRST.index(weakest)
