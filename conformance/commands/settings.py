"""`run --show-config`: every setting, and where its value comes from."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

from conformance.contract.requirements import load_ruleset
from conformance.execution.options import PLAN_OPTIONS, PlanOption, default_workers, environment_name
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
        shown = _shown(ctx.params.get(name)) or _default(option, bool(ctx.params.get("attach"))) or "-"
        lines.append(f"{option.name:<20} {shown}  ({where})")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple | list) else str(value or "")


def _default(option: PlanOption, attached: bool) -> str:
    """What the option is where nothing was said; empty where that is nothing, or is for the run to find."""
    match option.name:
        case "workers":
            return default_workers(attached)
        case "ruleset":
            return load_ruleset().versions[-1]
        case _:
            return option.default
