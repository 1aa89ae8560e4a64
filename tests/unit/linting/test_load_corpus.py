"""What the linter foretells of a hand-made document is what the product did with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from conformance.golden import LoadCase, ReleasedDocument, load_cases, read_golden, released_documents
from conformance.linting import Consequence, DocumentReport, check_document
from conformance.oracle.document import inspect_document

from .corpus import CLOCK

CASES = [case for case in load_cases() if case.setup is None and case.input is not None]
RECORDED: Mapping[str, Mapping[str, Any]] = {
    entry["name"]: entry for entry in json.loads(read_golden("load/load_behaviour.json"))["cases"]
}
ACCEPTED = [case for case in CASES if case.outcome == "accepted"]
RUNS = {"no-schedule", "manual", "period-zero", "once-past"}
DUE_AT_THE_VERY_INSTANT = {"schedule_once_now": {"in.job"}}  # as it should be (NF-02)
HAZARDS = {
    "kind_cron_never": {"cron-never"},
    "kind_periodic_zero": {"period-zero"},
    "qname_quotes": {"cypher-altered", "cypher-injection"},
    **{
        name: {"manual"}
        for name in (
            "all_kinds",
            "builtin_job_names",
            "kind_manual_argument_ignored",
            "kind_manual_failed",
            "kind_manual_pending",
            "reopen_manual_runs_again",
            "upsert_to_manual",
        )
    },
}


def rewritten(case: LoadCase) -> list[tuple[str, str]]:
    """(row, member) of each value that the rewrite changed, without what a run or a rescheduling changed."""
    assert case.input is not None
    qnames = [row.qname for row in inspect_document(case.input).rows]
    return [
        (str(entry["row"]), member)
        for entry in RECORDED[case.name].get("changes", ())
        for member in entry["changed"]
        if member != "status" and qnames[entry["row"]] != "probe.added"
    ]


def checked(case: LoadCase) -> DocumentReport:
    assert case.input is not None
    return check_document(case.input, CLOCK)


def follows(report: DocumentReport, consequence: Consequence) -> list[str]:
    return [problem.pointer for problem in report.problems if problem.rule.consequence is consequence]


def qname_at(case: LoadCase, pointer: str) -> str:
    assert case.input is not None
    return inspect_document(case.input).rows[int(pointer.split("/")[1])].qname


def test_the_clock_is_that_of_the_recording() -> None:
    assert CLOCK.to_nanos() == json.loads(read_golden("load/load_behaviour.json"))["clock_ns"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_document_is_refused_when_the_product_refuses_it(case: LoadCase) -> None:
    assert (case.outcome == "refused") == checked(case).refused


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_database_is_unopenable_when_the_product_panicked(case: LoadCase) -> None:
    assert (case.outcome == "open_panics") == bool(follows(checked(case), Consequence.UNOPENABLE))


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_a_row_is_dropped_when_the_product_did_not_register_it(case: LoadCase) -> None:
    dropped = {qname_at(case, pointer) for pointer in follows(checked(case), Consequence.DROPPED)}

    assert {name for name, held in case.registered.items() if not held} == dropped


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_a_job_runs_at_open_when_the_product_ran_it(case: LoadCase) -> None:
    foretold = {qname_at(case, p.pointer) for p in checked(case).problems if p.rule.name in RUNS}

    assert set(case.ran_at_open) == foretold | DUE_AT_THE_VERY_INSTANT.get(case.name, set())


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_a_value_is_normalised_when_the_product_rewrote_it(case: LoadCase) -> None:
    told = {tuple(p.pointer.split("/")[1:3]) for p in checked(case).problems}
    missed = [change for change in rewritten(case) if change not in told and change[:1] not in told]

    assert [] == missed


@pytest.mark.parametrize("document", released_documents(), ids=lambda each: f"{each.version}-{each.name}")
def test_a_document_of_the_product_has_no_problem_but_true_hazards(document: ReleasedDocument) -> None:
    named = {problem.rule.name for problem in check_document(document.content, CLOCK).problems}

    assert HAZARDS.get(document.name, set()) == named
