"""What changed between two documents is said, all of it, and once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.oracle.document import write_document
from conformance.releases.differences import compare
from conformance.releases.planted import LEGACY_ROWS, MIXED_ROWS
from conformance.testing.strategies import documents

OLD = MIXED_ROWS.encode()
ROWS: list[dict[str, Any]] = json.loads(OLD)


def said(old: bytes | None, new: bytes | None) -> list[str]:
    return [str(difference) for difference in compare(old, new).all]


def spelled(rows: Any, **how: Any) -> bytes:
    return json.dumps(rows, ensure_ascii=False, **how).encode()


def test_the_same_bytes_do_not_differ() -> None:
    assert said(OLD, OLD) == []
    assert said(None, None) == []


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (OLD + b"\n", "layout: final newline: nothing became '\\n'"),
        (OLD + b" ", "layout: after the document: nothing became 1 blank"),
        (b"\n" + OLD, "layout: before the document: nothing became '\\n'"),
        (OLD.replace(b"\n", b"\r\n"), "layout: line ends: '\\n' became '\\r\\n'"),
        (spelled(ROWS, indent=4), "layout: indent: 2 blanks became 4 blanks"),
        (spelled(ROWS, indent="\t"), "layout: indent: 2 blanks became '\\t'"),
        (
            OLD.replace(b'  {\n    "qname": "older', b'   {\n    "qname": "older'),
            "layout: before a row: a new line became '\\n   '",
        ),
        (
            OLD.replace(b'"secs": 3600', b'"secs" :3600'),
            "layout: before a colon: nothing became 1 blank",
        ),
        (OLD.replace(b"odd.f", b"odd.\\u0066"), "layout: escapes written in strings: \\u0066 now"),
        (OLD.replace(b'"status": "Idle"', b'"st\\u0061tus": "Idle"'), "\\u0061 now"),
        (OLD.replace(b"oldest.job", b"oldest.Job"), 'qname: "oldest.job" became "oldest.Job"'),
        (OLD.replace(b"999999999", b"0"), "next_fire_at.nanos_since_epoch: 999999999 became 0"),
        (OLD.replace(b"999999999", b"1e0"), "next_fire_at.nanos_since_epoch: 999999999 became 1e0"),
        (OLD.replace(b": null", b": 0"), "row 4 'current.cron', next_fire_at: null became 0"),
        (OLD[:-1], "the document: is no JSON any more: the text ends where a comma or ] should stand"),
        (b"", "the document: is no JSON any more: the text ends where a value should stand"),
        (b"\xef\xbb\xbf" + OLD, "the document: is no JSON any more: a byte-order mark"),
        (b"{}", "the document: [{"),
    ],
)  # fmt: skip
def test_a_change_is_named(new: bytes, words: str) -> None:
    found = said(OLD, new)

    assert words in found[0]


def test_a_renamed_variant_is_named_in_each_row_that_has_it() -> None:
    found = said(OLD, OLD.replace(b'"Cron"', b'"CRON"'))

    assert found == [
        "row 1 'older.cron', schedule: variant 'Cron' became 'CRON'",
        "row 4 'current.cron', schedule: variant 'Cron' became 'CRON'",
    ]


def test_members_in_another_order_are_named_once_with_how_often() -> None:
    rows = [row for row in ROWS if len(row) == 5]
    found = compare(
        spelled(rows, indent=2), spelled([dict(sorted(row.items())) for row in rows], indent=2)
    ).all

    assert [each.times for each in found] == [2]
    assert str(found[0]) == (
        "layout: order of members: qname, status, consecutive_failures, schedule, next_fire_at became "
        "consecutive_failures, next_fire_at, qname, schedule, status"
    )


def test_rows_that_changed_places_are_listed_from_the_first_on() -> None:
    rows = [ROWS[0], ROWS[2], ROWS[1], *ROWS[3:]]

    [words] = said(OLD, spelled(rows, indent=2))

    assert words == (
        "order of rows: ..., 'older.cron', 'odd.fire_time_only', 'current.periodic', 'current.cron' became "
        "..., 'odd.fire_time_only', 'older.cron', 'current.periodic', 'current.cron'"
    )


def test_rows_and_members_that_came_or_went_are_named() -> None:
    gone = said(OLD, spelled(ROWS[1:], indent=2))
    come = said(spelled(ROWS[1:], indent=2), OLD)
    more = said(OLD, OLD.replace(b'"Idle"', b'"Idle",\n    "x": 1'))

    row = '{"qname": "oldest.job", "status": "Idle", "consecutive_failures": 1}'
    assert gone == [f"row 0 'oldest.job': lost; it was {row}"]
    assert come == [f"row 0 'oldest.job': added: {row}"]
    assert more == ["row 0 'oldest.job', x: added: 1"]


def test_of_two_rows_of_one_qname_the_second_may_be_lost() -> None:
    rows = [ROWS[0], ROWS[1], ROWS[0] | {"status": "Running"}]

    found = said(spelled(rows, indent=2), spelled(rows[:2], indent=2))

    assert [words.partition(";")[0] for words in found] == ["row 2 'oldest.job': lost"]


def test_a_document_that_came_or_went_is_named() -> None:
    assert said(OLD, None) == ["the document: there was one, and now there is none"]
    assert said(None, OLD) == ["the document: there was none, and now there is one"]


def test_what_no_terminal_should_be_sent_is_escaped() -> None:
    new = OLD.replace(b"oldest.job", "\u202e\x1b]é".encode().replace(b"\x1b", b"\\u001b"))

    found = said(OLD, new.replace(b"older.cron", b"\xff.cron"))

    assert all(words.isascii() and words.isprintable() for words in found)
    assert 'row 1 \'older.cron\', qname: "older.cron" became "\\xff.cron"' in found


def test_a_deeply_nested_member_is_compared_without_recursion() -> None:
    old = b'[{"qname": "a.b", "x": ' + b"[" * 5_000 + b"1" + b"]" * 5_000 + b"}]"

    found = said(old, old.replace(b"1", b"2"))

    assert [words[-10:] for words in found] == ["1 became 2"]


def test_layout_is_compared_although_rows_were_lost() -> None:
    found = said(OLD, spelled(ROWS[1:], indent=4))

    assert "layout: indent: 2 blanks became 4 blanks" in found


def test_a_document_that_was_no_json_is_compared_byte_by_byte() -> None:
    assert said(b"[,", b"[;") == ["bytes: from byte 1 on b',' became b';'"]


STYLES: tuple[dict[str, Any], ...] = (
    {"indent": 2},
    {"indent": 1},
    {"indent": 2, "ensure_ascii": True},
    {"separators": (",", ":")},
    {"indent": 2, "sort_keys": True},
)


@given(old=documents(), new=documents(), style=st.sampled_from(STYLES))
def test_any_two_documents_differ_in_words_when_they_differ_in_bytes(old: Any, new: Any, style: Any) -> None:
    before = write_document(old)
    after = json.dumps(json.loads(write_document(new)), **{"ensure_ascii": False, **style}).encode()

    assert bool(said(before, after)) == (before != after)


@given(rows=documents(min_size=1), style=st.sampled_from(STYLES))
def test_another_style_changes_no_value(rows: Any, style: Any) -> None:
    before = write_document(rows)
    after = json.dumps(json.loads(before), **{"ensure_ascii": False, **style}).encode()

    assert compare(before, after).values == ()


def test_completed_legacy_rows_have_members_more() -> None:
    completed = spelled([row | {"schedule": "Manual"} for row in json.loads(LEGACY_ROWS)], indent=2)

    assert {words.partition(", ")[2] for words in said(LEGACY_ROWS.encode(), completed)} == {
        'schedule: added: "Manual"'
    }
