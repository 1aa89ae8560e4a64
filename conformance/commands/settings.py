"""`run --show-config`: every setting, and where its value comes from."""

from __future__ import annotations

import click
from click.core import ParameterSource

from conformance.execution.options import PLAN_OPTIONS, environment_name
from conformance.execution.settings import Settings

_FROM = {
    ParameterSource.COMMANDLINE: "the command line",
    ParameterSource.DEFAULT: "default",
    ParameterSource.DEFAULT_MAP: "the file",
}


def show_settings(ctx: click.Context, settings: Settings, target: str, target_from: str) -> str:
    """Every setting of a run, its value, and where that comes from."""
    lines = [
        f"settings file: {settings.file or 'none'}",
        "",
        f"{'target':<20} {target or '-'}  ({target_from})",
    ]
    for option in PLAN_OPTIONS:
        name = option.name.replace("-", "_")
        source = ctx.get_parameter_source(name)
        where = _FROM.get(source, "default") if source else "default"
        if source is ParameterSource.ENVIRONMENT:
            where = environment_name(option.name)
        if source is ParameterSource.DEFAULT_MAP:
            where = str(settings.file)
        value = ctx.params.get(name)
        shown = ", ".join(value) if isinstance(value, tuple | list) else value
        lines.append(f"{option.name:<20} {'-' if shown in (None, '') else shown}  ({where})")
    return "\n".join(lines)
