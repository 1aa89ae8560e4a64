"""Whatever is done to a document, the linter answers, and agrees with the reference's reader.

The seed is MUTATION_SEED; the name of a failing test and the seed give the document again.
"""

from __future__ import annotations

import pytest

from conformance.linting import ProblemLevel, check_document, fix_document
from conformance.linting.outcome import CheckedFile, CheckRun
from conformance.oracle.document import DocumentRefused, read_document
from conformance.reports.check_formats import CHECK_FORMATS
from reference_impl import codec

from .corpus import CLOCK, DOCUMENTS, SEED, mutants


def refused_by_reference(data: bytes) -> bool:
    try:
        codec.decode(data)
    except ValueError:
        return True
    return False


def refused_by_oracle(data: bytes) -> bool:
    try:
        read_document(data)
    except DocumentRefused:
        return True
    return False


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_linter_refuses_what_the_reference_and_the_oracle_refuse(name: str) -> None:
    tried = [DOCUMENTS[name], *mutants(name)]

    linted = [check_document(data, CLOCK).refused for data in tried]

    assert (SEED, [refused_by_reference(data) for data in tried]) == (SEED, linted)
    assert (SEED, [refused_by_oracle(data) for data in tried]) == (SEED, linted)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_fixed_document_holds_every_row_and_nothing_is_left_to_normalise(name: str) -> None:
    for data in (DOCUMENTS[name], *mutants(name)):
        fix = fix_document(data)
        refused = refused_by_oracle(data)
        if fix.content is None:
            assert (SEED, True, True) == (SEED, refused, fix.obstacle != "")
        elif not refused:
            assert (SEED, read_document(data)) == (SEED, read_document(fix.content))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_report_can_be_written(name: str) -> None:
    files = tuple(CheckedFile("x.json", check_document(data, CLOCK)) for data in mutants(name, 3))
    run = CheckRun(files, CLOCK, ProblemLevel.ERROR, "0", "1")

    for form, written in CHECK_FORMATS.items():
        text = written(run)
        assert (form, text) == (form, text.encode("utf-8").decode("utf-8"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_position_lies_in_the_document(name: str) -> None:
    for data in (DOCUMENTS[name], *mutants(name)):
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        outside = [
            problem
            for problem in check_document(data, CLOCK).problems
            if problem.line > len(lines) or problem.column > len(lines[problem.line - 1]) + 1
        ]

        assert (SEED, []) == (SEED, outside)
