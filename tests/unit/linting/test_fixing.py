"""Fixing writes every row in the usual form, mends what leaves no doubt, and guesses nothing."""

from __future__ import annotations

import pytest

from conformance.contract.records import Cron, Duration, Manual, Periodic, SystemTime
from conformance.linting import check_document, fix_document
from conformance.oracle.document import StoredRow, read_document, write_document

ROW = StoredRow("a.b", "Idle", 0, Cron("@daily"), None)
WRITTEN = write_document([ROW])
REST = '"status":"Idle","consecutive_failures":0'


def one_row(members: str) -> bytes:
    return f"[{{{members}}}]".encode()


def rows_of(data: bytes) -> tuple[StoredRow, ...]:
    fix = fix_document(data)
    assert fix.content is not None, fix.obstacle
    return read_document(fix.content)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + WRITTEN,
        WRITTEN.decode().encode("utf-16"),
        WRITTEN[:-2] + b",\n]",
        WRITTEN.replace(b"null", b"null,"),
        WRITTEN.replace(b": 0", b": 0.0"),
        WRITTEN.replace(b": 0", b": -0"),
        WRITTEN.replace(b": 0", b": 0e5"),
        WRITTEN.replace(b'"status"', b'"qname": "a.b", "status"'),
        WRITTEN.replace(b'"Cron"', b'"Cron": "@daily", "Cron"'),
        WRITTEN.replace(b'"status"', b'"note": [1], "status"'),
        WRITTEN.replace(b"\n", b"\r\n"),
        b'[["a.b", "Idle", 0, {"Cron": "@daily"}]]',
    ],
)
def test_what_leaves_no_doubt_is_mended(data: bytes) -> None:
    fix = fix_document(data)

    assert (WRITTEN, "") == (fix.content, fix.obstacle)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{}", "an object of 0 members"),
        (WRITTEN[:-2], "the text ends"),
        (WRITTEN + b"[]", "text after the end"),
        (b"\x00" * 64, "line 1, column 1"),
        (one_row(f'"qname":"a.b","qname":"a.c",{REST}'), "qname twice"),
        (one_row(f'"qname":"a.b","schedule":null,{REST}'), "/0/schedule"),
        (one_row('"qname":"a.b","status":"Idle"'), "consecutive_failures"),
        (one_row(f'"qname":"\\ud800.b",{REST}'), "lone surrogate"),
        (one_row('"qname":"a.b","status":"Idle","consecutive_failures":0.5'), "0.5"),
        (one_row('"qname":"a.b","status":"Idle","consecutive_failures":1e999999999999999999999'), "1e999"),
        (one_row('"qname":"a.b","status":"Idle","consecutive_failures":4294967296.0'), "4294967296"),
        (b'[["a.b", "Idle"]]', "3 to 5 values"),
    ],
)
def test_what_would_need_a_guess_is_left_alone_and_said(data: bytes, said: str) -> None:
    fix = fix_document(data)

    assert (None, True) == (fix.content, said in fix.obstacle)


def test_a_raw_control_character_is_kept_and_escaped() -> None:
    (row,) = rows_of(one_row('"qname":"a.\tb\n",' + REST))

    assert "a.\tb\n" == row.qname


def test_a_comma_inside_a_string_is_no_slip() -> None:
    (row,) = rows_of(one_row(f'"qname":"a.b,]",{REST},'))

    assert "a.b,]" == row.qname


def test_rows_that_are_dropped_on_load_are_kept() -> None:
    rows = (StoredRow("nodot", "x", 1, Manual(), None), StoredRow("x.", "y", 2, Manual(), SystemTime(1, 2)))

    assert rows == rows_of(write_document(rows).replace(b"\n", b" "))


def test_repeated_rows_are_all_kept() -> None:
    assert (ROW, ROW) == rows_of(write_document([ROW, ROW]) + b"\n")


def test_numbers_of_instants_and_durations_are_mended_too() -> None:
    next_fire_at = '{"secs_since_epoch":7.0,"nanos_since_epoch":8,"nanos_since_epoch":8.0}'
    data = one_row(f'"qname":"a.b",{REST},"schedule":{{"Periodic":[6e1,0.0]}},"next_fire_at":{next_fire_at}')
    (row,) = rows_of(data)

    assert (Periodic(Duration(60, 0)), SystemTime(7, 8)) == (row.schedule, row.next_fire_at)


def test_what_was_mended_is_told() -> None:
    data = b"\xef\xbb\xbf" + one_row(f'"qname":"a.b",{REST},"x":1,').replace(b":0", b":0.0")

    changes = fix_document(data).changes

    assert 4 == len(changes)
    assert ("byte-order mark removed", "0.0 written as 0") == (changes[0], changes[2])


def test_no_bytes_and_white_space_become_an_empty_array() -> None:
    assert (b"[]", b"[]") == (fix_document(b"").content, fix_document(b" \n").content)


def test_fixing_what_is_usual_changes_no_byte() -> None:
    assert WRITTEN == fix_document(WRITTEN).content


def test_after_fixing_no_note_is_left() -> None:
    data = b'[{"status":"Idle","qname":"a.b","consecutive_failures":0,"x":0,"schedule":{"Cron":"@daily"}}]\n'
    content = fix_document(data).content
    assert content is not None

    assert () == check_document(content, SystemTime(0, 0)).problems
