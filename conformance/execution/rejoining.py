"""A run made again from the journals of its parts: what `merge` writes and `verify` compares with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance import __version__
from conformance.contract.requirements import Level, load_ruleset
from conformance.errors import UsageError, reason_of
from conformance.execution.judging import Preparation, RunCourse, conclude_run
from conformance.execution.plan import Plan, TargetSpec
from conformance.execution.preparing import prepare_run
from conformance.execution.report_folder import JOURNAL, as_written
from conformance.execution.selection import Shard, parse_shard
from conformance.reports import render_reports
from conformance.results.journal import description_from_json, outcome_from_json
from conformance.results.known_failures import KnownFailure
from conformance.results.run_record import RunRecord
from conformance.results.verdict import CheckOutcome
from conformance.suite.chapters import CHECKS
from conformance.testing.profiles import Dose

_OWN = ("shard", "report")
_MOST_CHANGES = 5
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A run, or a shard of one, as its journal tells of it. `course` says that it was cut off if it was."""

    folder: Path
    header: Mapping[str, Any]
    outcomes: tuple[CheckOutcome, ...]
    known: tuple[KnownFailure, ...]
    course: RunCourse
    report: Path  # where its report lay when it ended

    @property
    def shard(self) -> Shard | None:
        """Which shard it is, if it is one."""
        named = self.header["plan"]["shard"]
        return parse_shard(named) if named else None

    @property
    def common(self) -> dict[str, Any]:
        """What all shards of one run have in common."""
        plan = {name: value for name, value in self.header["plan"].items() if name not in _OWN}
        return {**self.header, "plan": plan, "checks": None, "known": self.known}


def read_part(folder: Path) -> Part:
    """The run whose report lies there. Raises UsageError where its journal cannot be read back."""
    file = folder / JOURNAL
    try:
        events = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        header = events[0]
        outcomes = [outcome_from_json(_bare(event)) for event in events if event["event"] == "check"]
        told = [event["entries"] for event in events if event["event"] == "known_failures"]
        known = tuple(KnownFailure(**entry) for entry in told[-1])
        end = events[-1] if events[-1]["event"] == "end" else None
        header["plan"]["shard"]
    except OSError as error:
        raise UsageError(f"cannot read {file}: {reason_of(error)}") from None
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise UsageError(f"{file} is no journal of a run: {error!r}") from None
    if header["kit"] != __version__:
        raise UsageError(
            f"{folder} was made by version {header['kit']} of the kit, and this is {__version__}"
        )
    unknown = sorted({outcome.test for outcome in outcomes} - CHECKS.keys())
    if unknown:
        raise UsageError(f"{folder} tells of {unknown[0]}, and this kit has no such check")
    report = Path((end or {}).get("report", header["plan"]["report"]))
    if end is None:
        course = RunCourse("", 0.0, f"the journal in {folder} was cut off")
    else:
        course = RunCourse(end["started_at"], end["seconds"], end["cut_off"])
    return Part(folder, header, tuple(outcomes), known, course, report)


def _bare(event: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "event"}


def only_run(part: Part) -> RunRecord:
    """The run that one journal tells of, judged again. Raises UsageError."""
    plan, preparation = _prepared(part, part.shard, part.report)
    return conclude_run(plan, preparation, part.outcomes, load_ruleset(), part.course)


@dataclass(frozen=True, slots=True)
class Whole:
    """The run that shards are parts of, before it is judged. Each outcome comes with its shard's report."""

    plan: Plan
    preparation: Preparation
    outcomes: tuple[tuple[Path, CheckOutcome], ...]
    course: RunCourse


def joined(parts: Sequence[Part], report: Path) -> Whole:
    """The shards as one run, its outcomes as they were planned.

    Raises UsageError for a shard that is missing, there twice, or of another run.
    """
    _require_one_run(parts)
    plan, preparation = _prepared(parts[0], None, report)
    course = RunCourse(
        min(part.course.started_at for part in parts),
        sum(part.course.seconds for part in parts),
        "; ".join(dict.fromkeys(part.course.cut_off for part in parts if part.course.cut_off)),
    )
    order = {task.check.test: number for number, task in enumerate(preparation.tasks)}
    outcomes = [(part.folder, outcome) for part in parts for outcome in part.outcomes]
    outcomes.sort(key=lambda found: order.get(found[1].test, len(order)))
    return Whole(plan, preparation, tuple(outcomes), course)


def doctored(part: Part) -> Iterator[str]:
    """Where the files of a report are not those that its journal makes, a sentence each."""
    record = only_run(part)
    for name, text in render_reports(record):
        file = part.folder / name
        try:
            found = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            yield f"{name} cannot be read"
            continue
        if found != as_written(text):
            yield f"{name} is not what the journal tells{_where(name, found, text)}"
    for outcome in part.outcomes:
        if outcome.replay is not None and not _is_kept(part.folder / outcome.replay, outcome):
            yield f"{outcome.replay} is not the counterexample of the journal"


def _is_kept(file: Path, outcome: CheckOutcome) -> bool:
    try:
        return (
            outcome.counterexample is not None and file.read_text("utf-8") == outcome.counterexample.to_json()
        )
    except (OSError, UnicodeDecodeError):
        return False


def _where(name: str, found: str, text: str) -> str:
    """Of results.json: the first things that differ, and what they should be."""
    if name != "results.json":
        return ""
    try:
        changes = list(_changes("", json.loads(found), json.loads(text)))
    except ValueError:
        return ": it is no JSON"
    return f": {'; '.join(changes[:_MOST_CHANGES])}" if changes else ": it is spelled otherwise"


def _changes(place: str, found: Any, wanted: Any) -> Iterator[str]:
    if isinstance(found, dict) and isinstance(wanted, dict):
        for name in {**wanted, **found}:
            if name != "digest":
                yield from _changes(f"{place}/{name}", found.get(name), wanted.get(name))
    elif isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        for mine, theirs in zip(found, wanted, strict=True):
            name = mine.get("id", mine.get("test", "")) if isinstance(mine, dict) else ""
            yield from _changes(f"{place}/{name}", mine, theirs)
    elif found != wanted:
        yield f"{place} is {_short(found)}, and should be {_short(wanted)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _require_one_run(parts: Sequence[Part]) -> None:
    shards: dict[int, Part] = {}
    for part in parts:
        if part.shard is None:
            raise UsageError(f"{part.folder} holds a run that is no shard: it was made without --shard")
        if part.shard.count != (parts[0].shard or part.shard).count:
            raise UsageError(
                f"{part.folder} is shard {part.shard}, and {parts[0].folder} is {parts[0].shard}"
            )
        if part.shard.number in shards:
            twice = shards[part.shard.number].folder
            raise UsageError(f"shard {part.shard} is there twice: {twice} and {part.folder}")
        for name in _differences(parts[0].common, part.common):
            raise UsageError(f"{part.folder} is of another run than {parts[0].folder}: its {name} differs")
        shards[part.shard.number] = part
    count = parts[0].shard.count if parts[0].shard else 0
    missing = [str(Shard(number, count)) for number in range(1, count + 1) if number not in shards]
    if missing:
        raise UsageError(f"shard {', '.join(missing)} is missing")


def _differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterable[str]:
    return (name for name in one if one[name] != other.get(name))


def _prepared(part: Part, shard: Shard | None, report: Path) -> tuple[Plan, Preparation]:
    header, words = part.header, part.header["plan"]
    command = tuple(words["command"])
    spelled = "" if command or words["attached"] else header["target"]
    known = words["known_failures"]
    plan = Plan(
        target=TargetSpec(spelled, command, words["attached"]),
        dose=Dose(header["profile"], header["seed"]),
        level=Level(words["level"]),
        only=tuple(words["only"]),
        skip=tuple(words["skip"]),
        last_failed=words["last_failed"],
        allow_untested=tuple(words["allow_untested"]),
        known_failures=Path(known) if known else None,
        report=report,
        ruleset=words["ruleset"],
        shard=shard,
    )
    description = description_from_json(header["backend"])
    tests = None if part.shard else set(header["checks"])
    return plan, prepare_run(plan, load_ruleset(), description, tests, part.known)
