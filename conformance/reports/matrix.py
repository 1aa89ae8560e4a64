"""The kill matrix: which mutant breaks which requirement, declared and seen."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class MutantResult:
    """What one mutant broke. `said` tells whether a failing check said the declared message.

    `unexplained` was broken, is not declared, and rests on nothing that is.
    """

    name: str
    defect: str
    declared: frozenset[str]
    broke: frozenset[str]
    said: bool
    trouble: str = ""
    unexplained: frozenset[str] = frozenset()

    @property
    def right(self) -> bool:
        """Whether it broke all that it declares, with the message it declares, and nothing unexplained."""
        return self.declared <= self.broke and not self.unexplained and self.said and not self.trouble


@dataclass(frozen=True, slots=True)
class Matrix:
    """The results of all mutants that ran; `checked` are the ids that have a check."""

    results: tuple[MutantResult, ...]
    checked: tuple[str, ...]
    whole: bool

    @property
    def wrong(self) -> tuple[MutantResult, ...]:
        """Mutants that broke something else than they declare."""
        return tuple(result for result in self.results if not result.right)

    def killers(self, requirement: str) -> tuple[str, ...]:
        """The mutants that this requirement's checks caught, as declared."""
        return tuple(r.name for r in self.results if r.right and requirement in r.declared)

    @property
    def survivors(self) -> tuple[str, ...]:
        """Checked requirements that no mutant of this matrix breaks: nothing shows that they can fail."""
        return tuple(id for id in self.checked if not self.killers(id))


def print_matrix(matrix: Matrix, console: Console) -> None:
    """Print the matrix: a line a requirement, then what is wrong, then what it comes to."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("requirement")
    table.add_column("killed by", justify="right")
    table.add_column("only by this one", overflow="fold")
    for id in matrix.checked:
        killers = matrix.killers(id)
        alone = [r.name for r in matrix.results if r.right and r.declared == frozenset({id})]
        if killers or matrix.whole:
            table.add_row(id, str(len(killers)), ", ".join(alone))
    console.print(table)
    for result in matrix.wrong:
        console.print(f"[red]{result.name}[/]: {result.defect}", soft_wrap=True)
        console.print(f"  declared {_ids(result.declared)}; broke {_ids(result.broke)}", soft_wrap=True)
        if result.unexplained:
            console.print(f"  unexplained: {_ids(result.unexplained)}", soft_wrap=True)
        if result.trouble:
            console.print(f"  {result.trouble}", soft_wrap=True, markup=False)
    right = len(matrix.results) - len(matrix.wrong)
    console.print(
        f"{right} of {len(matrix.results)} mutants break what they declare, and nothing unexplained"
    )
    if not matrix.whole:
        console.print("this is a sample: it proves nothing of the requirements that are not in it")
    elif matrix.survivors:
        console.print(f"[red]no mutant breaks {', '.join(matrix.survivors)}[/]", soft_wrap=True)
    else:
        console.print(f"all {len(matrix.checked)} checked requirements are killed by at least one mutant")


def _ids(ids: frozenset[str]) -> str:
    return ", ".join(sorted(ids)) or "nothing"
