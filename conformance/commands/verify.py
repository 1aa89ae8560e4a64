"""`verify`: is a report what its run found?"""

from __future__ import annotations

from pathlib import Path

import click

from conformance.errors import ExitCode
from conformance.execution.rejoining import doctored, only_run, read_part
from conformance.reports.visible import visible
from conformance.results.wording import plural


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
def verify(directory: Path) -> int:
    """Judge the run whose report is DIRECTORY again, from its journal, and compare with what the report says.

    Exit code 0: verdicts, counts and digests are right; 1: the report was changed; 4: it cannot be judged
    again. It says nothing of whether the backend conforms.
    """
    part = read_part(directory)
    differences = list(doctored(part))
    for difference in differences:
        click.echo(f"changed: {visible(difference)}")
    verdict = only_run(part).judgement.verdict.value.replace("_", " ")
    if differences:
        click.echo(f"{directory} is not what the run found, which was: {verdict}")
        return int(ExitCode.NOT_CONFORMANT)
    click.echo(f"{directory} is as its run left it: {verdict}, {plural(len(part.outcomes), 'check')}")
    return int(ExitCode.CONFORMANT)
