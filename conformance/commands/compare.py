"""`compare`: two runs, and what newly fails."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.execution.results_files import read_results
from conformance.reports.comparison import render_comparison
from conformance.results.comparison import compare_runs


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
def compare(old: Path, new: Path) -> int:
    """Say what newly fails, what was mended and what stayed from the run OLD to the run NEW.

    Each is a report directory or its results.json. Exit code 0: nothing newly fails; 1: something does;
    5: what held in OLD was not tested in NEW; 4: a file is no results file, contradicts itself or was
    changed.
    """
    comparison = compare_runs(read_results(old), read_results(new))
    click.echo(render_comparison(comparison), nl=False)
    return int(comparison.exit_code)
