"""Reports: pure functions from a run to text. One renderer a file, one table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.reports.junit import render_junit
from conformance.reports.results_json import render_results
from conformance.results.run_record import RunRecord

RENDERERS: dict[str, Callable[[RunRecord], str]] = {
    "results.json": render_results,
    "junit.xml": render_junit,
}


def write_reports(record: RunRecord, directory: Path) -> None:
    """Write every report of the table into a directory that exists."""
    for name, render in RENDERERS.items():
        (directory / name).write_text(render(record), "utf-8")
