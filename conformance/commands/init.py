"""`init`: a starter backend with its adapter."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.templates import write_template


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--lang", required=True, help="python, rust, rust-uni-plugin, go or node")
def init(directory: Path, lang: str) -> None:
    """Write a starter backend with its adapter into DIRECTORY."""
    for path in write_template(lang, directory):
        click.echo(path)
    click.echo(f"Read {directory / 'README.md'}: what to replace, and the commands.")
