"""Wherever results are shown, causes come first, and what follows from them in a line."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree as ET

from making import failure, outcome, record
from rich.console import Console
from saved_results import not_conformant, of_rule_set

from conformance.contract.requirements import load_ruleset
from conformance.reports.html_run import render_run
from conformance.reports.junit import render_junit
from conformance.reports.results_json import results_form
from conformance.reports.terminal import print_summary
from conformance.results.causes import with_causes
from conformance.results.run_record import RunRecord
from conformance.results.saved import saved_run
from conformance.results.verdict import Verdict

OUTCOMES = [outcome(id="CX-01"), failure("QN-05", "a row stays"), failure("QN-04", "the others load")]


def a_run() -> RunRecord:
    """QN-05 and QN-04 are broken, in this order."""
    plain = record(OUTCOMES)
    return replace(plain, results=tuple(with_causes(plain.results, load_ruleset())))


def printed(run: RunRecord) -> str:
    text = io.StringIO()
    print_summary(run, Console(file=text, width=200))
    return text.getvalue()


def test_the_terminal_tells_the_cause_in_full_and_what_follows_in_a_line() -> None:
    text = printed(a_run())

    assert "broken: the others load" in text
    assert "broken: a row stays" not in text
    assert "QN-05 follows from it" in text
    assert "breaks QN-04, QN-05" in text


def test_junit_lists_the_cause_before_what_follows_and_both_in_full() -> None:
    cases = ET.fromstring(render_junit(a_run())).findall("testsuite/testcase")
    failures = [case.find("failure") for case in cases[:2]]
    told = [found.text or "" for found in failures if found is not None]

    assert ["QN-04", "QN-05"] == [text.splitlines()[1][:5] for text in told]
    assert ["from it follow: QN-05", "follows from QN-04"] == [text.splitlines()[0] for text in told]
    assert "broken: a row stays" in told[1]


def test_results_give_each_requirement_what_it_rests_on_and_follows_from() -> None:
    entries = {entry["id"]: entry for entry in results_form(a_run())["requirements"]}

    assert [["QN-04"], [], []] == [entries[id]["follows_from"] for id in ("QN-05", "QN-04", "CX-01")]
    assert {"rests_on", "since", "new"} <= entries["QN-05"].keys()


def test_the_page_shows_the_cause_before_what_follows() -> None:
    run = saved_run(not_conformant(ER_03="failed", ER_01="failed"), load_ruleset())
    broken = render_run(run, {}).partition("What is broken")[2]

    assert broken.index(">ER-01<") < broken.index("From it follow") < broken.index("Follows from ")


def test_the_page_keeps_what_is_new_apart() -> None:
    form = of_rule_set("1.0", not_conformant(CR_12="failed", UP_01="failed"))
    before, _, after = render_run(saved_run(form, load_ruleset()), {}).partition("New requirements")

    assert 'id="failure-CR-12"' not in before
    assert 'id="failure-CR-12"' in after


def test_the_terminal_says_that_new_requirements_do_not_count() -> None:
    later = replace(record(OUTCOMES), ruleset="1.0", later=frozenset({"QN-05"}))
    judgement = replace(later.judgement, breaches=("QN-04",), new=("QN-05",))
    text = printed(replace(later, judgement=judgement))

    assert "new since rule set 1.0, and not counted: 1 failed: breaks QN-05" in text


def test_a_failure_whose_cause_is_known_is_told_in_full() -> None:
    run = a_run()
    known = [
        replace(each, verdict=Verdict.KNOWN_FAILURE) if each.id == "QN-04" else each for each in run.results
    ]

    assert "broken: a row stays" in printed(replace(run, results=tuple(known)))
