"""The time that a run has still to go."""

from __future__ import annotations

from conformance.reports.remaining import Remaining

EXPECTED = {**{f"cheap {number}": 1.0 for number in range(20)}, "dear": 980.0}


def after_the_cheap_ones(each: float) -> Remaining:
    remaining = Remaining(EXPECTED, 1)
    for number in range(20):
        remaining.begins(f"cheap {number}", number * each)
        remaining.ended(f"cheap {number}", (number + 1) * each)
    return remaining


def test_at_the_beginning_it_is_what_was_expected() -> None:
    assert 1000 == Remaining(EXPECTED, 1).seconds(0)
    assert 980 == Remaining(EXPECTED, 4).seconds(0)


def test_what_is_left_weighs_what_was_expected_of_it_and_not_how_many_checks_it_is() -> None:
    assert 980 == after_the_cheap_ones(1.0).seconds(20)


def test_checks_that_took_longer_than_expected_lengthen_what_is_left() -> None:
    assert 980 * 1.5 == after_the_cheap_ones(4.0).seconds(80)


def test_a_check_under_way_has_the_rest_to_go_and_never_nothing() -> None:
    remaining = after_the_cheap_ones(1.0)
    remaining.begins("dear", 20)

    assert 480 == remaining.seconds(520)
    assert 98 == remaining.seconds(5000)


def test_where_nothing_is_expected_nothing_is_left() -> None:
    assert 0 == Remaining({}, 1).seconds(7)
