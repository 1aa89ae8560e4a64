"""`explain`: every requirement, with how it is checked and where it comes from."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from conformance.commands.completion import complete_ids
from conformance.commands.explain import explain, explanation
from conformance.contract.requirements import load_ruleset
from conformance.reports.requirement import source_in_words

IDS = load_ruleset().ids()


@pytest.mark.parametrize("id", IDS)
def test_each_requirement_is_told_whole(id: str) -> None:
    text = explanation(load_ruleset()[id])

    parts = ("for example", "how it is checked", "what has broken it", "how to mend it", "since rule set")
    assert [part for part in parts if part not in text] == []
    assert "cron_dialect.md" not in text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("205", "line 205 of scheduler_persistence.rs, the released product's source"),
        ("284, 310", "lines 284, 310 of scheduler_persistence.rs, the released product's source"),
        ("205 (retain)", "line 205 of scheduler_persistence.rs, the released product's source; (retain)"),
        ("derived (POSIX)", "follows from what the interface promises of itself (POSIX)"),
    ],
)
def test_a_source_is_told_in_words(source: str, words: str) -> None:
    assert words == source_in_words(source)


def test_no_source_is_a_bare_number() -> None:
    assert [] == [
        each.id for each in load_ruleset().requirements if source_in_words(each.source)[0].isdigit()
    ]


def test_the_dialect_is_printed() -> None:
    assert "expression = shorthand" in CliRunner().invoke(explain, ["nf-05"]).output


def test_ids_and_chapters_complete_within_a_list() -> None:
    context, parameter = explain.make_context("explain", ["CX-01"]), explain.params[0]
    words = [item.value for item in complete_ids(context, parameter, "UP-01,cx")]

    assert ["UP-01,CX", "UP-01,CX-01"] == words[:2]
