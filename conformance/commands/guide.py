"""`guide`: the documentation."""

from __future__ import annotations

from difflib import get_close_matches

import click
from rich.markdown import Markdown

from conformance.commands.streams import a_console
from conformance.errors import UsageError
from conformance.guide import topics


@click.command()
@click.argument("topic", required=False)
def guide(topic: str | None) -> None:
    """Show the TOPIC of the guide; without one, list them. Through a pipe it comes as Markdown."""
    pages = topics()
    if topic is None:
        width = max(map(len, pages))
        for page in pages.values():
            click.echo(f"{page.name:<{width}}  {page.title}")
        return
    if topic not in pages:
        near = get_close_matches(topic, pages, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"the guide has no topic {topic}, but {', '.join(pages)}{hint}")
    console = a_console()
    if console.is_terminal:
        console.print(Markdown(pages[topic].text))
    else:
        click.echo(pages[topic].text, nl=False)
