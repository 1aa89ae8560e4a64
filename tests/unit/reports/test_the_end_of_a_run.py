"""The end of a run: causes with a story each, a line a requirement, the verdict with what it leaves aside."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from making import failure, outcome, record
from rich.console import Console

from conformance.contract.requirements import load_ruleset
from conformance.reports.github import error_commands, render_markdown
from conformance.reports.sarif import render_run_sarif
from conformance.reports.terminal import Detail, print_summary
from conformance.results.causes import with_causes
from conformance.results.known_failures import KnownFailure, apply_known_failures
from conformance.results.run_record import RunRecord
from conformance.results.verdict import CheckOutcome, RunVerdict, Verdict
from conformance.results.wording import plural, verdict_words


def raised(id: str, operation: str) -> CheckOutcome:
    words = f"nothing but SchedulerPersistenceError comes out of {operation}"
    found = failure(id, words)
    assert found.counterexample is not None
    observed = f"{operation} raised KeyError: 'job.{id}'; only SchedulerPersistenceError may come out"
    return replace(found, counterexample=replace(found.counterexample, observed=observed))


def a_run(*outcomes: CheckOutcome) -> RunRecord:
    plain = record(outcomes)
    return replace(plain, results=tuple(with_causes(plain.results, load_ruleset())))


def printed(run: RunRecord, detail: Detail | None = None, width: int = 200) -> str:
    text = io.StringIO()
    print_summary(run, Console(file=text, width=width), detail=detail)
    return text.getvalue()


def test_one_observation_is_told_once_whatever_raised_it() -> None:
    text = printed(a_run(raised("CX-02", "cancel"), raised("ST-01", "load_all")))

    assert 1 == text.count("what was done:")
    assert "the same: ST-01" in text
    assert "CX-02 MUST   failed" in text
    assert "ST-01 MUST   failed" in text


def test_two_observations_are_two_causes() -> None:
    text = printed(a_run(raised("CX-02", "cancel"), failure("ST-01", "a fresh job is Pending")))

    assert ("cause 1" in text, "cause 2" in text) == (True, True)


def test_a_quiet_run_tells_no_story_and_loses_no_requirement() -> None:
    text = printed(a_run(failure("CX-02"), failure("ST-01")), Detail(quiet=True))

    assert "what was done" not in text
    assert ("CX-02 MUST" in text, "ST-01 MUST" in text) == (True, True)
    assert "not conformant" in text


def test_long_stories_are_cut_unless_every_step_is_asked_for() -> None:
    found = failure("CX-02", operations=tuple(f"step {number}" for number in range(20)))

    assert "(14 steps, told in the replay file)" in printed(a_run(found))
    assert "1. step 0\n" in printed(a_run(found), Detail(verbose=True))


def test_what_follows_has_its_story_where_every_story_is_asked_for() -> None:
    run = a_run(failure("RT-10", "nothing loads"), failure("RT-11", "loading writes"))

    assert ("broken: nothing loads\n" in printed(run), "broken: loading writes\n" in printed(run)) == (
        True,
        False,
    )
    assert "broken: loading writes\n" in printed(run, Detail(verbose=True))


def test_what_was_planted_first_is_told_however_long_the_story_is() -> None:
    steps = (
        "open()",
        "the document is b'[]'",
        *(f"step {number}" for number in range(20)),
        "the document is b''",
    )
    told = printed(a_run(failure("CX-02", operations=steps)))

    assert "    (1 step, told in the replay file)\n    2. the document is []\n    (15 steps, " in told


def test_a_story_that_is_a_little_too_long_is_told_whole() -> None:
    found = failure("CX-02", operations=tuple(f"step {number}" for number in range(9)))

    assert "1. step 0\n" in printed(a_run(found))


def test_a_cause_is_told_by_its_shortest_story_and_the_others_are_named() -> None:
    long, short = (
        failure("CX-02", f"claim {steps}", operations=tuple(f"step {number}" for number in range(steps)))
        for steps in (8, 2)
    )
    text = printed(a_run(long, replace(short, replay="replays/CX-02-2.json")))

    assert "broken: claim 2\n" in text
    assert "  also:     claim 8 (" in text


def test_a_cause_is_told_by_what_is_soonest_read() -> None:
    few = failure("CX-02", "few steps", operations=("open()",), observed="[record], " * 200)
    plain = failure("CX-02", "plain", operations=("open()", "cancel()", "load_all()"))

    assert "broken: plain\n" in printed(a_run(few, replace(plain, replay="replays/CX-02-2.json")))


def test_a_failure_in_a_line_has_what_was_expected_beside_what_was_observed() -> None:
    text = printed(a_run(failure("QN-05", observed="two rows"), failure("QN-04", "ids")))

    assert "QN-05 MUST   failed  a row stays alone: expected one row; observed two rows (" in text


def test_a_failure_names_every_cause_that_may_explain_it() -> None:
    text = printed(a_run(failure("RT-03", "a period"), failure("RT-09", "a name"), failure("QN-06", "ids")))

    assert "QN-06 MUST   failed  ids" in text
    assert "(causes 1, 2)" in text


def test_what_is_stale_for_one_reason_is_told_once_and_is_no_warning() -> None:
    run = a_run(outcome(id="CX-01"), outcome(id="CX-02"), outcome(id="FM-04"))
    stale = tuple(
        replace(each, verdict=Verdict.STALE_KNOWN_FAILURE, reason="it passes: take it out")
        for each in run.results
    )
    judgement = replace(run.judgement, breaches=("CX-01", "CX-02"), warnings=("FM-04",))
    text = printed(replace(run, results=stale, judgement=judgement))

    assert "  CX-01, CX-02, FM-04 break nothing now: it passes: take it out\n" in text
    assert "warning" not in text


def test_what_breaks_otherwise_than_is_known_has_its_story() -> None:
    run = a_run(failure("CX-01", "as ever"), failure("CX-01", "anew"))
    known = [KnownFailure("CX-01", "we know", "as ever")]
    results, _ = apply_known_failures(run.results, known)
    run = replace(run, results=tuple(results))
    text = printed(run)

    assert "broken: anew\n" in text
    assert "broken: as ever" not in text
    assert "CX-01 MUST   stale known failure  it fails with another message, 'anew'" in text
    assert "(cause 1)" in text
    assert '"suppressions"' not in render_run_sarif(run)
    assert "cause 1: CX-01: anew" in render_markdown(run)


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        (("FM-04",), "warning: breaks FM-04, which is not counted at this level\n"),
        (("FM-04", "CX-01"), "warning: breaks FM-04, CX-01, which are not counted at this level\n"),
    ],
)
def test_a_warning_agrees_with_how_many_it_names(ids: tuple[str, ...], words: str) -> None:
    run = a_run(outcome(id="CX-01"), outcome(id="FM-04"))

    assert words in printed(replace(run, judgement=replace(run.judgement, warnings=ids)))


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 checks"), (1, "1 check"), (2, "2 checks"), (1234, "1,234 checks")]
)
def test_what_is_counted_agrees_with_its_number(count: int, words: str) -> None:
    assert words == plural(count, "check")


def test_a_long_story_of_a_crash_keeps_the_fault_and_the_crash() -> None:
    steps = [f"step {number}" for number in range(30)]
    steps[3] = "write(6, 396 bytes) = -1 ENOSPC   <-- made to fail"
    steps[14] = "**** killed here, before openat('data') ****"
    steps[15:] = [f"{step}   <-- not executed" for step in steps[15:]]
    told = printed(a_run(failure("CR-08", operations=tuple(steps))))

    assert "4. write(6, 396 bytes) = -1 ENOSPC   <-- made to fail\n" in told
    assert "15. **** killed here, before openat('data') ****\n    (15 steps, told in the replay file)" in told


def test_a_step_that_holds_a_document_stands_on_one_line() -> None:
    document = b'[\n  {\n    "qname": 1' + b"x" * 900
    found = failure("CX-02", operations=(f"the document is {document!r} raised E",))
    line = next(line for line in printed(a_run(found)).splitlines() if "the document is" in line)

    assert '[ { "qname"' in line
    assert line.endswith("raised E")
    assert len(line) < 600


def test_the_verdict_says_first_what_it_leaves_aside() -> None:
    known = a_run(outcome(id="UP-01"), failure("CX-01"))
    known = replace(
        known,
        results=tuple(
            replace(each, verdict=Verdict.KNOWN_FAILURE) if each.id == "CX-01" else each
            for each in known.results
        ),
        judgement=replace(known.judgement, verdict=RunVerdict.CONFORMANT, breaches=()),
    )

    assert "conformant apart from 1 known failure: a backend 1.2" in printed(known)
    assert "\n  known failure: CX-01\n" in printed(known, Detail(quiet=True))
    assert "## ✅ conformant apart from 1 known failure" in render_markdown(known)
    assert "- known failure: CX-01\n" in render_markdown(known)
    assert "conformant apart from 1 known failure" in render_run_sarif(known)
    assert '"suppressions"' in render_run_sarif(known)


def test_the_words_of_a_verdict() -> None:
    assert "conformant" == verdict_words(RunVerdict.CONFORMANT)
    assert "conformant apart from 26 known failures and 2 untested by permission" == verdict_words(
        RunVerdict.CONFORMANT, known=26, untested=2
    )
    assert "not conformant, and beside that 1 known failure" == verdict_words(
        RunVerdict.NOT_CONFORMANT, known=1
    )


def test_a_filtered_run_lists_nothing_that_was_left_out() -> None:
    run = a_run(failure("CX-01"), outcome(Verdict.NOT_REACHED, "UP-01"))
    left_out = replace(run.results[1], reason="not selected in this run", checks=())
    run = replace(
        run,
        filtered=True,
        results=(run.results[0], left_out),
        judgement=replace(run.judgement, missing=("UP-01",)),
    )
    text = printed(run)

    assert "UP-01" not in text
    assert "1 requirement left out" in text
    assert "upsert" not in text


def test_a_shard_says_what_to_do_with_it() -> None:
    text = printed(replace(a_run(failure("CX-01")), shard="2/3", filtered=True))

    assert "shard 2 of 3: `sidecar-conformance merge DIR... -o WHOLE` makes one report" in text


def test_a_narrow_terminal_gets_a_table_that_fits() -> None:
    text = printed(a_run(failure("CX-01"), outcome(id="UP-01")), width=60)
    table = text[text.index("chapter") : text.index("not conformant:")].splitlines()

    assert all(len(line) <= 60 for line in table)


def test_the_slowest_checks_are_named() -> None:
    assert "slowest checks" in printed(a_run(outcome(id="UP-01")), Detail(durations=1))


def test_annotations_are_commands_that_no_text_can_break_out_of() -> None:
    lines = list(error_commands(a_run(failure("CX-01", "50% of\nall"))))

    assert lines[0].startswith("::error title=CX-01::50%25 of")
    assert all("\n" not in line for line in lines)


CX = ("CX-01 ", "CX-02 ", "CX-03 ")


def protocol_error(id: str) -> CheckOutcome:
    words = "the adapter broke the protocol: cancel: the adapter wrote a line on stdout that is no answer"
    return outcome(Verdict.ERROR, id, message=words)


@pytest.mark.parametrize("detail", [Detail(), Detail(quiet=True)])
def test_an_error_of_many_requirements_is_told_once(detail: Detail) -> None:
    text = printed(a_run(protocol_error("CX-01"), protocol_error("CX-02"), protocol_error("CX-03")), detail)

    assert 1 == text.count("that is no answer")
    assert ["error"] * 3 == [
        line.split()[2] for line in text.splitlines() if line[:6] in CX and "MUST " in line
    ]


@pytest.mark.parametrize("width", [40, 46, 60, 76, 90])
def test_the_table_breaks_no_word(width: int) -> None:
    text = printed(a_run(failure("CX-02"), outcome(Verdict.PASSED, "ST-01")), width=width)
    heading = next(line for line in text.splitlines() if "passed" in line and "failed" in line)

    assert "…" not in text
    assert len(heading) <= width
    assert "untested" in heading


def test_a_long_document_is_shortened_in_plain_text_and_whole_where_all_is_asked_for() -> None:
    row = "'id': 'the decisive row'"
    found = failure("CX-02", operations=(f'the document is b"{"x" * 1500}{row}{"y" * 1500}"',))

    assert (False, True) == (
        row in printed(a_run(found)),
        row in printed(a_run(found), Detail(verbose=True)),
    )
