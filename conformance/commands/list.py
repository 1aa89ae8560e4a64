"""`list`: the rule set, a line each."""

from __future__ import annotations

import click

from conformance.contract.classes import ConformanceClass
from conformance.contract.requirements import load_ruleset


@click.command(name="list")
@click.option("--class", "class_", type=click.Choice([each.value for each in ConformanceClass]))
def list_requirements(class_: str | None) -> None:
    """List the rule set: id, level, the classes that owe it, what it needs, its text."""
    for requirement in load_ruleset().requirements:
        if class_ is None or ConformanceClass(class_) in requirement.applies:
            classes = ",".join(each.value for each in ConformanceClass if each in requirement.applies)
            needs = f" needs {requirement.needs}" if requirement.needs else ""
            click.echo(
                f"{requirement.id}  {requirement.level.value:<6}  [{classes}]{needs}  {requirement.text}"
            )
