"""`serve`: a Python backend over the wire."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from conformance.adapter.serve import serve as serve_target


@click.command()
@click.argument("target")
def serve(target: str) -> int:
    """Serve the Python backend TARGET over standard input and output: the author's side of the wire."""
    sys.path.insert(0, str(Path.cwd()))
    return serve_target(target)
