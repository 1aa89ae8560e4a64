"""A results.json as the kit writes it, to alter."""

from __future__ import annotations

from typing import Any

from conformance.contract.requirements import Level, Requirement, load_ruleset
from conformance.results.causes import roots

_LATER_MEMBERS = frozenset({"since", "new", "rests_on", "follows_from"})
_UNTESTED = frozenset({"not_testable", "not_reached", "error"})
_BROKEN = frozenset({"failed", "timeout", "known_failure"})


def results_form(**verdicts: str) -> dict[str, Any]:
    """Everything passed, but for the ids given, such as UP_01="failed"."""
    given = {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    causes = roots((id for id, verdict in given.items() if verdict in _BROKEN), load_ruleset())
    return {
        "schema": "sidecar-conformance/results/1",
        "kit": {"version": "0.1.0", "ruleset": load_ruleset().version},
        "backend": {
            "name": "a <b>backend</b>",
            "version": "1.2",
            "language": "Rust",
            "target": "-- ./adapter --flag",
            "class": "sidecar",
            "capabilities": ["clock", "document"],
        },
        "run": {
            "profile": "default",
            "seed": 7,
            "filtered": False,
            "complete": not any(_keeps_incomplete(*each) for each in given.items()),
            "started_at": "2026-11-25T10:00:00+00:00",
            "duration_s": 12.5,
        },
        "verdict": "conformant",
        "notes": [],
        "untested": [],
        "requirements": [
            _entry(requirement, given.get(requirement.id, "passed"), causes.get(requirement.id, ()))
            for requirement in load_ruleset().requirements
        ],
    }


def _keeps_incomplete(id: str, verdict: str) -> bool:
    return verdict in _UNTESTED and load_ruleset()[id].level is Level.MUST


def _entry(requirement: Requirement, verdict: str, causes: tuple[str, ...]) -> dict[str, Any]:
    id = requirement.id
    failed = verdict in _BROKEN
    check = {
        "test": f"test_{id.replace('-', '_')}_something_holds",
        "verdict": "failed" if failed else verdict,
        "message": "a claim that is <broken>" if failed else "",
        "replay": f"replays/{id}-1.json" if failed else None,
    }
    return {
        "id": id,
        "level": requirement.level.value,
        "verdict": verdict,
        "exercised": 5 if verdict == "passed" or failed else 0,
        "reason": "" if verdict == "passed" else f"the reason of {id}",
        "since": requirement.since,
        "new": False,
        "rests_on": list(requirement.rests_on),
        "follows_from": list(causes),
        "checks": [check],
    }


def entry_of(form: dict[str, Any], id: str) -> dict[str, Any]:
    """The entry of a requirement."""
    found: dict[str, Any] = next(entry for entry in form["requirements"] if entry["id"] == id)
    return found


def not_conformant(**verdicts: str) -> dict[str, Any]:
    """A complete run that is not conformant."""
    return results_form(**verdicts) | {"verdict": "not_conformant"}


def of_rule_set(version: str, form: dict[str, Any]) -> dict[str, Any]:
    """The same run, judged by an older rule set: what came later is new."""
    ids = load_ruleset(version).ids()
    form["kit"]["ruleset"] = version
    for entry in form["requirements"]:
        entry["new"] = entry["id"] not in ids
    return form


def as_it_was() -> dict[str, Any]:
    """A results.json from before rule set 1.0 was frozen: without later requirements and later members."""
    form = of_rule_set("1.0", results_form())
    form["requirements"] = [
        {name: value for name, value in entry.items() if name not in _LATER_MEMBERS}
        for entry in form["requirements"]
        if not entry["new"] and entry["id"] != "CR-15"
    ]
    return form


def filtered() -> dict[str, Any]:
    """A run of a part of the rule set, in which all went well."""
    form = results_form() | {"verdict": "incomplete"}
    form["run"] |= {"filtered": True, "complete": False}
    return form


def excused() -> dict[str, Any]:
    """A conformant run with one requirement untested by permission."""
    form = results_form(CR_02="not_testable") | {"untested": ["CR-02"]}
    form["run"]["complete"] = True
    return form
