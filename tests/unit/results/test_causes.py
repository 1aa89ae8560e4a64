"""Failures are put down to root causes by what requirements rest on."""

from __future__ import annotations

import pytest
from making import requirement, result

from conformance.contract.requirements import Ruleset
from conformance.results.causes import followers, roots, with_causes
from conformance.results.verdict import Verdict

RESTS_ON = {"AA-01": (), "AA-02": ("AA-01",), "AA-03": ("AA-02",), "AA-04": (), "AA-05": ("AA-03", "AA-04")}
RULES = Ruleset("1", tuple(requirement(id, rests_on=bases) for id, bases in RESTS_ON.items()))


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("", {}),
        ("AA-02", {"AA-02": ()}),
        ("AA-01 AA-02", {"AA-01": (), "AA-02": ("AA-01",)}),
        ("AA-01 AA-03", {"AA-01": (), "AA-03": ("AA-01",)}),
        ("AA-03 AA-02 AA-01", {"AA-01": (), "AA-02": ("AA-01",), "AA-03": ("AA-01",)}),
        ("AA-01 AA-04 AA-05", {"AA-01": (), "AA-04": (), "AA-05": ("AA-01", "AA-04")}),
    ],
)
def test_a_failure_is_put_down_to_what_fails_beneath_it(
    broken: str, expected: dict[str, tuple[str, ...]]
) -> None:
    assert expected == roots(broken.split(), RULES)


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.TIMEOUT, Verdict.KNOWN_FAILURE])
def test_what_is_known_to_fail_is_a_cause_too(verdict: Verdict) -> None:
    results = with_causes([result(verdict, "AA-01"), result(Verdict.FAILED, "AA-02")], RULES)

    assert [(), ("AA-01",)] == [each.follows_from for each in results]


def test_what_was_not_seen_to_hold_is_no_cause() -> None:
    results = with_causes([result(Verdict.NOT_TESTABLE, "AA-01"), result(Verdict.FAILED, "AA-02")], RULES)

    assert [(), ()] == [each.follows_from for each in results]


def test_what_passed_follows_from_nothing() -> None:
    results = with_causes([result(Verdict.FAILED, "AA-01"), result(Verdict.PASSED, "AA-02")], RULES)

    assert [(), ()] == [each.follows_from for each in results]


def test_a_cause_knows_what_follows_from_it() -> None:
    assert {"AA-01": ["AA-02", "AA-03"]} == followers({"AA-01": (), "AA-02": ("AA-01",), "AA-03": ("AA-01",)})
