from __future__ import annotations

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strace.parse import number, read_lines, split_arguments

from conformance.crash.filesystem.tree import DIRECTORY, Link, Special, Tree, tree_from_json, tree_to_json
from conformance.crash.recording.inject import Fail, Short, errors_of, injections, is_mild
from conformance.crash.recording.trace import (
    Acknowledgement,
    Call,
    Executed,
    Request,
    Spawned,
    Trace,
    by_start,
    from_json,
    to_json,
)

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
NUMBERS = st.integers(0, 99)
ARGUMENTS = st.lists(st.none() | st.integers() | TEXT | st.binary(max_size=9), max_size=4).map(tuple)
EVENTS = st.one_of(
    st.builds(
        Call,
        TEXT,
        ARGUMENTS,
        st.none() | NUMBERS,
        NUMBERS,
        NUMBERS,
        st.none() | NUMBERS,
        injected=st.booleans(),
    ),
    st.builds(Request, NUMBERS, TEXT),
    st.builds(Acknowledgement, NUMBERS, TEXT),
    st.builds(Spawned, NUMBERS, NUMBERS, NUMBERS),
    st.builds(Executed, NUMBERS, NUMBERS),
)


@given(st.lists(EVENTS, max_size=5).map(tuple), st.lists(TEXT, max_size=2).map(tuple))
def test_a_trace_survives_json(events: tuple[Call, ...], reasons: tuple[str, ...]) -> None:
    trace = Trace(events, "hand", 0, False, reasons, 7, "complaint")

    assert from_json(to_json(trace)) == trace


def test_a_tree_survives_json() -> None:
    tree: Tree = frozenset({("d", DIRECTORY), ("d/f", b"\0\xff"), ("l", Link("d/f")), ("s", Special())})

    assert tree_from_json(tree_to_json(tree)) == tree


def test_calls_are_counted_in_the_order_they_were_entered() -> None:
    first, second = Call("fsync", (3,), 0, 0, 1, 9), Call("write", (4, b""), 0, 0, 2, 3)

    assert by_start(Trace((second, first), "hand")) == (first, second)


CALLS = (
    Call("openat", ("d", 0, 0), 3, 0, 1, 2),
    Call("openat", ("f", os.O_CREAT, 0), 4, 0, 3, 4),
    Call("write", (4, b"xy"), 2, 0, 5, 6),
    Call("fsync", (4,), 0, 0, 7, 8),
    Call("fsync", (3,), 0, 0, 9, 10),
    Call("mkdir", ("d", 0), 0, 0, 21, 22),
)


def test_the_most_telling_injections_come_first() -> None:
    found = injections(Trace(CALLS, "hand"), lambda at: at < 20)

    assert found[:16] == (
        Fail("openat", 1, errno.EACCES),
        Fail("write", 1, errno.ENOSPC),
        Short("write", 1),
        Fail("write", 1, errno.EINTR),
        Fail("fsync", 1, errno.EIO),
        Fail("fsync", 1, errno.EINTR),
        Fail("openat", 2, errno.ENOSPC),
        Fail("openat", 2, errno.EINTR),
        Fail("openat", 2, errno.EACCES),
        Fail("openat", 2, errno.EMFILE),
        Fail("openat", 2, errno.EIO),
        Fail("openat", 2, errno.EROFS),
        Fail("openat", 2, errno.EDQUOT),
        Fail("fsync", 2, errno.EIO),
        Fail("fsync", 2, errno.EINTR),
        Fail("openat", 1, errno.EINTR),
    )


def test_injections_reach_every_call_of_an_operation_and_no_other() -> None:
    found = injections(Trace(CALLS, "hand"), lambda at: at < 20)

    calls = {("openat", 1), ("openat", 2), ("write", 1), ("fsync", 1), ("fsync", 2)}
    assert {(injection.call, injection.turn) for injection in found} == calls
    assert {Fail(*call, errno.EINTR) for call in calls} <= set(found)


def test_calls_that_failed_by_themselves_are_not_made_to_fail_again() -> None:
    call = Call("openat", ("f", 0, 0), -1, errno.ENOENT, 1, 2)

    assert injections(Trace((call,), "hand"), lambda at: True) == ()


@pytest.mark.parametrize("name", ["close", "rename", "mkdir"])
def test_only_write_fsync_and_open_are_interrupted(name: str) -> None:
    call = Call(name, ("a", "b"), 0, 0, 1, 2)

    found = injections(Trace((call,), "hand"), lambda at: True)

    assert not any(is_mild(injection) for injection in found)
    assert errors_of(name) != ()


LOG = r"""
10 openat(-100<\x2f\x78>, "\x66", 0x241, 0600) = 3<\x2f\x78\x2f\x66>
10 fsync(3<\x2f\x78\x2f\x66> <unfinished ...>
11 close(4) = -1 EBADF (Bad file descriptor)
10 <... fsync resumed>) = 0
11 +++ exited with 0 +++
"""


def test_a_call_in_two_halves_is_put_together() -> None:
    halves = list(read_lines(LOG))

    assert [(half.name, half.entered, half.returned, half.result, half.error) for half in halves] == [
        ("openat", True, True, 3, ""),
        ("fsync", True, False, None, ""),
        ("close", True, True, -1, "EBADF"),
        ("fsync", False, True, 0, ""),
    ]
    assert halves[3].arguments == r"3<\x2f\x78\x2f\x66>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("3<x>, NULL, 5", ["3<x>", "NULL", "5"]),
        ('[{iov_base="a,b", iov_len=3}, {iov_base="", iov_len=0}], 2', None),
        ("4<x>, 3<y>, [0] => [2], 2", ["4<x>", "3<y>", "[0] => [2]", "2"]),
    ],
)
def test_arguments_are_split_outside_of_brackets_and_strings(text: str, expected: list[str] | None) -> None:
    found = split_arguments(text)

    assert (found if expected is not None else len(found)) == (expected if expected is not None else 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-100</a>", -100),
        ("0x100", 256),
        ("0644", 420),
        ("0", 0),
        ("0x2000|0x100", 0x2100),
        ("|0x100", 256),
        ("", 0),
    ],
)
def test_numbers_are_read_as_strace_spells_them(text: str, expected: int) -> None:
    assert expected == number(text)
