"""The formats of a check of documents: pure functions from a run to text. One renderer a file, one table."""

from __future__ import annotations

from collections.abc import Callable

from conformance.linting.outcome import CheckRun
from conformance.reports.check_json import render_json
from conformance.reports.check_sarif import render_sarif
from conformance.reports.check_text import render_text

CHECK_FORMATS: dict[str, Callable[[CheckRun], str]] = {
    "text": render_text,
    "json": render_json,
    "sarif": render_sarif,
}
