"""The command line. Exit codes are those of `conformance.errors.ExitCode`."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from importlib import import_module
from typing import NoReturn

import click

from conformance import __version__
from conformance.commands.streams import make_streams_safe, silence_output
from conformance.errors import ExitCode, SidecarConformanceError
from conformance.execution.options import (
    refuse_unknown_variables,
)
from conformance.reports.visible import visible, visible_lines


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    make_streams_safe()
    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) is signal.SIG_DFL:
            signal.signal(ending, _interrupt)
    sys.exit(run_command_line(arguments))


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def run_command_line(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit code."""
    try:
        refuse_unknown_variables(os.environ)
        code = cli.main(arguments, prog_name="sidecar-conformance", standalone_mode=False)
        return int(code or 0)
    except SidecarConformanceError as error:
        click.echo(f"sidecar-conformance: {visible_lines(str(error))}", err=True)
        return int(error.exit_code)
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except (KeyboardInterrupt, click.Abort) as interruption:
        # click makes an Abort of it
        words = str(interruption.__cause__ or interruption)
        click.echo(f"sidecar-conformance: interrupted{words and ': '}{words}", err=True)
        return int(ExitCode.INTERRUPTED)
    except click.exceptions.Exit as end:
        return int(end.exit_code)
    except SystemExit as end:
        if COMPLETING in os.environ:  # click has told the shell, and ends so
            return int(end.code or 0)
        silence_output()
        return int(ExitCode.KIT_FAILED)
    except BrokenPipeError:
        # Whoever read our output has gone, of which click makes an exit: nobody is left to tell.
        silence_output()
        return int(ExitCode.KIT_FAILED)
    except Exception as error:
        click.echo(f"sidecar-conformance: {_what_failed(error)}", err=True)
        return int(ExitCode.KIT_FAILED)


def _what_failed(error: Exception) -> str:
    """A sentence on an error that nobody foresaw; where it happened is kept in a file for its report."""
    words = f"the kit failed: {type(error).__name__}: {visible(str(error))}"
    if isinstance(error, OSError):
        return words
    descriptor, name = tempfile.mkstemp(prefix="sidecar-conformance-failure-", suffix=".txt")
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(traceback.format_exc())
    return f"{words}; please report it with {name}"


COMPLETING = "_SIDECAR_CONFORMANCE_COMPLETE"


class LazyGroup(click.Group):
    """Commands that are imported when they are asked for, so that none pays for what another needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = getattr(import_module(f"conformance.commands.{name}"), COMMANDS[name])
        assert isinstance(command, click.Command)
        return command


COMMANDS = {
    # the command, which is a module of `commands` -> what it is called there
    "check": "check",
    "compare": "compare",
    "completion": "completion",
    "crash": "crash",
    "explain": "explain",
    "golden": "golden",
    "guide": "guide",
    "init": "init",
    "list": "list_requirements",
    "merge": "merge",
    "replay": "replay",
    "report": "report",
    "run": "run",
    "schema": "schema",
    "selftest": "selftest",
    "serve": "serve",
    "smoke": "smoke",
    "verify": "verify",
}


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sidecar-conformance")
def cli() -> None:
    """Is a uni-db SchedulerPersistence backend right?"""
