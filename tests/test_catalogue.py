"""The catalogue and its checks fit together."""

from __future__ import annotations

import pytest

import conformance.suite.chapters  # noqa: F401 - registers the checks
from conformance.contract.requirements import load_ruleset, parse_ruleset
from conformance.testing.verifies import CHECKS, verifies

ENTRY = """
[[requirement]]
id = "AA-01"
level = "MUST"
applies = ["sidecar"]
text = "Something holds."
source = "1"
"""


def test_every_requirement_has_a_check() -> None:
    checked = {check.requirement for check in CHECKS.values()}

    assert set() == set(load_ruleset().ids()) - checked


def test_every_check_carries_its_requirement_in_its_name() -> None:
    strangers = {c.test for c in CHECKS.values() if c.requirement.replace("-", "_") not in c.test}

    assert set() == strangers


def test_an_unknown_requirement_is_refused_at_import() -> None:
    with pytest.raises(ValueError, match="XX-01 is no requirement"):
        verifies("XX-01")


def test_a_repeated_id_is_refused() -> None:
    with pytest.raises(ValueError, match="AA-01"):
        parse_ruleset('ruleset = "1"\n' + ENTRY + ENTRY)
