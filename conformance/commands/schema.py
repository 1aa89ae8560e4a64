"""`schema`: the JSON Schemas."""

from __future__ import annotations

import click

from conformance.schemas import schema_names, schema_text


@click.command()
@click.argument("name", required=False)
def schema(name: str | None) -> None:
    """Print the JSON Schema NAME; without a name, say which there are."""
    if name is None:
        click.echo("\n".join(schema_names()))
        return
    click.echo(schema_text(name), nl=False)
