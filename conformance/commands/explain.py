"""`explain`: one requirement."""

from __future__ import annotations

import click

from conformance.contract.requirements import load_ruleset
from conformance.errors import UsageError
from conformance.reports.requirement import explain_requirement


@click.command()
@click.argument("id")
def explain(id: str) -> None:
    """Explain the requirement ID: its text, where it comes from, how it is checked."""
    wanted = id.upper()
    if wanted not in load_ruleset():
        raise UsageError(
            f"{id} is no requirement of rule set {load_ruleset().version}; `list` shows them all"
        )
    click.echo(explain_requirement(load_ruleset()[wanted]))
