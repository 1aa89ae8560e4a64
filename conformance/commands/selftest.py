"""Proof that the checks can fail: every mutant under the whole suite, against what it declares to break.

What it declares must be broken. Whatever else is must rest on something declared, by the catalogue; what does
not is unexplained.

A mutant is a file with a backend broken on purpose: `open_backend`, the ids it BREAKS, and a MESSAGE that one
of the failing checks must say. A mutant that crashes says something else, and is not thereby caught.
"""

from __future__ import annotations

import ast
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

import conformance
from conformance.commands.streams import a_console
from conformance.contract.requirements import load_ruleset
from conformance.drivers.spawning import serve_command
from conformance.errors import ExitCode, KitError, SidecarConformanceError, UsageError
from conformance.execution.options import parse_ids, parse_workers
from conformance.execution.plan import Plan, TargetSpec
from conformance.execution.run import Nobody, Run
from conformance.reports.matrix import Matrix, MutantResult, print_matrix
from conformance.results.run_record import RunRecord
from conformance.results.verdict import BREACHES, Verdict
from conformance.suite.chapters import CHECKS
from conformance.testing.profiles import PROFILES, Dose

_UNUSABLE = frozenset({Verdict.ERROR})


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mutant, as its file declares it."""

    path: Path
    defect: str
    breaks: frozenset[str]
    message: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class SelftestOptions:
    """Which mutants: every `sample`-th of those that break one of `only`, if given; and how to run them.

    `wire` puts each behind a command, as a backend in another language is.
    """

    sample: int = 1
    only: tuple[str, ...] = ()
    workers: int = 1
    profile: str = "quick"
    seed: int = 0
    wire: bool = False


def mutants_home() -> Path:
    """Where the mutants are: in the installed package, or in the checkout beside it."""
    package = Path(conformance.__file__).parent
    for home in (package / "_mutants", package.parent / "tests" / "mutants"):
        if home.is_dir():
            return home
    raise KitError("the mutants are missing: they come with the wheel, or lie in tests/mutants of a checkout")


def find_mutants(home: Path | None = None) -> tuple[Mutant, ...]:
    """All mutants, by name. Raises KitError for a file that does not declare what it breaks."""
    files = sorted((home or mutants_home()).glob("*.py"))
    return tuple(_read_mutant(path) for path in files if not path.name.startswith("_"))


def _read_mutant(path: Path) -> Mutant:
    tree = ast.parse(path.read_text("utf-8"))
    declared = {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in {"BREAKS", "MESSAGE"}
    }
    defect = ast.get_docstring(tree)
    if not defect or not declared.get("BREAKS") or not declared.get("MESSAGE"):
        raise KitError(f"{path.name} needs a docstring, BREAKS and MESSAGE")
    unknown = sorted(id for id in declared["BREAKS"] if id not in load_ruleset())
    if unknown:
        raise KitError(f"{path.name} breaks {', '.join(unknown)}: no requirement")
    return Mutant(path, defect, frozenset(declared["BREAKS"]), declared["MESSAGE"])


def run_selftest(options: SelftestOptions, console: Console) -> ExitCode:
    """Run the matrix and print it. All is well if each mutant breaks what it should, and all are killed."""
    mutants = _chosen(options)
    results = []
    for result in _run_all(mutants, options):
        results.append(result)
        mark = "[green]ok[/]" if result.right else "[red]wrong[/]"
        broke = ", ".join(sorted(result.broke)) or "nothing"
        console.print(f"{mark}  {len(results)}/{len(mutants)}  {result.name} breaks {broke}", soft_wrap=True)
    with_checks = {check.requirement for check in CHECKS.values()}
    checked = tuple(id for id in load_ruleset().ids() if id in with_checks)
    whole = options.sample == 1 and not options.only
    matrix = Matrix(tuple(sorted(results, key=lambda result: result.name)), checked, whole)
    print_matrix(matrix, console)
    if matrix.wrong or (whole and matrix.survivors):
        return ExitCode.NOT_CONFORMANT
    return ExitCode.CONFORMANT


def _chosen(options: SelftestOptions) -> Sequence[Mutant]:
    wanted = set(options.only)
    unknown = sorted(wanted - set(load_ruleset().ids()))
    if unknown:
        raise UsageError(f"--only names {', '.join(unknown)}: no requirement of {load_ruleset().version}")
    mutants = [mutant for mutant in find_mutants() if not wanted or wanted & mutant.breaks]
    if not mutants or options.sample < 1:
        raise UsageError("no mutant is left: --only takes ids of requirements, --sample a number from 1")
    return mutants[:: options.sample]


def _run_all(mutants: Sequence[Mutant], options: SelftestOptions) -> Iterator[MutantResult]:
    with ThreadPoolExecutor(options.workers) as pool:
        yield from pool.map(lambda mutant: run_mutant(mutant, options), mutants)


def run_mutant(mutant: Mutant, options: SelftestOptions) -> MutantResult:
    """Put one mutant under the suite."""
    with tempfile.TemporaryDirectory() as report:
        plan = Plan(
            target=_target(mutant, options),
            dose=Dose(options.profile, options.seed, shrinks=False),
            report=Path(report),
            search_path=tuple(sys.path),
        )
        run = Run(plan)
        try:
            record = run.perform(run.prepare(), Nobody())
        except SidecarConformanceError as error:
            return MutantResult(mutant.name, mutant.defect, mutant.breaks, frozenset(), False, str(error))
    return _result(mutant, record)


def _target(mutant: Mutant, options: SelftestOptions) -> TargetSpec:
    spelled = f"{mutant.path}:open_backend"
    return TargetSpec(command=tuple(serve_command(spelled))) if options.wire else TargetSpec(spelled)


def _result(mutant: Mutant, record: RunRecord) -> MutantResult:
    failing = [result for result in record.results if result.verdict in BREACHES]
    broke = frozenset(result.id for result in failing)
    claims = [check.message for result in failing for check in result.checks if check.verdict in BREACHES]
    said = any(mutant.message in claim for claim in claims)
    errors = [result for result in record.results if result.verdict in _UNUSABLE]
    trouble = f"{errors[0].id}: {errors[0].reason}" if errors else record.cut_off
    if not said and not trouble:
        trouble = f"no failing check says {mutant.message!r}; they say {sorted(set(claims))}"
    strangers = unexplained(mutant.breaks, broke)
    return MutantResult(mutant.name, mutant.defect, mutant.breaks, broke, said, trouble, strangers)


def unexplained(declared: frozenset[str], broke: frozenset[str]) -> frozenset[str]:
    """What is broken, not declared, and rests on nothing declared."""
    catalogue = load_ruleset()
    return frozenset(id for id in broke - declared if declared.isdisjoint(catalogue.causes(id)))


@click.command()
@click.option("--sample", type=int, default=1, metavar="N", help="run every N-th mutant only")
@click.option("--only", metavar="ID,ID", help="mutants that break one of these")
@click.option("--workers", default="auto", metavar="N|auto")
@click.option("--profile", type=click.Choice(list(PROFILES)), default="quick")
@click.option("--seed", type=int, default=0)
@click.option("--wire", is_flag=True, help="behind a command, as backends in other languages are")
def selftest(sample: int, only: str | None, workers: str, profile: str, seed: int, wire: bool) -> int:
    """Prove that the checks can fail: put deliberately broken backends under the suite."""
    options = SelftestOptions(sample, parse_ids("only", only), parse_workers(workers), profile, seed, wire)
    return int(run_selftest(options, a_console()))
