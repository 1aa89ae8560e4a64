"""results.json: the run for programs. Its shape is fixed; `schema results` prints its JSON Schema."""

from __future__ import annotations

import json
from typing import Any

from conformance.results.run_record import RunRecord
from conformance.results.saved import digest_of
from conformance.results.verdict import CheckOutcome, RequirementResult

SCHEMA = "sidecar-conformance/results/1"


def render_results(record: RunRecord) -> str:
    """The text of results.json."""
    return json.dumps(results_form(record), indent=2, ensure_ascii=False) + "\n"


def results_form(record: RunRecord) -> dict[str, Any]:
    """results.json as a JSON value."""
    form = _form(record)
    return {**form, "digest": digest_of(form)}


def _form(record: RunRecord) -> dict[str, Any]:
    description, judgement = record.description, record.judgement
    return {
        "schema": SCHEMA,
        "kit": {"version": record.kit_version, "ruleset": record.ruleset},
        "backend": {
            "name": description.name,
            "version": description.version,
            "language": description.language,
            "target": record.target,
            "class": description.conformance_class.value,
            "capabilities": sorted(description.capabilities),
        },
        "run": {
            "profile": record.profile,
            "seed": record.seed,
            "filtered": record.filtered,
            **({"shard": record.shard} if record.shard else {}),
            **({"cut_off": record.cut_off} if record.cut_off else {}),
            "complete": record.complete,
            "level": record.level.value,
            "started_at": record.started_at,
            "duration_s": round(record.seconds, 3),
        },
        "verdict": judgement.verdict.value,
        "notes": list(judgement.notes),
        "untested": list(judgement.untested),
        "requirements": [_requirement(result, result.id in record.later) for result in record.results],
    }


def _requirement(result: RequirementResult, is_new: bool) -> dict[str, Any]:
    return {
        "id": result.id,
        "level": result.requirement.level.value,
        "verdict": result.verdict.value,
        "exercised": result.exercised,
        "reason": result.reason,
        "since": result.requirement.since,
        "new": is_new,
        "rests_on": list(result.requirement.rests_on),
        "follows_from": list(result.follows_from),
        "checks": [_check(check) for check in result.checks],
    }


def _check(check: CheckOutcome) -> dict[str, Any]:
    effort = check.effort
    return {
        "test": check.test,
        "verdict": check.verdict.value,
        "message": check.message,
        "replay": check.replay,
        "exhibits": check.exhibits,
        "effort": {
            "examples": effort.examples,
            "operations": effort.operations,
            "seconds": round(effort.seconds, 4),
            "backend_seconds": round(effort.backend_seconds, 4),
        },
    }
