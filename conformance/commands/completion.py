"""`completion`: what a shell needs to complete commands, options and requirement ids."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem, get_completion_class

from conformance.contract.requirements import load_ruleset

PROGRAM = "sidecar-conformance"
VARIABLE = "_SIDECAR_CONFORMANCE_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, /, shell: str) -> None:
    """Print the completion script for SHELL.

    bash: `eval "$(sidecar-conformance completion bash)"` in ~/.bashrc; zsh the same in ~/.zshrc;
    fish: `sidecar-conformance completion fish | source`.
    """
    completer = get_completion_class(shell)
    assert completer is not None
    program = ctx.find_root().command
    click.echo(completer(program, {}, PROGRAM, VARIABLE).source())


def complete_ids(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The requirement ids and chapters that go on so; of a list, its last entry."""
    done, comma, last = incomplete.rpartition(",")
    ids = load_ruleset().ids()
    chapters = dict.fromkeys(id.partition("-")[0] for id in ids)
    return [
        CompletionItem(f"{done}{comma}{word}") for word in (*chapters, *ids) if word.startswith(last.upper())
    ]
