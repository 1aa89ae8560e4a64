"""A results file is read back as it was written, and one that contradicts itself is not believed."""

from __future__ import annotations

from typing import Any

import pytest
from saved_results import entry_of, excused, filtered, not_conformant, results_form

from conformance.contract.requirements import load_ruleset
from conformance.results.saved import SavedRun, saved_run
from conformance.results.verdict import RunVerdict, Verdict


def read(form: dict[str, Any]) -> SavedRun:
    return saved_run(form, load_ruleset())


def test_a_run_is_read_with_the_texts_of_the_catalogue() -> None:
    run = read(not_conformant(UP_01="failed"))

    assert (RunVerdict.NOT_CONFORMANT, True) == (run.verdict, run.whole)
    assert ["UP-01"] == [entry.id for entry in run.of({Verdict.FAILED})]
    assert load_ruleset()["UP-01"].text == run.by_id()["UP-01"].text


@pytest.mark.parametrize("form", [results_form(), filtered(), excused(), results_form(SE_01="failed")])
def test_what_is_consistent_is_believed(form: dict[str, Any]) -> None:
    assert form["verdict"] == read(form).verdict.value


def altered(change: str) -> dict[str, Any]:
    form = results_form()
    match change:
        case "cut short":
            del form["requirements"][40:]
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
        case "passed without being exercised":
            entry_of(form, "UP-01")["exercised"] = 0
        case "nothing was owed":
            for entry in form["requirements"]:
                entry |= {"verdict": "not_applicable", "exercised": 0}
    return form


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("cut short", "covers 40 requirements"),
        ("one twice", "twice"),
        ("filtered and complete", "filtered"),
        ("conformant though filtered", "not complete"),
        ("conformant though incomplete", "not complete"),
        ("conformant though a MUST failed", "UP-01 .MUST. is failed"),
        ("conformant though a MUST was not reached", "UP-01 .MUST. is not_reached"),
        ("passed without being exercised", "UP-01 passed without"),
        ("nothing was owed", "nothing was seen"),
    ],
)
def test_what_contradicts_itself_is_not_believed(change: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(altered(change))


def test_another_rule_set_may_have_other_requirements() -> None:
    form = results_form()
    form["kit"]["ruleset"] = "0.9"
    form["requirements"][0]["id"] = "ZZ-99"

    assert "" == read(form).by_id()["ZZ-99"].text
