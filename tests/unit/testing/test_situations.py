"""What the situations cover, counted; `pytest -s` prints it."""

from __future__ import annotations

from math import comb, prod

import pytest

from conformance.oracle.document import read_document
from conformance.testing.covering import combinations_of, covered_by
from conformance.testing.planting import document_bytes
from conformance.testing.situations import FACTORS, program_of, raw_row_of, row_of, situations


@pytest.mark.parametrize(("strength", "size", "count"), [(2, 72, 539), (3, 438, 4_376)])
def test_every_combination_of_two_or_three_values_stands_in_a_situation(
    strength: int, size: int, count: int
) -> None:
    cases = situations(strength)
    covered = covered_by(FACTORS, cases, strength)
    print(
        f"{len(cases)} of {prod(map(len, FACTORS.values()))} situations hold all {len(covered)} combinations "
        f"of any {strength} of {len(FACTORS)} factors ({comb(len(FACTORS), strength)} ways to choose them): "
        + ", ".join(f"{name} ({len(values)})" for name, values in FACTORS.items())
    )

    assert combinations_of(FACTORS, strength) == covered
    assert (size, count) == (len(cases), len(covered))


@pytest.mark.parametrize("situation", situations(2), ids=str)
def test_a_planted_row_is_read_as_the_situation_says(situation: dict[str, object]) -> None:
    assert (row_of(situation),) == read_document(document_bytes([raw_row_of(situation)]))


def test_a_program_does_it_so_many_times_and_ends_with_an_opening() -> None:
    lengths = {
        (situation["times"], situation["reopened"]): len(program_of(situation)) for situation in situations(2)
    }

    assert {(1, False): 2, (2, False): 3, (3, False): 4, (1, True): 2, (2, True): 4, (3, True): 6} == lengths
