"""A run in SARIF 2.1.0, the format in which code hosts take findings: a result a broken requirement."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from conformance.contract.requirements import Level
from conformance.reports.causes import failing
from conformance.reports.check_sarif import SCHEMA
from conformance.reports.explanation import explain_failure
from conformance.reports.reasons import headline
from conformance.results.known_failures import claim_of
from conformance.results.run_record import RunRecord
from conformance.results.verdict import EXIT_CODES, CheckOutcome, RequirementResult, RunVerdict, Verdict

_LEVELS = {Level.MUST: "error", Level.SHOULD: "warning", Level.MAY: "note"}
_SHOWN = {Verdict.FAILED, Verdict.TIMEOUT, Verdict.KNOWN_FAILURE}
_BROKEN = {Verdict.FAILED, Verdict.TIMEOUT}


def render_run_sarif(record: RunRecord) -> str:
    """The run as SARIF text. A known failure is there, as suppressed."""
    rules = [result.requirement for result in record.results]
    index = {rule.id: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "sidecar-conformance",
                "version": record.kit_version,
                "semanticVersion": record.kit_version,
                "rules": [
                    {
                        "id": rule.id,
                        "shortDescription": {"text": rule.words},
                        "help": {"text": f"sidecar-conformance explain {rule.id}"},
                        "defaultConfiguration": {"level": _LEVELS[rule.level]},
                    }
                    for rule in rules
                ],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": record.judgement.verdict
                in {RunVerdict.CONFORMANT, RunVerdict.NOT_CONFORMANT},
                "exitCode": int(EXIT_CODES[record.judgement.verdict]),
                "exitCodeDescription": headline(record),
            }
        ],
        "results": [
            _result(record, result, check, index[result.id])
            for result in record.results
            if result.verdict in _SHOWN
            for check in result.checks
            if check.verdict in _BROKEN
        ],
        "properties": {"ruleset": record.ruleset, "target": record.target, "seed": record.seed},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(record: RunRecord, result: RequirementResult, check: CheckOutcome, index: int) -> dict[str, Any]:
    """One failure. It lies in no file of the author's: what is named in its place is the target."""
    counts = result.id not in record.later and result.id not in record.judgement.warnings
    found: dict[str, Any] = {
        "ruleId": result.id,
        "ruleIndex": index,
        "level": _LEVELS[result.requirement.level] if counts else "note",
        "message": {"text": explain_failure(result.requirement, check, record.report)},
        "locations": [{"logicalLocations": [{"fullyQualifiedName": record.target, "kind": "module"}]}],
        "partialFingerprints": {"sidecarConformance/v1": _fingerprint(result, check)},
        "properties": {"followsFrom": list(result.follows_from), "replay": check.replay},
    }
    if not failing(result):
        found["suppressions"] = [{"kind": "external", "justification": result.reason}]
    return found


def _fingerprint(result: RequirementResult, check: CheckOutcome) -> str:
    """Stays the same as long as the same claim does not hold."""
    return hashlib.sha256(f"{result.id}\n{claim_of(check)}".encode()).hexdigest()[:32]
