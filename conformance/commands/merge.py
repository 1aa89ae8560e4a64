"""`merge`: the shards of a run, judged as one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from conformance.commands.streams import a_console
from conformance.contract.requirements import load_ruleset
from conformance.errors import UsageError
from conformance.execution.judging import conclude_run
from conformance.execution.rejoining import Part, doctored, joined, read_part
from conformance.execution.report_folder import JOURNAL, clear_report, home_of, make_room, write_report
from conformance.execution.report_writer import ReportWriter
from conformance.reports.terminal import print_summary
from conformance.results.journal import JournalWriter
from conformance.results.run_record import RunRecord
from conformance.results.verdict import EXIT_CODES


@click.command()
@click.argument("directories", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", "directory", required=True, type=click.Path(path_type=Path, file_okay=False))
def merge(directories: tuple[Path, ...], directory: Path) -> int:
    """Make one report of the shards of a run, and judge them as one.

    Each DIR is the report of `run --shard K/N`. The exit code is that of a run; 4: a shard is missing,
    is there twice, is of another run, or was changed.
    """
    record = merge_parts([read_part(folder) for folder in directories], directory)
    print_summary(record, a_console())
    return int(EXIT_CODES[record.judgement.verdict])


def merge_parts(parts: Sequence[Part], directory: Path) -> RunRecord:
    """Write the report of the whole run. Raises UsageError for parts that do not make one.

    Shards of a filtered run, or of one that was cut off, leave the report of a whole run in its place.
    """
    _refuse_one_of_them(parts, directory)
    for part in parts:
        for difference in doctored(part):
            raise UsageError(f"{part.folder} cannot be trusted: {difference}")
    whole = joined(parts, directory)
    if whole.preparation.filtered or whole.course.cut_off:
        directory = home_of(directory)
        _refuse_one_of_them(parts, directory)
        whole = replace(whole, plan=replace(whole.plan, report=directory))
    make_room(directory)
    clear_report(directory)
    with JournalWriter(directory / JOURNAL) as journal:
        recorder = ReportWriter(whole.plan, whole.preparation, journal)
        for folder, outcome in whole.outcomes:
            recorder.record(replace(outcome, replay=None))
            if outcome.exhibits is not None:
                shutil.copytree(folder / outcome.exhibits, directory / outcome.exhibits, dirs_exist_ok=True)
        record = conclude_run(whole.plan, whole.preparation, recorder.outcomes, load_ruleset(), whole.course)
        write_report(record, directory)
        recorder.end(record)
    return record


def _refuse_one_of_them(parts: Sequence[Part], directory: Path) -> None:
    if any(part.folder.resolve() == directory.resolve() for part in parts):
        raise UsageError(f"{directory} is one of the shards: choose another directory for the whole")
