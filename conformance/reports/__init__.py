"""Reports: pure functions from a run to text. One renderer a file, one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conformance.reports.junit import render_junit
from conformance.reports.results_json import render_results
from conformance.reports.sarif import render_run_sarif
from conformance.results.run_record import RunRecord

RENDERERS: dict[str, Callable[[RunRecord], str]] = {
    "results.json": render_results,
    "junit.xml": render_junit,
    "results.sarif": render_run_sarif,
}


def render_reports(record: RunRecord) -> Iterator[tuple[str, str]]:
    """The name and the text of every report of the table."""
    for name, render in RENDERERS.items():
        yield name, render(record)
