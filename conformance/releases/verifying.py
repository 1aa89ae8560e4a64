"""Holds a new version against recorded ones: same steps, same bytes; old documents keep their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from conformance import __version__
from conformance.contract.connection import Driver
from conformance.errors import ExitCode
from conformance.releases.differences import Difference, compare
from conformance.releases.folder import CorpusError
from conformance.releases.manifest import EVERY_WORKLOAD, Allowance, RecordedWorkload, Recording
from conformance.releases.playing import play
from conformance.releases.recording import require_capabilities
from conformance.releases.rewriting import rewrite
from conformance.releases.workloads import WORKLOADS
from conformance.workspace import Workspace

_PATIENCE = 3  # hangs, each of which lasts as long as the time limit of an operation
_NOT_TRIED = Difference("not tried", f"the backend hung {_PATIENCE} times before", may_be_meant=False)


@dataclass(frozen=True, slots=True)
class Allowed:
    """A difference that is meant, and why."""

    difference: Difference
    reason: str


@dataclass(frozen=True, slots=True)
class WorkloadVerdict:
    """What a new version made of a workload, or of the document it left in a recorded version."""

    workload: str
    differences: tuple[Difference, ...] = ()
    allowed: tuple[Allowed, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingVerdict:
    """How a new version compares with one recorded version.

    `stale` are allowances that nothing needed. `unrecorded` are workloads of this kit that were not recorded.
    """

    recording: Recording
    replayed: tuple[WorkloadVerdict, ...]
    rewritten: tuple[WorkloadVerdict, ...]
    stale: tuple[Allowance, ...]
    unrecorded: tuple[str, ...]

    @property
    def is_unchanged(self) -> bool:
        """Whether all differences are allowed, and all that is allowed differs."""
        return not self.stale and not any(each.differences for each in (*self.replayed, *self.rewritten))


@dataclass(frozen=True, slots=True)
class Verification:
    """How a new version compares with all recorded versions."""

    backend: str
    recordings: tuple[RecordingVerdict, ...]

    @property
    def exit_code(self) -> ExitCode:
        """1 for any difference that is not allowed, or an allowance that nothing needs."""
        unchanged = all(each.is_unchanged for each in self.recordings)
        return ExitCode.CONFORMANT if unchanged else ExitCode.NOT_CONFORMANT


def verify(driver: Driver, workspace: Workspace, recordings: Sequence[Recording]) -> Verification:
    """Raises NotTestableError for a backend that cannot be compared, CorpusError for a cut-down recording."""
    require_capabilities(driver.description)
    for recording in recordings:
        _require_all_workloads(recording)
    trial = _Trial(driver, workspace)
    found = tuple(trial.verify(recording) for recording in recordings)
    return Verification(f"{driver.description.name} {driver.description.version}".strip(), found)


def _require_all_workloads(recording: Recording) -> None:
    missing = _unrecorded(recording)
    if missing and recording.kit == __version__:
        raise CorpusError(
            f"the recording of {recording} lacks {', '.join(missing)}, which its kit, {recording.kit}, "
            f"plays: restore it as it was recorded, or record it again"
        )


def _unrecorded(recording: Recording) -> tuple[str, ...]:
    recorded = {each.name for each in recording.workloads}
    return tuple(workload.name for workload in WORKLOADS if workload.name not in recorded)


class _Trial:
    """Tries a new version with what was recorded, until it has hung too often."""

    def __init__(self, driver: Driver, workspace: Workspace) -> None:
        self._driver = driver
        self._workspace = workspace
        self._hangs = 0

    def verify(self, recording: Recording) -> RecordingVerdict:
        """How the new version compares with one recorded version."""
        excuses = _Excuses(recording.allowed)
        workloads = recording.workloads
        replayed = tuple(excuses.judge(each.name, self._replay(each)) for each in workloads)
        rewritten = tuple(
            excuses.judge(each.name, self._rewrite(each.document))
            for each in workloads
            if each.document is not None
        )
        return RecordingVerdict(recording, replayed, rewritten, excuses.stale(), _unrecorded(recording))

    def _replay(self, recorded: RecordedWorkload) -> Iterator[Difference]:
        if self._hangs >= _PATIENCE:
            yield _NOT_TRIED
            return
        played = play(self._driver, self._workspace, recorded.workload)
        if played.fault is not None:
            self._hangs += played.fault.is_hang
            yield Difference("broken", str(played.fault), may_be_meant=False)
            return
        for number in sorted(set(played.refused) ^ set(recorded.refused)):
            step = type(recorded.workload.steps[number - 1]).__name__
            words = (
                "was taken and is refused now" if number in played.refused else "was refused and is taken now"
            )
            yield Difference(f"step {number}, {step}", words)
        yield from compare(recorded.document, played.document).all

    def _rewrite(self, document: bytes) -> Iterator[Difference]:
        if self._hangs >= _PATIENCE:
            yield _NOT_TRIED
            return
        rewritten = rewrite(self._driver, self._workspace, document)
        if rewritten.fault is not None:
            self._hangs += rewritten.fault.is_hang
            yield Difference("not loaded and rewritten", str(rewritten.fault), may_be_meant=False)
        yield from rewritten.differences


@dataclass(slots=True)
class _Excuses:
    """Holds differences against what is allowed, and remembers which allowance was needed."""

    allowances: Sequence[Allowance]
    _used: set[Allowance] = field(default_factory=set)

    def judge(self, workload: str, differences: Iterable[Difference]) -> WorkloadVerdict:
        left, allowed = [], []
        for difference in differences:
            fitting = [each for each in self.allowances if _allows(each, workload, difference)]
            self._used.update(fitting)
            if fitting:
                allowed.append(Allowed(difference, fitting[0].reason))
            else:
                left.append(difference)
        return WorkloadVerdict(workload, tuple(left), tuple(allowed))

    def stale(self) -> tuple[Allowance, ...]:
        return tuple(allowance for allowance in self.allowances if allowance not in self._used)


def _allows(allowance: Allowance, workload: str, difference: Difference) -> bool:
    """Whether an allowance is about this difference; * in it stands for any text."""
    pattern = ".*".join(map(re.escape, allowance.difference.split("*")))
    is_about = difference.may_be_meant and allowance.workload in {EVERY_WORKLOAD, workload}
    return is_about and re.fullmatch(pattern, str(difference), re.DOTALL) is not None
