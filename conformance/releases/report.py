"""What `golden` found, as text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from conformance.errors import ExitCode
from conformance.golden import (
    cron_vectors,
    differences,
    load_cases,
    recorded_folder,
    released_documents,
    schedule_calls,
)
from conformance.releases.folder import read_recordings
from conformance.releases.manifest import Recording
from conformance.releases.verifying import RecordingVerdict, Verification, WorkloadVerdict
from conformance.releases.words import Difference
from conformance.releases.workloads import WORKLOADS
from conformance.results.wording import plural

_DIFFERENCES = "load cases that the catalogue decides otherwise, or leaves open"
_SHOWN = 12  # differences of one document


def render_verification(verification: Verification) -> str:
    """Every difference, what is allowed and why, what is allowed in vain, and what to do."""
    lines = [f"{verification.backend} against {plural(len(verification.recordings), 'recorded version')}"]
    for verdict in verification.recordings:
        lines += ["", *_recording(verdict)]
    if verification.exit_code is ExitCode.CONFORMANT:
        return "\n".join([*lines, "", "The format is unchanged, apart from what is allowed.", ""])
    return "\n".join([*lines, "", "The format changed.", *_advice(verification), ""])


def render_recording(recording: Recording) -> str:
    """How much a recording holds."""
    documents = [each.document for each in recording.workloads if each.document is not None]
    workloads = plural(len(recording.workloads), "workload")
    size = sum(map(len, documents))
    return f"{recording}: {plural(len(documents), 'document')} of {workloads}, {size} bytes"


def render_corpus() -> str:
    """What the package carries: what released versions wrote and answered, and the workloads."""
    versions = Counter(document.version for document in released_documents())
    lines = ["What released versions of uni-db left and answered:"]
    lines += [f"  uni-db {version:<9}{count:>5} documents" for version, count in versions.items()]
    lines += [
        _row("load cases", Counter(case.outcome for case in load_cases())),
        _row("cron vectors", Counter(_answer(vector.accepted) for vector in cron_vectors())),
        _row("schedule calls", Counter(_answer(call.accepted) for call in schedule_calls())),
        f"  {'differences':<16}{len(differences()):>5} {_DIFFERENCES}",
        "",
        "What `golden record` kept of uni-db's own backend, for others to be held against:",
        f"  {render_recordings(read_recordings(recorded_folder())).strip()}",
        f"  golden verify TARGET {recorded_folder()}",
        "",
        f"The {len(WORKLOADS)} workloads that `golden record` plays:",
    ]
    width = max(len(workload.name) for workload in WORKLOADS)
    lines += [f"  {workload.name:<{width}}  {workload.what}" for workload in WORKLOADS]
    return "\n".join([*lines, ""])


def render_recordings(recordings: Sequence[Recording]) -> str:
    """What was recorded below a directory."""
    lines = []
    for recording in recordings:
        lines.append(f"{render_recording(recording)}, by kit {recording.kit}")
        lines += [f"  allowed in {each}\n    because {each.reason}" for each in recording.allowed]
    return "\n".join([*lines, ""])


def _recording(verdict: RecordingVerdict) -> Iterator[str]:
    recording = verdict.recording
    unchanged = sum(not each.differences and not each.allowed for each in verdict.replayed)
    kept = sum(not each.differences and not each.allowed for each in verdict.rewritten)
    yield (
        f"{recording}: {unchanged} of {plural(len(verdict.replayed), 'workload')} left the same bytes, "
        f"{kept} of {plural(len(verdict.rewritten), 'document')} kept all values when loaded and rewritten"
    )
    yield from _changes("changed", verdict.replayed)
    yield from _changes("old document", verdict.rewritten)
    for allowance in verdict.stale:
        yield f"  stale     the manifest allows what does not happen: {allowance}"
        yield f"              ({allowance.reason}); take it out"
    if verdict.unrecorded:
        yield f"  note      not recorded there, so not compared: {', '.join(verdict.unrecorded)}"


def _changes(word: str, verdicts: Iterable[WorkloadVerdict]) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.differences:
            yield f"  {word}  {verdict.workload}"
            yield from (f"      {_told(each)}" for each in verdict.differences[:_SHOWN])
            if len(verdict.differences) > _SHOWN:
                yield f"      ... and {len(verdict.differences) - _SHOWN} more"
        for allowed in verdict.allowed:
            yield f"  allowed   {verdict.workload}: {_told(allowed.difference)}"
            yield f"              because {allowed.reason}"


def _told(difference: Difference) -> str:
    return f"{difference}, {difference.times} times" if difference.times > 1 else str(difference)


def _advice(verification: Verification) -> Iterator[str]:
    """The entry that would allow the first difference that may be meant."""
    verdicts = (each for found in verification.recordings for each in (*found.replayed, *found.rewritten))
    meant = (
        (verdict.workload, str(each))
        for verdict in verdicts
        for each in verdict.differences
        if each.may_be_meant
    )
    for workload, difference in islice(meant, 1):
        entry = {"workload": workload, "difference": difference, "reason": "..."}
        yield 'If that is meant, say so under "allowed" in the manifest of the recorded version:'
        yield f"  {json.dumps(entry)}"
        yield "* stands for any text in a difference, and for every workload."


def _row(name: str, counts: Counter[str]) -> str:
    told = ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in counts.most_common())
    return f"  {name:<16}{counts.total():>5} {told}"


def _answer(accepted: bool) -> str:
    return "accepted" if accepted else "refused"
