"""How soon a defect is told, and how many are: the kit beside two other ways to test a backend.

python tests/benchmarks/ways_to_find_defects.py [--every N] [--profile NAME] [WAY...]

- `kit`: the checks of the suite, in the order of a run, until the first one fails;
- `kit_as_catalogued`: the same in the order of the catalogue;
- `ten_tests`: the tests that the original module has for itself, ported;
- `state_machine`: a plain Hypothesis state machine over the interface, with a dictionary as its model.

Each way is tried on the reference, which it must not accuse, and on every N-th mutant, in a process forked
for it: the starts of Python do not count. One line of JSON for each way, and a table of them.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import click
from benchmarks.plain_machine import run_machine
from benchmarks.ten_tests import TEN_TESTS
from forks import in_fork
from rich.console import Console
from rich.table import Table

from conformance.commands.selftest import find_mutants
from conformance.contract.requirements import load_ruleset
from conformance.execution.plan import Plan, TargetSpec
from conformance.execution.preparing import prepare_run
from conformance.hosting.inprocess import InProcessDriver
from conformance.hosting.loading import load_target
from conformance.results.verdict import BREACHES
from conformance.testing.profiles import PROFILES, Dose
from conformance.testing.running import run_check
from conformance.testing.session import Backend
from conformance.testing.verifies import CHECKS
from conformance.workspace import Workspace, memory_file_system

REFERENCE = "reference_impl:open_backend"
PATIENCE_S = 240.0


@dataclass(frozen=True, slots=True)
class Try:
    """One way on one backend: what failed, if anything did, and after how many seconds it ended."""

    failed: str
    seconds: float


def try_kit(spelled: str, folder: Path, profile: str, *, as_catalogued: bool = False) -> str:
    """The first check that fails."""
    dose = Dose(profile, seed=0, shrinks=False)
    driver = InProcessDriver(spelled)
    tasks = prepare_run(Plan(TargetSpec(spelled), dose), load_ruleset(), driver.description).tasks
    if as_catalogued:
        catalogued = list(CHECKS)
        tasks = tuple(sorted(tasks, key=lambda task: catalogued.index(task.check.test)))
    workspace = Workspace(folder)
    for task in tasks:
        backend = Backend(driver, driver.description, workspace)
        if run_check(task.check, backend, dose, spelled).verdict in BREACHES:
            return task.check.test
    return ""


def try_ten_tests(spelled: str, folder: Path) -> str:
    """The first of the ten tests that fails."""
    opener = load_target(spelled)
    for number, test in enumerate(TEN_TESTS):
        data_path = folder / str(number)
        data_path.mkdir()
        try:
            test(opener, data_path)
        except Exception:
            return test.__name__
    return ""


def try_machine(spelled: str, folder: Path) -> str:
    """What the state machine ends with."""
    opener = load_target(spelled)
    try:
        run_machine(opener, folder)
    except Exception as error:
        return type(error).__name__
    return ""


def timed(way: Callable[[str, Path], str], spelled: str, folder: Path) -> Try:
    """Run a way here."""
    began = time.perf_counter()
    return Try(way(spelled, folder), time.perf_counter() - began)


def tries(way: Callable[[str, Path], str], targets: Sequence[str]) -> Iterator[Try]:
    """The way on each target. One that ends its process is caught, and one that does not end is not."""
    for spelled in targets:
        with tempfile.TemporaryDirectory(dir=memory_file_system()) as folder:
            began = time.perf_counter()
            found = in_fork(partial(timed, way, spelled, Path(folder)), PATIENCE_S)
            seconds = time.perf_counter() - began
            yield found or Try("the process ended" if seconds < PATIENCE_S else "", seconds)


def summary(name: str, found: Sequence[Try], reference: Try) -> dict[str, object]:
    """The figures of one way."""
    caught = [each.seconds for each in found if each.failed]
    spent = sum(each.seconds for each in found)
    return {
        "way": name,
        "mutants": len(found),
        "caught": len(caught),
        "seconds_to_first_failure_median": round(statistics.median(caught), 3) if caught else None,
        "seconds_spent": round(spent, 1),
        "defects_a_second": round(len(caught) / spent, 3),
        "accuses_the_reference": bool(reference.failed),
    }


def show(rows: Sequence[dict[str, object]]) -> None:
    """The same as a table."""
    table = Table("way", "caught", "median to the first (s)", "defects a second", "spent (s)")
    for row in rows:
        table.add_row(
            str(row["way"]),
            f"{row['caught']} of {row['mutants']}",
            str(row["seconds_to_first_failure_median"]),
            str(row["defects_a_second"]),
            str(row["seconds_spent"]),
        )
    Console().print(table)


@click.command()
@click.option("--every", default=1, help="Try every N-th mutant.")
@click.option("--profile", default="quick", type=click.Choice(list(PROFILES)))
@click.argument("names", nargs=-1)
def main(every: int, profile: str, names: tuple[str, ...]) -> None:
    """Try each way on the mutants and tell what it found."""
    ways: dict[str, Callable[[str, Path], str]] = {
        "kit": partial(try_kit, profile=profile),
        "kit_as_catalogued": partial(try_kit, profile=profile, as_catalogued=True),
        "ten_tests": try_ten_tests,
        "state_machine": try_machine,
    }
    targets = [f"{mutant.path}:open_backend" for mutant in find_mutants()][::every]
    rows = []
    for name in names or ways:
        (reference,) = tries(ways[name], [REFERENCE])
        rows.append(summary(name, list(tries(ways[name], targets)), reference))
        click.echo(json.dumps(rows[-1]))
    show(rows)


if __name__ == "__main__":
    main()
