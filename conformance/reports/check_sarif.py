"""A check of documents in SARIF 2.1.0, the format in which code hosts take findings."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from conformance.contract.requirements import load_ruleset
from conformance.linting.document import Problem
from conformance.linting.outcome import CheckedFile, CheckRun
from conformance.linting.rules import CONSEQUENCES, RULES, Rule
from conformance.oracle.inspection import printable

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_INDEX = {name: index for index, name in enumerate(RULES)}


def render_sarif(run: CheckRun) -> str:
    """The report as SARIF text."""
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(run)},
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(run)],
                "artifacts": [{"location": _location(file.name)} for file in run.files],
                "results": [
                    _result(index, file.name, problem)
                    for index, file in enumerate(run.files)
                    if file.report is not None
                    for problem in file.report.problems
                ],
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False)


def _driver(run: CheckRun) -> dict[str, Any]:
    return {
        "name": "sidecar-conformance",
        "version": run.kit_version,
        "semanticVersion": run.kit_version,
        "rules": [_rule(rule) for rule in RULES.values()],
        "properties": {"ruleset": run.ruleset},
    }


def _rule(rule: Rule) -> dict[str, Any]:
    requirement = load_ruleset()[rule.requirement]
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title} What follows: {rule.follows}."},
        "help": {"text": f"{requirement.id} ({requirement.level.value}): {requirement.words}"},
        "defaultConfiguration": {"level": rule.level.value},
        "properties": {
            "requirement": rule.requirement,
            "consequence": rule.consequence.value,
            "tags": [rule.requirement, CONSEQUENCES[rule.consequence]],
        },
    }


def _result(artifact: int, name: str, problem: Problem) -> dict[str, Any]:
    rule = problem.rule
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _location(name) | {"index": artifact},
            "region": {"startLine": problem.line, "startColumn": problem.column},
        }
    }
    if problem.pointer:
        place["logicalLocations"] = [{"fullyQualifiedName": problem.pointer, "kind": "member"}]
    return {
        "ruleId": rule.name,
        "ruleIndex": _INDEX[rule.name],
        "level": rule.level.value,
        "message": {"text": f"{problem.message} ({rule.requirement}): {rule.follows}."},
        "locations": [place],
        "partialFingerprints": {"sidecarConformance/v1": _fingerprint(problem)},
        "properties": {"requirement": rule.requirement, "consequence": rule.consequence.value},
    }


def _fingerprint(problem: Problem) -> str:
    """Stays the same when lines move."""
    known = "\n".join((problem.rule.name, problem.pointer, problem.message))
    return hashlib.sha256(known.encode()).hexdigest()[:32]


def _invocation(run: CheckRun) -> dict[str, Any]:
    notifications = [_notification(file) for file in run.files if file.error]
    invocation: dict[str, Any] = {"executionSuccessful": not notifications, "exitCode": int(run.exit_code)}
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    return invocation


def _notification(file: CheckedFile) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": printable(file.error)},
        "locations": [{"physicalLocation": {"artifactLocation": _location(file.name)}}],
    }


def _location(name: str) -> dict[str, Any]:
    path = Path(name)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix().encode("utf-8", "surrogateescape"))
    return {"uri": uri}
