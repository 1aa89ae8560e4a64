"""The catalogue and its checks fit together."""

from __future__ import annotations

import hashlib
import json
import re
from itertools import pairwise

import pytest

from conformance.contract.requirements import Ruleset, load_ruleset, parse_ruleset
from conformance.suite.chapters import CHECKS
from conformance.testing.verifies import verifies

FROZEN = {"1.0": "df627ff6c6a73c97f1782da64c4611ba2b4b9c5ad9dc85cd41938d6394be60be"}
VERSIONS = load_ruleset().versions
HEAD = 'rulesets = ["1"]\n'
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


def digest(ruleset: Ruleset) -> str:
    """A digest of what a rule set asks of whom, which is all that must not change."""
    asked = [
        [each.id, each.level.value, sorted(c.value for c in each.applies), each.needs, each.unless, each.text]
        for each in ruleset.requirements
    ]
    return hashlib.sha256(json.dumps(asked).encode("ascii")).hexdigest()


def test_a_frozen_rule_set_is_as_it_was_frozen() -> None:
    assert {version: digest(load_ruleset(version)) for version in FROZEN} == FROZEN


def test_a_rule_set_has_all_that_older_ones_have() -> None:
    sets = [set(load_ruleset(version).ids()) for version in VERSIONS]

    assert all(older < newer for older, newer in pairwise(sets))
    assert load_ruleset(VERSIONS[-1]).ids() == load_ruleset().ids()


def test_there_is_no_rule_set_of_an_unknown_version() -> None:
    with pytest.raises(ValueError, match=re.escape(f"no rule set 0.9; there are {', '.join(VERSIONS)}")):
        load_ruleset("0.9")


def test_what_rests_on_another_rests_on_what_that_rests_on() -> None:
    assert {"LD-01", "LD-02", "RT-02", "RT-01", "RT-10"} == load_ruleset().causes("LD-03")


def test_every_check_carries_its_requirement_in_its_name() -> None:
    strangers = {c.test for c in CHECKS.values() if c.requirement.replace("-", "_") not in c.test}

    assert set() == strangers


def test_an_unknown_requirement_is_refused_at_import() -> None:
    with pytest.raises(ValueError, match="XX-01 is no requirement"):
        verifies("XX-01")


def test_a_repeated_id_is_refused() -> None:
    with pytest.raises(ValueError, match="AA-01"):
        parse_ruleset(HEAD + ENTRY + ENTRY)


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ('rests_on = ["AA-02"]', "rest on unknown ones: AA-02"),
        ('rests_on = ["AA-01"]', "rest on themselves: AA-01"),
        ('since = "2"', "of unknown rule sets: 2"),
        ('unless = "flight"', "unknown capabilities: flight"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(member: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_ruleset(HEAD + ENTRY + member)
