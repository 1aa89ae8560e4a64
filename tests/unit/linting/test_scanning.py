"""Row by row, a text gives what the oracle's reader makes of the whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, Schedule, SystemTime
from conformance.linting.scanning import Element, NotRows, Scanner
from conformance.oracle.format_check import check_format
from conformance.oracle.inspection import decode
from conformance.oracle.json_tree import JsonSyntaxError, Lines, parse_json
from conformance.oracle.row_reader import read_rows
from conformance.oracle.row_writer import write_document
from conformance.oracle.rows import StoredRow

from .corpus import DOCUMENTS, mutants

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
nanos = st.integers(0, 999_999_999)
instants = st.builds(SystemTime, st.integers(0, 2**63 - 1), nanos)
schedules: st.SearchStrategy[Schedule] = st.one_of(
    st.just(Manual()),
    instants.map(Once),
    st.builds(Duration, st.integers(0, 2**64 - 1), nanos).map(Periodic),
    texts.map(Cron),
)
rows = st.builds(StoredRow, texts, texts, st.integers(0, 2**32 - 1), schedules, st.none() | instants)


def scanned(text: str) -> object:
    """The rows and flaws that scanning finds, or how it ends."""
    elements: list[Element] = []
    try:
        elements.extend(Scanner(text).elements())
    except JsonSyntaxError as error:
        return error.reason, error.offset, error.pointer
    except NotRows as error:
        return [], [error.flaw]
    found = [(element.place, element.start, element.row) for element in elements if element.row is not None]
    return found, [flaw for element in elements for flaw in element.flaws]


def read_whole(text: str) -> object:
    """The same, by the oracle's reader."""
    try:
        reading = read_rows(parse_json(text))
    except JsonSyntaxError as error:
        return error.reason, error.offset, error.pointer
    found = [(located.place, located.node.start, located.row) for located in reading.rows]
    return found, list(reading.flaws)


def without_places(outcome: object) -> object:
    """Paths of scanned flaws start at the row, those of a whole document at its root."""
    if not isinstance(outcome, tuple) or len(outcome) != 2:
        return outcome
    found, flaws = outcome
    return found, [(f.offset, f.requirement, f.expected, f.observed) for f in flaws]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_scanning_finds_what_the_reader_finds(name: str) -> None:
    texts = [decode(data) for data in (DOCUMENTS[name], *mutants(name)) if data]

    assert [without_places(read_whole(text)) for text in texts] == [
        without_places(scanned(text)) for text in texts
    ]


@given(st.lists(rows, max_size=3))
def test_written_rows_are_scanned_as_they_were(written: list[StoredRow]) -> None:
    scanner = Scanner(write_document(written).decode())

    assert written == [element.row for element in scanner.elements()]
    assert scanner.deviation is None


@pytest.mark.parametrize("secs", [2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**20])
@pytest.mark.parametrize("variant", ["Once", "Periodic"])
def test_the_fast_way_leaves_numbers_out_of_range_to_the_reader(variant: str, secs: int) -> None:
    schedule: Schedule = Periodic(Duration(7, 8)) if variant == "Periodic" else Once(SystemTime(7, 8))
    text = (
        write_document([StoredRow("a.b", "Idle", 0, schedule, None)]).decode().replace(": 7,", f": {secs},")
    )

    assert without_places(read_whole(text)) == without_places(scanned(text))


def layout_judged(data: bytes) -> list[tuple[int, int]]:
    return [(p.line, p.column) for p in check_format(data) if p.requirement == "FM-04" and not p.pointer]


def layout_scanned(data: bytes) -> list[tuple[int, int]]:
    scanner = Scanner(decode(data))
    try:
        list(scanner.elements())
    except (JsonSyntaxError, NotRows):
        return []
    return [] if scanner.deviation is None else [Lines(decode(data)).at(scanner.deviation)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_layout_leaves_the_usual_one_where_the_strict_judge_says(name: str) -> None:
    data = DOCUMENTS[name]

    assert layout_judged(data) == layout_scanned(data)
