"""One check on one mutant, in a process forked for it: does the check kill the mutant?

`kills.toml` says which mutant each check is tried on. `python tests/kills.py` fills in what is missing there.
"""

from __future__ import annotations

import tempfile
import time
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import tomlkit
from forks import in_fork

from conformance.commands.selftest import Mutant, find_mutants
from conformance.contract.requirements import load_ruleset
from conformance.execution.plan import Plan, TargetSpec
from conformance.execution.preparing import prepare_run
from conformance.hosting.inprocess import InProcessDriver
from conformance.results.verdict import BREACHES
from conformance.suite.chapters import CHECKS
from conformance.testing.profiles import Dose
from conformance.testing.running import run_check
from conformance.testing.session import Backend
from conformance.testing.verifies import Check
from conformance.workspace import Workspace, memory_file_system

TABLE = Path(__file__).with_suffix(".toml")
_HEAD = "# The mutant that each check has to kill in every run. `python tests/kills.py` fills it in.\n"
_DOSE = Dose("quick", seed=0, shrinks=False)
_PATIENCE_S = 120.0
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check said of a mutant; `failed` tells that it found the requirement broken."""

    failed: bool
    requirement: str
    said: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Trial:
    """A check that was tried on a mutant."""

    check: Check
    mutant: Mutant
    answer: Answer

    @property
    def killed(self) -> bool:
        """Whether the check found broken what the mutant declares: its own requirement, as a rule."""
        return self.answer.failed and self.answer.requirement in self.mutant.breaks

    @property
    def said_so(self) -> bool:
        """Whether it said what the mutant declares that a failing check says."""
        return self.mutant.message in self.answer.said


def try_on(check: Check, mutant: Mutant) -> Trial:
    """Run a check on a mutant, again where its failures do not repeat reliably and it did not fail."""
    for _ in range(_TRIES if not check.shrinks else 1):
        trial = _try_once(check, mutant)
        if trial.killed:
            break
    return trial


def _try_once(check: Check, mutant: Mutant) -> Trial:
    """Run a check on a mutant until it first fails. A mutant that ends or holds its process is not killed."""
    with tempfile.TemporaryDirectory(dir=memory_file_system()) as folder:
        answer = in_fork(partial(_answer, check.test, mutant.path, Path(folder)), _PATIENCE_S)
    return Trial(check, mutant, answer or Answer(False, "", "the process ended, or went on for too long"))


def _answer(test: str, path: Path, folder: Path) -> Answer:
    began = time.monotonic()
    spelled, check = f"{path}:open_backend", CHECKS[test]
    driver = InProcessDriver(spelled)
    plan = Plan(TargetSpec(spelled), _DOSE)
    if not prepare_run(plan, load_ruleset(), driver.description, {test}).tasks:
        return Answer(False, "", "the mutant does not owe this")
    outcome = run_check(check, Backend(driver, driver.description, Workspace(folder)), _DOSE, spelled)
    failed = outcome.verdict in BREACHES
    return Answer(failed, outcome.requirement, outcome.message, time.monotonic() - began)


def read_table() -> dict[str, str]:
    """Which mutant each check is tried on, by the names of both."""
    table: dict[str, str] = tomllib.loads(TABLE.read_text("utf-8"))
    return table


def candidates(check: Check, mutants: Iterable[Mutant], used: Collection[str]) -> list[Mutant]:
    """The mutants that break the requirement: those first that no other check has and that break little."""
    able = [mutant for mutant in mutants if check.requirement in mutant.breaks]
    return sorted(able, key=lambda mutant: (mutant.name in used, len(mutant.breaks), mutant.name))


def find_killed(check: Check, mutants: Iterable[Mutant], used: Collection[str] = ()) -> Mutant | None:
    """A mutant that the check kills: the first of which it says what the mutant declares, else the first."""
    speechless = None
    for mutant in candidates(check, mutants, used):
        trial = try_on(check, mutant)
        if trial.killed and trial.said_so:
            return mutant
        if trial.killed and speechless is None:
            speechless = mutant
    return speechless


def fill_in() -> None:
    """Give each check that the table lacks a mutant; drop what is no check and no mutant any more."""
    mutants = {mutant.name: mutant for mutant in find_mutants()}
    table = {test: name for test, name in read_table().items() if test in CHECKS and name in mutants}
    for check in CHECKS.values():
        if check.test not in table:
            found = find_killed(check, mutants.values(), table.values())
            print(f"{check.test}: {found.name if found else 'kills no mutant'}", flush=True)
            if found is not None:
                table[check.test] = found.name
    TABLE.write_text(_HEAD + tomlkit.dumps({test: table[test] for test in CHECKS if test in table}), "utf-8")


if __name__ == "__main__":
    fill_in()
