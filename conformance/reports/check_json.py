"""A check of documents for programs; `schema check` prints the JSON Schema of its shape."""

from __future__ import annotations

import json
from typing import Any

from conformance.linting.document import Problem
from conformance.linting.instants import write_instant
from conformance.linting.outcome import CheckedFile, CheckRun
from conformance.oracle.inspection import printable

SCHEMA = "sidecar-conformance/check/1"


def render_json(run: CheckRun) -> str:
    """The report as JSON text."""
    form = {
        "schema": SCHEMA,
        "kit": {"version": run.kit_version, "ruleset": run.ruleset},
        "now": write_instant(run.now),
        "level": run.level.value,
        "sound": all(run.is_sound(file) for file in run.files),
        "files": [_file(run, file) for file in run.files],
    }
    return json.dumps(form, indent=2, ensure_ascii=False)


def _file(run: CheckRun, file: CheckedFile) -> dict[str, Any]:
    report = file.report
    return {
        "file": printable(file.name),
        "error": printable(file.error) or None,
        "sound": run.is_sound(file),
        "refused": None if report is None else report.refused,
        "rows": None if report is None else report.rows,
        "loaded": None if report is None else report.loaded,
        "problems": [] if report is None else [_problem(problem) for problem in report.problems],
        "fix": None if file.fix is None else _fix(file),
    }


def _problem(problem: Problem) -> dict[str, Any]:
    rule = problem.rule
    return {
        "rule": rule.name,
        "level": rule.level.value,
        "requirement": rule.requirement,
        "pointer": problem.pointer,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "consequence": rule.consequence.value,
        "follows": rule.follows,
    }


def _fix(file: CheckedFile) -> dict[str, Any]:
    assert file.fix is not None
    return {
        "written": printable(file.fix.written) or None,
        "obstacle": file.fix.obstacle or None,
        "left": file.fix.left,
        "changes": list(file.fix.changes),
    }
