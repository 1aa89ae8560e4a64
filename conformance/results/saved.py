"""A results.json read back: a run as others see it, once it is over.

A file that contradicts itself is no result: a run that was filtered, cut off or edited must never look as if
it covered the rule set.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.contract.requirements import Level, Requirement, Ruleset
from conformance.results.counterexample import Counterexample
from conformance.results.verdict import BREACHES, UNTESTED, Judgement, RunVerdict, Verdict, judge

_FAILS = BREACHES | {Verdict.KNOWN_FAILURE}
_HOLDS = frozenset({Verdict.PASSED, Verdict.KNOWN_FAILURE, Verdict.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class SavedCheck:
    """A check of a saved run. `replay` is its file, relative to results.json."""

    test: str
    verdict: Verdict
    message: str
    replay: str | None


@dataclass(frozen=True, slots=True)
class SavedRequirement:
    """The verdict on one requirement. `requirement` is None where this kit's rule set does not have it.

    `is_new` tells that it came later than the rule set of the run; `follows_from` is as in results.json.
    """

    id: str
    level: Level
    verdict: Verdict
    exercised: int
    reason: str
    checks: tuple[SavedCheck, ...]
    requirement: Requirement | None
    is_new: bool = False
    follows_from: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is required."""
        return "" if self.requirement is None else self.requirement.words


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A run that was saved. `backend`, `kit` and `run` are as in results.json."""

    kit: Mapping[str, str]
    backend: Mapping[str, Any]
    run: Mapping[str, Any]
    verdict: RunVerdict
    notes: tuple[str, ...]
    untested: tuple[str, ...]
    requirements: tuple[SavedRequirement, ...]

    @property
    def title(self) -> str:
        """The backend's name and version."""
        return f"{self.backend['name']} {self.backend['version']}".strip()

    @property
    def results(self) -> tuple[SavedRequirement, ...]:
        """The requirements, under the name that a run at hand has for them."""
        return self.requirements

    @property
    def ruleset(self) -> str:
        """The version of the rule set that the run is judged by."""
        return self.kit["ruleset"]

    @property
    def filtered(self) -> bool:
        """Whether only a part of the rule set was selected."""
        return bool(self.run["filtered"])

    @property
    def shard(self) -> str:
        """Which part of a run it is, if it is one."""
        return str(self.run.get("shard", ""))

    @property
    def later(self) -> frozenset[str]:
        """The ids of what came later than the rule set of the run."""
        return frozenset(entry.id for entry in self.new)

    @property
    def cut_off(self) -> str:
        """Why the run ended early, if it did; older results do not tell why."""
        told = str(self.run.get("cut_off", ""))
        covered = self.run["complete"] or self.filtered or self.judgement.missing
        return told or ("" if covered else "the run was cut off")

    @property
    def level(self) -> Level:
        """The weakest level whose breach counts; of older results the strictest that explains the verdict."""
        if "level" in self.run:
            return Level(self.run["level"])
        return next((level for level in Level if self.judged(level).verdict is self.verdict), Level.MUST)

    @property
    def judgement(self) -> Judgement:
        """The verdict that is saved, and why."""
        return replace(self.judged(self.level), verdict=self.verdict)

    def judged(self, level: Level) -> Judgement:
        """The judgement that follows from what is saved, where `level` is the weakest that counts.

        That the run was cut off shows in what is complete, unless something else keeps it from being that.
        """
        judged = judge(
            [entry for entry in self.requirements if not entry.is_new],
            level=level,
            allow_untested=self.untested,
            filtered=self.filtered,
            finished=True,
            complaints=self.notes,
            new=self.new,
        )
        if judged.verdict is RunVerdict.CONFORMANT and not self.run["complete"]:
            return replace(judged, verdict=RunVerdict.INCOMPLETE)
        return judged

    @property
    def whole(self) -> bool:
        """Whether the run covers the whole rule set."""
        return bool(self.run["complete"] and not self.run["filtered"])

    def of(self, verdicts: Collection[Verdict]) -> tuple[SavedRequirement, ...]:
        """The requirements of these verdicts that count, in catalogue order."""
        return tuple(e for e in self.requirements if e.verdict in verdicts and not e.is_new)

    @property
    def new(self) -> tuple[SavedRequirement, ...]:
        """The requirements that came later than the rule set of the run: they change no verdict."""
        return tuple(entry for entry in self.requirements if entry.is_new)

    def by_id(self) -> dict[str, SavedRequirement]:
        """The requirements by id."""
        return {entry.id: entry for entry in self.requirements}


@dataclass(frozen=True, slots=True)
class Replay:
    """The replay file of a failing check: where the report has it, and what it holds.

    Without a counterexample it could not be read; `trouble` says why.
    """

    link: str
    counterexample: Counterexample | None
    trouble: str = ""


def digest_of(form: Mapping[str, Any]) -> str:
    """SHA-256 of results.json without its member `digest`, as canonical JSON."""
    members = {name: value for name, value in form.items() if name != "digest"}
    text = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def saved_run(form: Mapping[str, Any], ruleset: Ruleset) -> SavedRun:
    """The run that a results.json tells of. The form fits its schema already.

    Raises ValueError for one that contradicts itself, lacks a part of the rule set or was changed afterwards;
    that nothing was changed is not asked of older results, which have no digest.
    """
    run = SavedRun(
        form["kit"],
        form["backend"],
        form["run"],
        RunVerdict(form["verdict"]),
        tuple(form.get("notes", ())),
        tuple(form.get("untested", ())),
        tuple(_requirement(entry, ruleset) for entry in form["requirements"]),
    )
    for contradiction in _contradictions(run, ruleset):
        raise ValueError(contradiction)
    if form.get("digest", digest := digest_of(form)) != digest:
        raise ValueError("its digest is not that of what it holds: it was changed after the run")
    return run


def _requirement(form: Mapping[str, Any], ruleset: Ruleset) -> SavedRequirement:
    return SavedRequirement(
        form["id"],
        Level(form["level"]),
        Verdict(form["verdict"]),
        form["exercised"],
        form.get("reason", ""),
        tuple(
            SavedCheck(check["test"], Verdict(check["verdict"]), check["message"], check["replay"])
            for check in form["checks"]
        ),
        _known(form["id"], ruleset),
        form.get("new", False),
        tuple(form.get("follows_from", ())),
    )


def _known(id: str, ruleset: Ruleset) -> Requirement | None:
    return next((requirement for requirement in ruleset.requirements if requirement.id == id), None)


def _contradictions(run: SavedRun, ruleset: Ruleset) -> Iterator[str]:
    ids = [entry.id for entry in run.requirements]
    if len(set(ids)) < len(ids):
        yield "it names a requirement twice"
    yield from _gaps(run, ruleset)
    if run.run["complete"] and run.run["filtered"]:
        yield "it says that the run was complete, and that it was filtered"
    unseen = [entry.id for entry in run.of({Verdict.PASSED}) if not entry.exercised]
    if unseen:
        yield f"{unseen[0]} passed without being exercised"
    if run.verdict is RunVerdict.CONFORMANT:
        yield from _against_conformance(run)
    for entry in run.requirements:
        yield from _against_checks(entry)
    yield from _against_judgement(run)


def _against_checks(entry: SavedRequirement) -> Iterator[str]:
    """A verdict that the checks of the requirement did not find."""
    says = f"it says that {entry.id} is {entry.verdict.value}"
    failed = [check.test for check in entry.checks if check.verdict in _FAILS]
    if failed and entry.verdict not in _FAILS:
        yield f"{says}, and that {failed[0]} failed"
    if not failed and entry.verdict in _FAILS - {Verdict.STALE_KNOWN_FAILURE}:
        yield f"{says}, and none of its checks failed"
    if entry.verdict is Verdict.PASSED:
        others = [check for check in entry.checks if check.verdict is not Verdict.PASSED]
        for check in others:
            yield f"{says}, and that {check.test} is {check.verdict.value}"
        if not entry.checks:
            yield f"{says}, and of no check of it"


def _against_judgement(run: SavedRun) -> Iterator[str]:
    """What the run says of itself, and does not follow from what it says of the requirements."""
    by_id = run.by_id()
    for id in run.untested:
        if id not in by_id or by_id[id].verdict not in UNTESTED:
            was = by_id[id].verdict.value if id in by_id else "not told of"
            yield f"it says that {id} is untested by permission, and {id} is {was}"
    judged = run.judged(run.level)
    if run.run["complete"] and judged.missing:
        missing = by_id[judged.missing[0]]
        yield f"it says that the run was complete, and {missing.id} is {missing.verdict.value}"
    if judged.verdict is run.verdict or _was_unreachable(run):
        return
    breaches = [f"{id} ({by_id[id].level.value}) is {by_id[id].verdict.value}" for id in judged.breaches]
    missing_ids = [f"{id} ({by_id[id].level.value}) is {by_id[id].verdict.value}" for id in judged.missing]
    why = [*breaches, *run.notes, *missing_ids, f"what it tells of is {judged.verdict.value}"]
    yield f"it says {run.verdict.value}, and {why[0]}"


def _was_unreachable(run: SavedRun) -> bool:
    """Whether nothing could be asked of the backend: that is an error, whatever is said of it."""
    unasked = all(entry.verdict is Verdict.NOT_REACHED for entry in run.requirements)
    return run.verdict is RunVerdict.ERROR and unasked


def _gaps(run: SavedRun, ruleset: Ruleset) -> Iterator[str]:
    """What the run must tell of, by its rule set, and does not; none for a rule set that is unknown here."""
    version = run.kit["ruleset"]
    if version not in ruleset.versions:
        return
    owed = ruleset.at(version)
    told = {entry.id for entry in run.requirements if not entry.is_new}
    missing = [each for each in owed.requirements if each.id not in told]
    if told - set(owed.ids()) or not all(_was_part(each, version, told) for each in missing):
        yield f"it covers {len(told)} requirements, and rule set {version} has {len(owed.ids())}"


def _was_part(requirement: Requirement, version: str, told: Collection[str]) -> bool:
    """Whether results from before the rule set was frozen tell of a requirement under other ids."""
    parts = set(requirement.part_of)
    return requirement.since == version and bool(parts) and parts.issubset(told)


def _against_conformance(run: SavedRun) -> Iterator[str]:
    if not run.whole:
        yield "it says conformant of a run that is not complete"
    for entry in run.requirements:
        if entry.is_new:
            continue
        let_off = entry.verdict in UNTESTED and entry.id in run.untested
        if entry.level is Level.MUST and entry.verdict not in _HOLDS and not let_off:
            yield f"it says conformant, and {entry.id} (MUST) is {entry.verdict.value}"
    if not run.of({Verdict.PASSED, Verdict.KNOWN_FAILURE} | BREACHES):
        yield "it says conformant of a run in which nothing was seen to hold"
