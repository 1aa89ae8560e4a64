"""What a requirement says is told in the same words wherever it stands: none names what is not shipped."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from making import failure, record
from saved_results import not_conformant

from conformance.commands.list import list_requirements
from conformance.contract.requirements import load_ruleset
from conformance.reports.catalogue import render_catalogue
from conformance.reports.html_matrix import render_matrix
from conformance.reports.html_run import render_run
from conformance.reports.junit import render_junit
from conformance.reports.sarif import render_run_sarif
from conformance.results.run_record import RunRecord
from conformance.results.saved import saved_run
from conformance.results.verdict import conclude

CRON = load_ruleset()["NF-05"]
SAVED = saved_run(not_conformant(NF_05="failed"), load_ruleset())


def recorded() -> RunRecord:
    found = failure("NF-05")
    return record([found], results=(conclude(CRON, [found]),))


@pytest.mark.parametrize(
    "shown",
    [
        CliRunner().invoke(list_requirements).output,
        render_catalogue(load_ruleset()),
        render_run(SAVED, {}),
        render_matrix([SAVED], ["a.html"]),
        render_run_sarif(recorded()),
        render_junit(recorded()),
    ],
    ids=["list", "catalogue", "page", "matrix", "sarif", "junit"],
)
def test_it_names_the_command_that_prints_a_document(shown: str) -> None:
    assert "cron_dialect.md" not in shown
    assert "sidecar-conformance explain NF-05" in shown
