"""`list`: the rule set, a line each."""

from __future__ import annotations

import click

from conformance.contract.classes import ConformanceClass
from conformance.contract.requirements import load_ruleset
from conformance.reports.catalogue import render_catalogue


@click.command(name="list")
@click.option("--class", "class_", type=click.Choice([each.value for each in ConformanceClass]))
@click.option("--markdown", is_flag=True, help="the whole catalogue as a page")
def list_requirements(class_: str | None, markdown: bool) -> None:
    """List the rule set: id, level, the classes that owe it, what it needs, its text."""
    if markdown:
        click.echo(render_catalogue(load_ruleset()), nl=False)
        return
    for requirement in load_ruleset().requirements:
        if class_ is None or ConformanceClass(class_) in requirement.applies:
            classes = ",".join(each.value for each in ConformanceClass if each in requirement.applies)
            needs = f" needs {requirement.needs}" if requirement.needs else ""
            click.echo(
                f"{requirement.id}  {requirement.level.value:<6}  [{classes}]{needs}  {requirement.words}"
            )
