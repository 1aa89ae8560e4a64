"""Known failures excuse exactly what they pin."""

from __future__ import annotations

import pytest
from making import failure, outcome, requirement

from conformance.contract.requirements import load_ruleset
from conformance.errors import UsageError
from conformance.results.known_failures import (
    KnownFailure,
    apply_known_failures,
    claim_of,
    parse_known_failures,
)
from conformance.results.known_failures_file import rewrite_known_failures
from conformance.results.verdict import CheckOutcome, RequirementResult, Verdict, conclude

KNOWN = KnownFailure("UP-01", "we know", "a row stays alone")


def applied(
    *outcomes: CheckOutcome, known: tuple[KnownFailure, ...] = (KNOWN,)
) -> tuple[RequirementResult, list[str]]:
    results, complaints = apply_known_failures([conclude(requirement(), outcomes)], known)
    return results[0], complaints


def parse(text: str) -> tuple[KnownFailure, ...]:
    return parse_known_failures(text, load_ruleset(), "gate/known.toml")


def entry(**changes: str) -> str:
    members = {"requirement": "UP-01", "reason": "why", "message": "what"} | changes
    return "[[known_failure]]\n" + "".join(f'{name} = "{text}"\n' for name, text in members.items() if text)


def test_what_fails_as_pinned_is_known() -> None:
    found, complaints = applied(failure())

    assert (Verdict.KNOWN_FAILURE, "we know", []) == (found.verdict, found.reason, complaints)


def test_what_passes_is_stale() -> None:
    assert Verdict.STALE_KNOWN_FAILURE is applied(outcome())[0].verdict


def test_what_fails_with_another_message_is_stale() -> None:
    assert Verdict.STALE_KNOWN_FAILURE is applied(failure(message="another claim"))[0].verdict


def test_one_failure_of_two_that_is_not_pinned_is_enough() -> None:
    assert Verdict.STALE_KNOWN_FAILURE is applied(failure(), failure(message="another claim"))[0].verdict


def test_an_entry_whose_message_was_not_seen_is_complained_of() -> None:
    gone = KnownFailure("UP-01", "we know", "a claim of old")
    found, complaints = applied(failure(), known=(KNOWN, gone))

    assert (Verdict.KNOWN_FAILURE, 1) == (found.verdict, len(complaints))
    assert "a claim of old" in complaints[0]


@pytest.mark.parametrize("verdict", [Verdict.NOT_TESTABLE, Verdict.NOT_REACHED, Verdict.ERROR])
def test_an_entry_of_what_was_not_tested_matches_nothing(verdict: Verdict) -> None:
    found, complaints = applied(outcome(verdict))

    assert (verdict, 1) == (found.verdict, len(complaints))


def test_an_entry_of_no_result_matches_nothing() -> None:
    _, complaints = applied(failure(), known=(KNOWN, KnownFailure("CX-01", "we know", "gone")))

    assert 1 == len(complaints)
    assert complaints[0].startswith("the known failure of CX-01 matches nothing in this run: take its entry")


def test_a_hang_can_be_known() -> None:
    hang = outcome(Verdict.TIMEOUT, message="load_all returns")

    assert (
        Verdict.KNOWN_FAILURE
        is applied(hang, known=(KnownFailure("UP-01", "slow", "load_all returns"),))[0].verdict
    )


def test_a_claim_is_the_first_line_of_a_message() -> None:
    assert "one" == claim_of(outcome(message="one\ntwo"))
    assert "" == claim_of(outcome())


def test_what_is_rendered_parses_to_the_same_and_keeps_old_reasons() -> None:
    results = [conclude(requirement(), [failure()]), conclude(requirement("CX-01"), [failure("CX-01")])]
    rewritten = rewrite_known_failures("", results, [KNOWN], lambda replay: f"kept/{replay}")

    assert (KNOWN, KnownFailure("CX-01", "to be explained", "a row stays alone")) == parse(rewritten.text)


def test_what_does_not_fail_any_more_is_rendered_no_more() -> None:
    assert () == parse(rewrite_known_failures("", [conclude(requirement(), [outcome()])], [KNOWN], str).text)


FILE = """# What we know. Ask Ann before you add to it.

# slow disks
[[known_failure]]
requirement = "CX-01"
reason = "we know"
message = "gone"

# see the board
[[known_failure]] # twice
requirement = "UP-01"
reason = 'we know'  # and mean it
message = "a row stays alone"
"""


def rewritten(*outcomes: CheckOutcome) -> str:
    results = [conclude(requirement(id), [o for o in outcomes if o.requirement == id]) for id in IDS]
    return rewrite_known_failures(FILE, results, parse(FILE), str).text


IDS = ("UP-01", "CX-01", "ER-01")


def test_a_rewritten_file_keeps_comments_and_layout_of_what_stays() -> None:
    text = rewritten(failure(), outcome(id="CX-01"), failure("ER-01", "an error is told"))

    kept = FILE.partition("# slow disks")[0] + FILE[FILE.index("# see the board") :]
    assert text.startswith(kept)
    assert [("UP-01", "a row stays alone"), ("ER-01", "an error is told")] == [
        (entry.requirement, entry.message) for entry in parse(text)
    ]


def test_a_file_that_holds_the_truth_stays_as_it_is() -> None:
    assert FILE == rewritten(failure(), failure("CX-01", "gone"), outcome(id="ER-01"))


PLAIN = '[[known_failure]]\nrequirement = "CX-01"\nreason = "we know"\nmessage = "gone"\n'


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        (f"# head\n{PLAIN}", "# head\n"),
        (f"# head\n\n{PLAIN}", "# head\n"),
        (f"# head\n\n# of this one\n{PLAIN}", "# head\n"),
        (f"{PLAIN}# tail\n", "# tail\n"),
        (f"# head\n{PLAIN}# tail\n", "# head\n\n# tail\n"),
        (
            f"{PLAIN}\n# apart\n\n{entry(message='a row stays alone')}",
            f"# apart\n\n{entry(message='a row stays alone')}",
        ),
        (
            f"# head\n{PLAIN}\n# of that\n{entry(message='a row stays alone')}",
            f"# head\n\n# of that\n{entry(message='a row stays alone')}",
        ),
    ],
)
def test_no_comment_goes_but_the_one_right_above_what_is_removed(text: str, stays: str) -> None:
    results = [conclude(requirement("CX-01"), [outcome(id="CX-01")]), conclude(requirement(), [failure()])]
    results = results if "UP-01" in text else results[:1]

    assert stays == rewrite_known_failures(text, results, parse(text), str).text


def test_what_fails_with_another_message_keeps_its_reason_and_issue() -> None:
    text = FILE.replace('message = "gone"\n', 'message = "gone" # for now\nissue = "https://issues/1"\n')
    results = [
        conclude(requirement(), [failure()]),
        conclude(requirement("CX-01"), [failure("CX-01", "anew")]),
    ]
    found = rewrite_known_failures(text, results, parse(text), str)

    assert text.replace('"gone"', '"anew"') == found.text
    assert found.words.startswith("0 added, 1 kept, 1 with another message (CX-01), 0 removed; see whether")


def test_what_fails_beside_what_is_known_is_to_be_explained() -> None:
    results = [conclude(requirement(), [failure(), failure(message="another claim")])]
    found = rewrite_known_failures(FILE, results, parse(FILE), str)

    assert [("another claim", "to be explained")] == [(each.message, each.reason) for each in found.added]


def test_entries_on_one_line_are_rewritten_too() -> None:
    text = 'known_failure = [{requirement = "UP-01", reason = "we know", message = "a row stays alone"}]\n'
    results = [conclude(requirement(), [failure()]), conclude(requirement("CX-01"), [failure("CX-01")])]
    found = rewrite_known_failures(text, results, parse(text), str)

    assert ["UP-01", "CX-01"] == [entry.requirement for entry in parse(found.text)]
    assert '1 added (CX-01), 1 kept, 0 removed; write a reason where "to be explained" stands' == found.words


def test_a_stale_entry_names_its_file_and_the_way_out() -> None:
    results, _ = apply_known_failures(
        [conclude(requirement(), [outcome()])], (KNOWN,), file="gate/known.toml"
    )

    assert "gate/known.toml, or run once with --fix-known-failures" in results[0].reason


def test_a_whole_entry_is_read() -> None:
    text = entry(issue="https://issues/1", counterexample="x.json")

    assert (KnownFailure("UP-01", "why", "what", "https://issues/1", "x.json"),) == parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[known_failure", "not TOML"),
        ("known_failure = 3", "array of tables"),
        ("[known_failure]\nrequirement = 'UP-01'", "array of tables"),
        ("known_failure = ['UP-01']", "array of tables"),
        ("[[known_failures]]\nrequirement = 'UP-01'", "known_failures"),
        (entry(requirement="XX-01"), "XX-01, which is no requirement"),
        (entry(requirement=""), "known failure 1 needs a requirement"),
        (entry(reason=" "), "known failure 1 needs a reason"),
        (entry(message=""), "known failure 1 needs a message"),
        (entry(mesage="x"), "unknown members: mesage"),
        (entry() + "issue = 3\n", "issue"),
        (entry() + "counterexample = [1]\n", "counterexample"),
        (entry() + entry(reason="again"), "known failure 2 repeats"),
    ],
)
def test_a_file_that_is_not_right_is_refused_with_a_cause(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)

    assert said in str(caught.value)
    assert str(caught.value).startswith("gate/known.toml: ")
