"""Reads the results files of other runs."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from conformance.contract.requirements import load_ruleset
from conformance.errors import UsageError, reason_of
from conformance.results.saved import SavedRun, saved_run
from conformance.schemas import schema_text

RESULTS_NAME = "results.json"
_SCHEMA = "sidecar-conformance/results/1"


def results_file(path: Path) -> Path:
    """The results file that a path names: itself, or the one in a report directory."""
    return path / RESULTS_NAME if path.is_dir() else path


def read_results(path: Path) -> SavedRun:
    """The run that a report directory, or its results.json, tells of. Raises UsageError."""
    file = results_file(path)
    try:
        form = json.loads(file.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read {file}: {reason_of(error)}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is no JSON, perhaps because it was cut off: {error}") from None
    if not isinstance(form, dict) or form.get("schema") != _SCHEMA:
        raise UsageError(f"{file} is not of schema {_SCHEMA}; `run` writes it as {RESULTS_NAME}")
    try:
        jsonschema.validate(form, json.loads(schema_text("results")))
        return saved_run(form, load_ruleset())
    except jsonschema.ValidationError as error:
        place = "/".join(map(str, error.absolute_path)) or "the whole"
        raise UsageError(f"{file} does not fit schema {_SCHEMA}, at {place}: {error.message[:200]}") from None
    except ValueError as error:
        raise UsageError(f"{file} cannot be trusted: {error}") from None
