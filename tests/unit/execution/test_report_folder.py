"""The folder of a report: what a later run clears, and what it leaves."""

from __future__ import annotations

from pathlib import Path

from saved_results import not_conformant

from conformance.contract.requirements import load_ruleset
from conformance.execution.report_folder import clear_report
from conformance.reports import RENDERERS
from conformance.reports.html_run import render_run
from conformance.results.saved import saved_run


def test_a_run_clears_the_reports_and_the_page_of_an_earlier_one(tmp_path: Path) -> None:
    page = render_run(saved_run(not_conformant(CX_01="failed"), load_ruleset()), {})
    for name, text in {**dict.fromkeys(RENDERERS, "{}"), "index.html": page}.items():
        (tmp_path / name).write_text(text, "utf-8")
    clear_report(tmp_path)

    assert [] == list(tmp_path.iterdir())


def test_a_page_that_is_not_ours_stays(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!DOCTYPE html>\n<title>mine</title>", "utf-8")
    clear_report(tmp_path)

    assert (tmp_path / "index.html").exists()
