"""`selftest --cluster`: a mutant is what a Dask worker is asked for, by its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from conformance.commands.selftest import (
    Mutant,
    SelftestOptions,
    mutants_home,
    read_mutant,
    run_mutant,
    unusable,
)
from conformance.errors import TargetUnreachableError
from conformance.execution.cluster.crew import Crew
from conformance.execution.cluster.duty import on_duty
from conformance.execution.cluster.facts import Facts, digest_of_folder, facts_of_kit
from conformance.execution.cluster.remote import Refusal, enlisted, found_here, refused
from conformance.execution.sources import tracer_apart
from conformance.reports.matrix import MutantResult


@dataclass(frozen=True, slots=True)
class MutantOrder:
    """A mutant for one worker. `expected` are the facts that the selftest goes by."""

    run: str
    name: str
    options: SelftestOptions
    expected: Facts


def run_on_cluster(mutants: Sequence[Mutant], options: SelftestOptions) -> Iterator[MutantResult]:
    """Put each mutant under the suite at some worker. Raises TargetUnreachableError where one is not fit."""
    by_name = {mutant.name: mutant for mutant in mutants}
    here = find_mutants_facts(options)
    crew = Crew(options.cluster, options.workers)
    try:
        crew.admit(here, find_mutants_facts, options)
        orders = [MutantOrder(crew.run, name, replace(options, workers=1), here) for name in by_name]
        for order, result in crew.each(perform_mutant, orders):
            match result:
                case MutantResult():
                    yield result
                case Refusal():
                    raise TargetUnreachableError(f"no Dask worker is left that is fit: {result.words}")
                case _:
                    yield unusable(by_name[order.name], f"{type(result).__name__}: {result}")
    finally:
        crew.close()


def find_mutants_facts(options: SelftestOptions) -> Facts:
    """What decides the matrix on this machine: the kit, the mutants, and the reference, which they alter."""
    reference = find_spec("reference_impl")
    folders = {"mutants": mutants_home()}
    if reference is not None and reference.origin:
        folders["reference_impl"] = Path(reference.origin).parent
    digests = {name: digest_of_folder(folder) for name, folder in folders.items()}
    return {**facts_of_kit(), "tracer of system calls": tracer_apart(), **digests}


def perform_mutant(order: MutantOrder) -> MutantResult | Refusal:
    """Put one mutant under the suite, at a Dask worker."""
    found = found_here(order.run, find_mutants_facts, order.options)
    duty = on_duty()
    refusal = refused(order.expected, found, duty.address)
    if refusal is not None:
        return refusal
    mutant = read_mutant(mutants_home() / f"{order.name}.py")
    with enlisted(order.run, duty.is_wanted) as stop:
        return run_mutant(mutant, order.options, stop, f"{order.run}-")
