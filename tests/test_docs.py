"""The documents tell the truth."""

from __future__ import annotations

import re
import textwrap
import tomllib
from pathlib import Path

import pytest
from commands import sidecar_conformance

from conformance.contract.classes import CAPABILITIES, ConformanceClass
from conformance.contract.requirements import load_ruleset
from conformance.crash.persistence import MODELS
from conformance.execution.options import PLAN_OPTIONS
from conformance.guide import topics
from conformance.results.verdict import Verdict

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTATION = "\n".join([README, *(topic.text for topic in topics().values())])


def test_every_class_capability_and_verdict_is_documented() -> None:
    names = {*CAPABILITIES, *(c.value for c in ConformanceClass), *(v.value for v in Verdict)}

    assert set() == {name for name in names if f"`{name}`" not in DOCUMENTATION}


def test_every_persistence_model_has_a_row_in_the_guide() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", topics()["crash-models"].text, re.MULTILINE)

    assert list(MODELS) == [name for name in rows if name in MODELS]


def test_the_changelog_names_each_requirement_since_the_first_rule_set() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    added = {each.id for each in load_ruleset().requirements if each.since != "1.0"}

    assert set() == {id for id in added if id not in changes}


def test_the_readme_explains_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split("[^a-z-]", dependency)[0] for dependency in project["dependencies"]}

    assert set() == {name for name in names if not re.search(rf"\b{name} \(", README)}


def test_the_ids_and_options_the_readme_names_exist() -> None:
    ids = set(re.findall(r"\b[A-Z]{2}-\d\d\b", README))
    options = set(re.findall(r"`--([a-z-]+)[ `]", README))

    assert set() == {id for id in ids if id not in load_ruleset()}
    assert set() == options - {option.name for option in PLAN_OPTIONS} - {"sidecar-"}


@pytest.mark.parametrize("path", re.findall(r"`((?:conformance|reference_impl|tests|\.ci)/[\w./]*)`", README))
def test_the_paths_the_readme_names_exist(path: str) -> None:
    assert (ROOT / path).exists()


def unnumbered(text: str) -> str:
    """Without the numbers of replay files, which go by what ended first."""
    return re.sub(r"-\d+\.json", "-N.json", text)


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "conformance" / "guide" / "reports.md"], ids=str)
def test_the_failure_that_is_explained_is_a_real_one(page: Path, tmp_path: Path) -> None:
    text = page.read_text("utf-8")
    shown = text[text.index("    CX-03 (MUST)") : text.index("\n\nThe first line is the requirement")]
    mutant = f"{ROOT / 'tests' / 'mutants' / 'cancel_matches_prefixes.py'}:open_backend"
    part = ("--only", "CX-03", "--profile", "quick", "--seed", "7")
    finished = sidecar_conformance(tmp_path, "run", mutant, *part)

    assert unnumbered(textwrap.dedent(shown)) in unnumbered(finished.output)
