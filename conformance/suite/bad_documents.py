"""Documents that must not load: damaged ones (ER-01), and sound JSON of the wrong shape (ER-02).

What is wrong with a document is left to the oracle; here texts are only made likely to be wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from hypothesis import strategies as st

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, Schedule, SystemTime
from conformance.golden import load_cases
from conformance.oracle.document import StoredRow, inspect_document
from conformance.testing.planting import document_bytes, raw_row
from conformance.testing.strategies import rows
from conformance.testing.strategies.names import PLAIN_IDS

DAMAGED, MISSHAPEN = "ER-01", "ER-02"
_Path: TypeAlias = tuple[str | int, ...]


def fault_of(document: bytes) -> str | None:
    """The requirement by which a document is refused, ER-01 or ER-02; None where it loads."""
    findings = inspect_document(document).findings
    return next((finding.requirement for finding in findings if finding.refuses), None)


_SOUND_ROWS: st.SearchStrategy[list[StoredRow]] = st.lists(
    rows(st.sampled_from(PLAIN_IDS)), min_size=1, max_size=3, unique_by=lambda row: row.qname
)
_SOUND = _SOUND_ROWS.map(lambda rows: document_bytes(list(map(raw_row, rows))))
_ROW = b'{"qname": "kit.job", "status": "Idle", "consecutive_failures": 0'
_WHOLE = b"[" + _ROW + b"}]"
_TRAILING = (
    b"x",
    b"]",
    b"[]",
    b"\n[]\n",
    b"\x00",
    b"null",
    b",",
    b"}",
    b"// end",
    b"\xef\xbb\xbf",
    b"\x1a",
    b"\x0b",
)
_LEADING = (b"\xef\xbb\xbf", b"\x00", b"x", b",", b"]", b"//\n", b"\xc2\xa0", b"\x0c")
_BLANKS = (b" ", b"\n", b"\t\r\n ", b"\xc2\xa0", b"\x00", b"\x0c")
_NO_TEXT = (
    b"\xff",
    b"\xc3",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\x80",
    rb"\ud800",
    rb"\udc00",
    rb"\ud800\u0041",
)
_NO_STRING = (rb"\x", rb"\u12", rb"\U00000041", b"\n", b"\t", b"\x00", rb"\'", rb"\u00e", b'"')
_NO_NUMBER = (
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"01",
    b"+1",
    b".5",
    b"1.",
    b"0x1",
    b"1e",
    b"1_0",
    b"--1",
    b"0 0",
    b"True",
)
_BROKEN = (
    b"[",
    b"[,]",
    b"{",
    b'"',
    b"[" + _ROW + b",}]",
    b"[" + _ROW + b"},]",
    b"[" + _ROW + b"}" + _ROW + b"}]",
    b"[" + _ROW + b"}}]",
    b"[" + _ROW + b"}]]",
    b"[" + _ROW + b', "note" 1}]',
    b"[" + _ROW + b', "note": }]',
    b"[" + _ROW + b', "note": [1}]',
    b"[" + _ROW + b", note: 1}]",
    b"[" + _ROW + b"} /* the only job */]",
    b"[" + _ROW + b"}, # the only job\n]",
    _WHOLE.replace(b'"', b"'"),
    _WHOLE.replace(b":", b"="),
    b"<<<<<<< ours\n" + _WHOLE + b"\n=======\n[]\n>>>>>>> theirs\n",
    _WHOLE.decode().encode("utf-16"),
    _WHOLE.decode().encode("utf-16-le"),
    _WHOLE.decode().encode("utf-32"),
    b"\x00" * 512,
    b"\x1f\x8b\x08\x00",
    b"- qname: kit.job\n",
)  # fmt: skip


def _with_text(text: bytes) -> tuple[bytes, ...]:
    """Documents with `text` in each known member that holds a string."""
    schedule = _ROW + b', "schedule": {"Cron": "@HERE"}}'
    places = (_ROW.replace(b"job", b"HERE") + b"}", _ROW.replace(b"Idle", b"HERE") + b"}", schedule)
    return tuple(b"[" + place.replace(b"HERE", text) + b"]" for place in places)


def _with_number(number: bytes) -> bytes:
    return _WHOLE.replace(b": 0", b": " + number)


def _in_unknown_members(value: bytes) -> tuple[bytes, ...]:
    """Documents with `value` where a member that nobody knows has its own, at once and deep inside."""
    values = (value, b'[0, {"a": [' + value + b"]}]")
    return tuple(b"[" + _ROW + b', "note": ' + each + b"}]" for each in values)


_EVERY_DAMAGE = (
    *(_WHOLE + trailing for trailing in _TRAILING),
    *(leading + _WHOLE for leading in _LEADING),
    *_BLANKS,
    *(document for text in (*_NO_TEXT, *_NO_STRING) for document in _with_text(text)),
    *map(_with_number, _NO_NUMBER),
    *(document for number in _NO_NUMBER for document in _in_unknown_members(number)),
    *(document for text in _NO_STRING for document in _in_unknown_members(b'"' + text + b'"')),
    *_BROKEN,
    *(_WHOLE[:length] for length in range(1, len(_WHOLE))),
)


def _truncated(document: bytes) -> st.SearchStrategy[bytes]:
    return st.integers(1, len(document) - 1).map(lambda length: document[:length])


def damaged_documents() -> st.SearchStrategy[bytes]:
    """Documents that are no valid JSON."""
    return _DAMAGED


_DAMAGED = st.one_of(
    _SOUND.flatmap(_truncated),
    st.builds(bytes.__add__, _SOUND, st.sampled_from(_TRAILING)),
    st.builds(bytes.__add__, st.sampled_from(_LEADING), _SOUND),
    st.lists(st.sampled_from(_BLANKS), min_size=1, max_size=3).map(b"".join),
    st.sampled_from([document for text in (*_NO_TEXT, *_NO_STRING) for document in _with_text(text)]),
    st.sampled_from(_NO_NUMBER).map(_with_number),
    st.sampled_from(_BROKEN),
).filter(lambda document: fault_of(document) == DAMAGED)

_VALUES = (
    *("null", "true", "false", "0", "1", "-0", "-1", "0.0", "60.0", "1e0", "1E+2", "1.5", "-1.5"),
    *("4294967296", "9223372036854775808", "18446744073709551616", "1000000000000000000000000", "1e400"),
    *('""', '"0"', '"Manual"', '"Hourly"', '"2030-01-01T00:00:00Z"', "[]", "{}", "[[]]", "[0]", "[0, 0, 0]"),
    *('{"Never": null}', '{"manual": null}', '{"Manual": {}}', '{"Cron": null}', '{"Once": null}'),
    *('{"Cron": "@daily", "Manual": null}', '{"Cron": "@daily", "Cron": "@daily"}', '{"Periodic": 60}'),
    *('{"Periodic": {"secs": 60}}', '{"Periodic": {"nanos": 0}}', '{"Periodic": {"secs": 60.0, "nanos": 0}}'),
    *('{"Periodic": {"secs": 60, "nanos": 0, "x": 0}}', '{"Periodic": {"secs": 60, "secs": 60, "nanos": 0}}'),
    *('{"Periodic": {"secs": -60, "nanos": 0}}', '{"Periodic": {"secs": 60, "nanos": 4294967296}}'),
    *('{"Periodic": {"secs": 18446744073709551615, "nanos": 1000000000}}', '{"Periodic": [60]}'),
    *('{"Once": {"secs": 60, "nanos": 0}}', '{"Once": {"secs_since_epoch": 60}}', '{"Once": "now"}'),
    *('{"secs_since_epoch": 1}', '{"nanos_since_epoch": 1}', '{"secs": 1, "nanos": 0}'),
    '{"secs_since_epoch": 1, "nanos_since_epoch": 0, "tz": "UTC"}',
    '{"secs_since_epoch": -1, "nanos_since_epoch": 0}',
    '{"secs_since_epoch": 1e0, "nanos_since_epoch": 0}',
    '{"secs_since_epoch": 1, "nanos_since_epoch": -0}',
    '{"secs_since_epoch": 9223372036854775808, "nanos_since_epoch": 0}',
    '{"secs_since_epoch": 9223372036854775807, "nanos_since_epoch": 1000000000}',
    '{"Once": {"secs_since_epoch": 9223372036854775808, "nanos_since_epoch": 0}}',
    '{"Once": {"secs_since_epoch": 9223372036854775807, "nanos_since_epoch": 1000000000}}',
    *("[9223372036854775808, 0]", "[9223372036854775807, 1000000000]", "[18446744073709551615, 1000000000]"),
)  # fmt: skip
_HOLE = "the hole"


def _paths(value: Any, path: _Path = ()) -> list[_Path]:
    """Where each value stands, from the outermost one inwards."""
    found = [path]
    if isinstance(value, list | dict):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            found += _paths(item, (*path, key))
    return found


def _replaced(value: Any, path: Sequence[str | int], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


def _with_value(rows: list[dict[str, Any]], path: _Path, value: str) -> bytes:
    text = json.dumps(_replaced(rows, path, _HOLE), ensure_ascii=False, indent=2)
    return text.replace(json.dumps(_HOLE), value, 1).encode("utf-8")


@st.composite
def _with_a_wrong_value(draw: st.DrawFn) -> bytes:
    rows = [raw_row(row) for row in draw(_SOUND_ROWS)]
    return _with_value(rows, draw(st.sampled_from(_paths(rows))), draw(st.sampled_from(_VALUES)))


_AT = SystemTime(2_000_000_000, 5)
_SCHEDULES: tuple[Schedule, ...] = (Once(_AT), Periodic(Duration(60, 5)), Cron("@daily"), Manual())
_SPECIMENS = [
    raw_row(StoredRow(str(id), "Idle", 1, schedule, _AT))
    for id, schedule in zip(PLAIN_IDS, _SCHEDULES, strict=False)
]
_PLACES = [path for path in _paths(_SPECIMENS) if len(path) < 2 or path[0] == 0 or path[1] == "schedule"]


@st.composite
def _with_a_member_too_few_or_twice(draw: st.DrawFn) -> bytes:
    rows = [raw_row(row) for row in draw(_SOUND_ROWS)]
    members = [(name, json.dumps(value)) for name, value in draw(st.sampled_from(rows)).items()]
    place = draw(st.integers(0, len(members) - 1))
    if draw(st.booleans()):
        members.insert(draw(st.integers(0, len(members))), members[place])
    else:
        del members[place]
    bad = "{" + ", ".join(f'"{name}": {value}' for name, value in members) + "}"
    texts = [json.dumps(row) for row in rows]
    texts.insert(draw(st.integers(0, len(texts))), bad)
    return ("[" + ",\n".join(texts) + "]").encode("utf-8")


def _table() -> tuple[bytes, ...]:
    """Wrong shapes around a row, and the rows of every known member that only look right."""
    row = _ROW.decode() + "}"
    whole = ("null", "0", "true", '"[]"', "{}", f'{{"kit.job": {row}}}', row, f'{{"jobs": [{row}]}}')
    rows = (
        "null",
        "0",
        '"kit.job"',
        "[]",
        "{}",
        f"[{row}]",
        '["kit.job", "Idle"]',
        '["kit.job", "Idle", 0.0]',
    )
    long = '["kit.job", "Idle", 0, "Manual", null, null]'
    texts = (
        *whole,
        *(f"[{row}, {bad}]" for bad in (*rows, long)),
        *(f"[{bad}, {row}]" for bad in (*rows, long)),
    )
    return tuple(text.encode() for text in texts)


@cache
def golden_refused() -> Mapping[str, bytes]:
    """The documents of the corpus that must not load, by name."""
    return {
        case.name: case.input
        for case in load_cases()
        if case.normative and case.expected == "refused" and case.input is not None
    }


@cache
def every_damage() -> tuple[bytes, ...]:
    """Every kind of damage, each in a small document."""
    return tuple(document for document in _EVERY_DAMAGE if fault_of(document) == DAMAGED)


@cache
def every_wrong_shape() -> tuple[bytes, ...]:
    """A document of a row of each kind with every wrong value in every place; wrong shapes around a row."""
    texts = (_with_value(_SPECIMENS, path, value) for path in _PLACES for value in _VALUES)
    return tuple(document for document in (*_table(), *texts) if fault_of(document) == MISSHAPEN)


def misshapen_documents() -> st.SearchStrategy[bytes]:
    """Documents that are valid JSON of the wrong shape."""
    return _MISSHAPEN


_MISSHAPEN = st.one_of(
    _with_a_wrong_value(), _with_a_wrong_value(), _with_a_member_too_few_or_twice(), st.sampled_from(_table())
).filter(lambda document: fault_of(document) == MISSHAPEN)


def unreadable_documents() -> st.SearchStrategy[bytes]:
    """Documents that must not load, for either reason."""
    return st.one_of(_DAMAGED, _MISSHAPEN)
