"""The documents tell the truth."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from conformance.contract.classes import CAPABILITIES, ConformanceClass
from conformance.contract.requirements import load_ruleset
from conformance.execution.options import PLAN_OPTIONS
from conformance.guide import topics
from conformance.results.verdict import Verdict

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTATION = "\n".join([README, *(topic.text for topic in topics().values())])


def test_every_class_capability_and_verdict_is_documented() -> None:
    names = {*CAPABILITIES, *(c.value for c in ConformanceClass), *(v.value for v in Verdict)}

    assert set() == {name for name in names if f"`{name}`" not in DOCUMENTATION}


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
