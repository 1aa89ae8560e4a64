"""What commands share: a target, or a command behind --, and options that several have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from conformance.commands.completion import complete_ids
from conformance.errors import UsageError
from conformance.execution.options import PLAN_OPTIONS, environment_name, parse_scale
from conformance.execution.plan import A_TARGET, TargetSpec

_F = TypeVar("_F", bound=Callable[..., Any])


class TargetCommand(click.Command):
    """A command whose `-- COMMAND ARGS...` is told apart from its TARGET."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        before, dashes, command = args, [], []
        if "--" in args:
            place = args.index("--")
            before, dashes, command = args[:place], ["--"], args[place + 1 :]
        if dashes and not command:
            raise click.UsageError("-- must be followed by a command", ctx)
        ctx.obj = tuple(command)
        return super().parse_args(ctx, before)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- COMMAND ARGS...]"]


def target_argument(function: _F) -> _F:
    """TARGET, which may stand after -- as a command instead."""
    return click.argument("target", required=False)(function)


def target_of(ctx: click.Context, target: str | None, attach: bool | None = None) -> TargetSpec:
    """The one target named; without --attach no `attach` is given. Raises UsageError for none or two."""
    if attach is None and bool(target) == bool(ctx.obj):
        raise UsageError(f"name one target: {A_TARGET}")
    return TargetSpec(target or "", ctx.obj or (), bool(attach))


def attach_option(function: _F) -> _F:
    """--attach, in place of a target."""
    return click.option("--attach", is_flag=True, help="wait for an adapter that you start by hand")(function)


def scale_option(function: _F) -> _F:
    """--timeout-scale, of the commands that are no run."""
    return click.option(
        "--timeout-scale",
        type=str,
        default="1",
        metavar="F",
        callback=lambda context, parameter, word: parse_scale(word),
        help="stretches every time limit (1)",
    )(function)


def run_options(function: _F) -> _F:
    """The options of a run, each mirrored by an environment variable."""
    for option in reversed(PLAN_OPTIONS):
        settings: dict[str, Any] = {"help": option.help_with_default, "envvar": environment_name(option.name)}
        if "ID" in option.metavar:
            settings["shell_complete"] = complete_ids
        if option.flag:
            settings["is_flag"] = True
        elif option.choices:
            settings["type"] = click.Choice(option.choices)
        else:
            settings |= {"metavar": option.metavar, "multiple": option.repeats}
        function = click.option(f"--{option.name}", option.name.replace("-", "_"), **settings)(function)
    return function
