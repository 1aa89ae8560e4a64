"""The checks of crashes can fail for commands too: the templates with one defect each, in Go, Node and Rust.

A mutant is a file `mutants_in_other_languages/<language>_<defect>.toml`: what to change in the template, and
which requirements that breaks. One of each language is tried in each run of the tests; all of them with
--whole.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from commands import sidecar_conformance
from whole import partly

from conformance.commands.selftest import unexplained
from conformance.templates import TEMPLATES, Template, write_template

HOME = Path(__file__).parent / "mutants_in_other_languages"
CACHE = Path(
    os.environ.get("SIDECAR_CONFORMANCE_BUILD_CACHE", Path.home() / ".cache" / "sidecar-conformance")
)
CRASHES = "CR-02,CR-03,CR-04,CR-05,CR-06,CR-08,CR-09,CR-10,CR-11,CR-15"
SAMPLE = {
    "go_a_failed_sync_is_passed_over",
    "node_the_directory_is_synced_after_the_answer",
    "rust_flush_is_taken_for_a_sync",
}


@dataclass(frozen=True, slots=True)
class Change:
    """`old`, which stands once in `file` of the template, becomes `new`."""

    file: str
    old: str
    new: str

    def apply(self, folder: Path) -> None:
        path = folder / self.file
        text = path.read_text("utf-8")
        assert 1 == text.count(self.old), f"{self.file} of the template has changed: {self.old!r}"
        path.write_text(text.replace(self.old, self.new), "utf-8")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A template with a defect."""

    name: str
    defect: str
    language: str
    breaks: frozenset[str]
    message: str
    changes: tuple[Change, ...]

    @property
    def template(self) -> Template:
        return TEMPLATES[self.language]


def read_mutant(path: Path) -> Mutant:
    members: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    changes = tuple(Change(**change) for change in members.pop("change"))
    breaks = frozenset(members.pop("breaks"))
    return Mutant(path.stem, changes=changes, breaks=breaks, **members)


MUTANTS = {path.stem: read_mutant(path) for path in sorted(HOME.glob("*.toml"))}


@contextmanager
def shared_builds() -> Iterator[Path]:
    """Where the tools build, by one process at a time: what does not change is built once."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield CACHE / "mutants"


def build(mutant: Mutant, folder: Path) -> tuple[str, ...]:
    """The mutant's command, built in `folder`; skips where the language's tool is not installed."""
    template = mutant.template
    if shutil.which(template.tool) is None:
        pytest.skip(f"{template.tool} is not installed: {mutant.name} was not tried")
    write_template(mutant.language, folder)
    for change in mutant.changes:
        change.apply(folder)
    with shared_builds() as target:
        if template.build:
            environment = os.environ | {"CARGO_TARGET_DIR": str(target)}
            subprocess.run(template.build, cwd=folder, env=environment, check=True, timeout=600)
        if template.tool == "cargo":
            (folder / "target" / "release").mkdir(parents=True)
            shutil.copy(target / "release" / "adapter", folder / "target" / "release")
    program = folder / template.command[0]
    return (str(program), *template.command[1:]) if program.exists() else template.command


def test_every_mutant_names_a_template_and_one_of_each_language_is_tried() -> None:
    assert {mutant.language for mutant in MUTANTS.values()} == {MUTANTS[name].language for name in SAMPLE}
    assert set() == {mutant.language for mutant in MUTANTS.values()} - TEMPLATES.keys()


@pytest.mark.parametrize("name", partly(MUTANTS, always=SAMPLE))
def test_a_mutant_in_another_language_breaks_what_it_declares_and_nothing_unexplained(
    tmp_path: Path, name: str
) -> None:
    mutant = MUTANTS[name]
    command = build(mutant, tmp_path / mutant.language)
    options = ("--profile", "quick", "--only", CRASHES)

    finished = sidecar_conformance(tmp_path / mutant.language, "run", *options, "--", *command, timeout=900)

    found = {id for id, verdict in finished.verdicts().items() if verdict in ("failed", "timeout")}
    assert frozenset() == mutant.breaks - found, finished.output
    assert frozenset() == unexplained(mutant.breaks, frozenset(found)), finished.output
    assert mutant.message in finished.output
