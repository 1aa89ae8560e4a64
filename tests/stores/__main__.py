"""Puts stores under the kit, starts and stops what they need, and tells what it found.

    python -m tests.stores [NAME...] [--json FILE]

Exit code 0: everything is as `stores.toml` expects; 1: something is not; 3: a store could not be run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from .entries import Entry, entries
from .running import ROOT, Outcome, run
from .telling import markdown, picture

_NAMES = list(entries())


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, type=click.Choice(_NAMES), metavar="[NAME...]")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write {name: {id: verdict}}.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("stores-report"), show_default=True
)
@click.option(
    "--profile", type=click.Choice(["quick", "default", "thorough"]), default="quick", show_default=True
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="How many stores at once.")
@click.option("--list", "only_list", is_flag=True, help="Print the names, and what is expected of each.")
def main(
    names: tuple[str, ...], json_file: Path | None, output: Path, profile: str, jobs: int, only_list: bool
) -> None:
    """Put all stores, or those named, under the kit.

    The report of each goes into OUTPUT/NAME. Beside them lie the table (stores.md), the comparison page
    (comparison/) and the picture (stores.svg).
    """
    chosen = [entry for name, entry in entries().items() if not names or name in names]
    if only_list:
        for entry in chosen:
            click.echo(f"{entry.name:20} breaks {', '.join(sorted(entry.breaks)) or 'nothing'}")
        return
    left_out = [entry for entry in chosen if entry.lacks]
    outcomes = _run_all([entry for entry in chosen if not entry.lacks], output, profile, jobs)
    table = markdown(outcomes, left_out)
    click.echo(f"\n{table}")
    _write(outcomes, output, table)
    if json_file is not None:
        found = {outcome.entry.name: outcome.verdicts for outcome in outcomes}
        json_file.write_text(json.dumps(found, indent=1), "utf-8")
    surprises = [surprise for outcome in outcomes for surprise in outcome.surprises()]
    for surprise in surprises:
        click.echo(f"not as expected: {surprise}", err=True)
    sys.exit(1 if surprises else 0)


def _run_all(chosen: list[Entry], output: Path, profile: str, jobs: int) -> list[Outcome]:
    output.mkdir(parents=True, exist_ok=True)

    def one(entry: Entry) -> Outcome:
        outcome = run(entry, (output / entry.name).absolute(), "--profile", profile)
        seconds = outcome.results["run"]["duration_s"]
        click.echo(
            f"{entry.name}: breaks {', '.join(outcome.breaks) or 'nothing'}, {seconds:.0f} s", err=True
        )
        return outcome

    try:
        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(one, chosen))
    except RuntimeError as error:
        click.echo(str(error), err=True)
        sys.exit(3)


def _write(outcomes: list[Outcome], output: Path, table: str) -> None:
    (output / "stores.md").write_text(table, "utf-8")
    if not outcomes:
        return
    (output / "stores.svg").write_text(picture(outcomes), "utf-8")
    folders = [str(outcome.folder) for outcome in outcomes]
    command = [
        sys.executable,
        "-m",
        "conformance",
        "report",
        *folders,
        "-o",
        str((output / "comparison").absolute()),
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main(prog_name="python -m tests.stores")
