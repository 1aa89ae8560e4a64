"""`explain`: one requirement."""

from __future__ import annotations

import difflib
import inspect
from functools import cache

import click

from conformance.commands.completion import complete_ids
from conformance.commands.selftest import Mutant, find_mutants
from conformance.contract.requirements import Requirement, load_ruleset
from conformance.errors import KitError, UsageError
from conformance.oracle import cron_dialect
from conformance.reports.requirement import HowChecked, explain_requirement
from conformance.suite.chapters import checks_for
from conformance.testing.verifies import Check

_MOST_CAUSES = 8
_DIALECT = "NF-05"


def how_checked(id: str) -> tuple[HowChecked, ...]:
    """The checks of a requirement, for people."""
    return tuple(_in_words(check) for check in checks_for(id))


def _in_words(check: Check) -> HowChecked:
    claim = check.test.removeprefix(f"test_{check.requirement.replace('-', '_')}_").replace("_", " ")
    if check.generated:
        examples = "generated examples"
    else:
        examples = "a list of cases, all of them" if check.cases is not None else "one example"
    return HowChecked(claim, examples, inspect.cleandoc(check.body.__doc__ or ""))


@cache
def _mutants() -> tuple[Mutant, ...]:
    return find_mutants()


def usual_causes(id: str) -> tuple[str, ...]:
    """What breaks a requirement: the defects that the kit is tried on, those first that break little else."""
    try:
        mutants = [mutant for mutant in _mutants() if id in mutant.breaks]
    except KitError:  # a package without mutants still explains the rest
        return ()
    mutants.sort(key=lambda mutant: len(mutant.breaks))
    return tuple(mutant.defect.partition("\n\n")[0] for mutant in mutants[:_MOST_CAUSES])


@cache
def explanation(requirement: Requirement) -> str:
    """All that there is to say of a requirement."""
    return explain_requirement(requirement, how_checked(requirement.id), usual_causes(requirement.id))


@click.command()
@click.argument("id", shell_complete=complete_ids)
def explain(id: str) -> None:
    """Explain the requirement ID: its text and source, how it is checked, what breaks it and mends it."""
    wanted = id.upper()
    ruleset = load_ruleset()
    if wanted not in ruleset:
        close = difflib.get_close_matches(wanted, ruleset.ids(), 1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise UsageError(f"{id} is no requirement of rule set {ruleset.version}; {hint}`list` shows them all")
    click.echo(explanation(ruleset[wanted]))
    if wanted == _DIALECT:
        click.echo(f"\nthe dialect\n{inspect.cleandoc(cron_dialect.__doc__ or '')}")
