"""A results file is read back as it was written, and one that contradicts itself is not believed."""

from __future__ import annotations

from typing import Any

import pytest
from saved_results import (
    as_it_was,
    entry_of,
    excused,
    filtered,
    not_conformant,
    of_rule_set,
    results_form,
)

from conformance.contract.requirements import load_ruleset
from conformance.results.saved import SavedRun, digest_of, saved_run
from conformance.results.verdict import RunVerdict, Verdict

ALL = len(load_ruleset().ids())


def read(form: dict[str, Any]) -> SavedRun:
    return saved_run(form, load_ruleset())


def test_a_run_is_read_with_the_texts_of_the_catalogue() -> None:
    run = read(not_conformant(UP_01="failed"))

    assert (RunVerdict.NOT_CONFORMANT, True) == (run.verdict, run.whole)
    assert ["UP-01"] == [entry.id for entry in run.of({Verdict.FAILED})]
    assert load_ruleset()["UP-01"].text == run.by_id()["UP-01"].text


NEW_FAILED = of_rule_set("1.0", results_form(CR_12="failed"))


@pytest.mark.parametrize(
    "form",
    [results_form(), filtered(), excused(), results_form(SE_01="failed"), as_it_was(), NEW_FAILED],
)
def test_what_is_consistent_is_believed(form: dict[str, Any]) -> None:
    assert form["verdict"] == read(form).verdict.value


def altered(change: str) -> dict[str, Any]:
    form = results_form()
    match change:
        case "cut short":
            del form["requirements"][40:]
        case "part of another though it has an id":
            form["requirements"] = [entry for entry in form["requirements"] if entry["id"] != "CR-15"]
        case "called new though it is not":
            entry_of(form, "UP-01")["new"] = True
        case "one twice":
            form["requirements"].append(form["requirements"][0])
        case "filtered and complete":
            form = filtered()
            form["run"]["complete"] = True
        case "conformant though filtered":
            form = filtered() | {"verdict": "conformant"}
        case "conformant though incomplete":
            form["run"]["complete"] = False
        case "conformant though a MUST failed":
            entry_of(form, "UP-01")["verdict"] = "failed"
        case "conformant though a MUST was not reached":
            form = results_form(UP_01="not_reached")
            form["run"]["complete"] = True
        case "passed without being exercised":
            entry_of(form, "UP-01")["exercised"] = 0
        case "nothing was owed":
            for entry in form["requirements"]:
                entry |= {"verdict": "not_applicable", "exercised": 0}
        case "passed though its check failed":
            form = not_conformant(UP_01="failed")
            entry_of(form, "UP-01")["verdict"] = "passed"
        case "failed though no check did":
            form = not_conformant(UP_01="failed")
            entry_of(form, "UP-01")["checks"][0]["verdict"] = "passed"
        case "passed though its check was not reached":
            entry_of(form, "UP-01")["checks"][0]["verdict"] = "not_reached"
        case "passed without a check":
            entry_of(form, "UP-01")["checks"] = []
        case "not conformant though nothing failed":
            form = not_conformant()
        case "not conformant though only a SHOULD failed":
            form = not_conformant(SE_01="failed")
            form["run"]["level"] = "MUST"
        case "incomplete though a MUST failed":
            form = results_form(UP_01="failed") | {"verdict": "incomplete"}
        case "complete though a MUST was not reached":
            form = not_conformant(UP_01="failed", UP_02="not_reached")
            form["run"]["complete"] = True
        case "untested by permission though it passed":
            form["untested"] = ["UP-01"]
        case "changed afterwards":
            form["digest"] = digest_of(form)
            form["backend"]["version"] = "9.9"
    return form


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("cut short", "covers 40 requirements"),
        ("part of another though it has an id", f"covers {ALL - 1} requirements"),
        ("called new though it is not", f"covers {ALL - 1} requirements"),
        ("one twice", "twice"),
        ("filtered and complete", "filtered"),
        ("conformant though filtered", "not complete"),
        ("conformant though incomplete", "not complete"),
        ("conformant though a MUST failed", "UP-01 .MUST. is failed"),
        ("conformant though a MUST was not reached", "UP-01 .MUST. is not_reached"),
        ("passed without being exercised", "UP-01 passed without"),
        ("nothing was owed", "nothing was seen"),
        ("passed though its check failed", "UP-01 is passed, and that test_UP_01_something_holds failed"),
        ("failed though no check did", "UP-01 is failed, and none of its checks failed"),
        ("passed though its check was not reached", "UP-01 is passed, and that test_UP_01.* is not_reached"),
        ("passed without a check", "UP-01 is passed, and of no check"),
        ("not conformant though nothing failed", "says not_conformant, and what it tells of is conformant"),
        ("not conformant though only a SHOULD failed", "says not_conformant, and what it tells of is"),
        ("incomplete though a MUST failed", "says incomplete, and UP-01 .MUST. is failed"),
        ("complete though a MUST was not reached", "was complete, and UP-02 is not_reached"),
        ("untested by permission though it passed", "UP-01 is untested by permission, and UP-01 is passed"),
        ("changed afterwards", "digest is not that of what it holds"),
    ],
)
def test_what_contradicts_itself_is_not_believed(change: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(altered(change))


def test_what_came_later_than_the_rule_set_counts_nowhere() -> None:
    run = read(NEW_FAILED)

    assert () == run.of({Verdict.FAILED})
    assert Verdict.FAILED in {entry.verdict for entry in run.new}


def test_a_failure_is_read_with_what_it_follows_from() -> None:
    run = read(not_conformant(QN_04="failed", QN_05="failed"))

    assert ((), ("QN-04",)) == tuple(run.by_id()[id].follows_from for id in ("QN-04", "QN-05"))


def test_another_rule_set_may_have_other_requirements() -> None:
    form = results_form()
    form["kit"]["ruleset"] = "0.9"
    form["requirements"][0]["id"] = "ZZ-99"

    assert "" == read(form).by_id()["ZZ-99"].text
