"""Other spellings of a row: the strict reader and a right backend take them for what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import reference_impl
from conformance.oracle.document import loaded_rows, read_document, write_document
from conformance.testing.planting import document_bytes
from conformance.testing.spellings import OTHER_SPELLINGS, other_spelling

CASES = pytest.mark.parametrize("case", OTHER_SPELLINGS, ids=lambda case: "-".join(map(str, case.values())))


@CASES
def test_the_strict_reader_reads_the_row_that_is_meant(case: dict[str, Any]) -> None:
    planted, row = other_spelling(**case)

    assert (row,) == read_document(document_bytes([planted]))


@CASES
def test_the_reference_loads_the_row_that_is_meant(case: dict[str, Any], tmp_path: Path) -> None:
    planted, row = other_spelling(**case)
    document = tmp_path / "_system" / "background_jobs.json"
    document.parent.mkdir()
    document.write_bytes(document_bytes([planted]))

    assert list(loaded_rows([row])) == reference_impl.open_backend(tmp_path).load_all()


@CASES
def test_no_version_writes_it(case: dict[str, Any]) -> None:
    planted, row = other_spelling(**case)

    assert write_document([row]) != document_bytes([planted])
