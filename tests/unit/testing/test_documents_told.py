"""How much of a planted document a story tells."""

from __future__ import annotations

import pytest

from conformance.testing.session import _shortened


@pytest.mark.parametrize("length", [0, 401, 4_000])
def test_a_document_is_told_whole(length: int) -> None:
    document = b"r" * length

    assert repr(document) == _shortened(document)


def test_of_a_huge_document_the_beginning_and_the_length_are_told() -> None:
    told = _shortened(b"row " * 100_000)

    assert told.endswith("... (400000 bytes)")
    assert len(told) < 4_100
