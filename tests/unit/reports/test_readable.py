"""What is said is readable: documents, instants, names that look alike, faults in words."""

from __future__ import annotations

import pytest

from conformance.reports.readable import around_difference, readable, readable_line


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (
            "load_all() raised ForeignException: load_all raised TypeError: no; only X may come out",
            "load_all() raised TypeError: no; only X may come out",
        ),
        ("load_all() raised NonsenseFault: it must be a list", "load_all() failed: it must be a list"),
        (
            "SystemTime(1800000000, 500000000)",
            "SystemTime(1800000000, 500000000) [2027-01-15 08:00:00.5 UTC]",
        ),
        ("SystemTime(0, 0)", "SystemTime(0, 0) [1970-01-01 00:00:00 UTC]"),
        ("SystemTime(999999999999, 0)", "SystemTime(999999999999, 0)"),
        ("QName('kit', 'j\u043eb')", r"QName('kit', 'j\u043eb')"),
        ("caf\u00e9", "caf\u00e9"),
        (r"b'[\n  1\n]'", "[\n  1\n]"),
        (r"b'[]\n'", "[] (and a line feed)"),
        (r"b'\xff\x00'", r"b'\xff\x00'"),
        (r"b'[\t1]'", r"b'[\t1]'"),
        ("b''", "b''"),
        (
            "panic\nstack backtrace:\n   0: a\n   1: b\nend",
            "panic\nstack backtrace: (2 frames, in the replay file)\nend",
        ),
        (
            "panic\nstack backtrace:\n   0: a\n             at a.rs:1:2\n100: b\n",
            "panic\nstack backtrace: (2 frames, in the replay file)",
        ),
        ("panic\nstack backtrace:\n   0: a", "panic\nstack backtrace: (1 frame, in the replay file)"),
        ("stack backtrace:\n  a\n  b", "stack backtrace: (2 lines, in the replay file)"),
        ("cancel() raised ForeignException: Exception: called it", "cancel() raised Exception: called it"),
        (
            "raised ForeignException: cancel of a token raised KeyError: 3",
            "raised KeyError: 3",
        ),
        ("cancel raised NotImplementedError: ; only X may", "cancel raised NotImplementedError; only X may"),
        ("cancel() raised ForeignException: KeyError: ", "cancel() raised KeyError"),
        ("NotImplementedError: ", "NotImplementedError"),
    ],
)
def test_what_is_said_is_readable(said: str, read: str) -> None:
    assert read == readable(said)


def test_a_document_in_a_line_stands_on_it() -> None:
    assert "the document is [ {} ]" == readable_line(r"the document is b'[\n  {}\n]'")


def test_a_name_that_ends_in_b_is_no_document() -> None:
    assert "['a.b', 'c.b'] of the backend's []" == readable("['a.b', 'c.b'] of the backend's b'[]'")


def test_short_lines_are_compared_whole() -> None:
    assert ("one row", "two rows") == around_difference("one row", "two rows")


@pytest.mark.parametrize("blank", [" ", ""])
@pytest.mark.parametrize("place", [0, 1, 70, 500, 998, 999])
def test_of_long_lines_is_shown_what_stands_around_the_first_difference(place: int, blank: str) -> None:
    words = [f"{number:05}{blank}" for number in range(1000)]
    other = [*words[:place], f"x{blank}", *words[place + 1 :]]
    one, changed = around_difference("".join(words), "".join(other))

    assert (f"{place:05}" in one, "x" in changed) == (True, True)
    assert max(len(one), len(changed)) <= 160 + 2 * 40 + 2 * 3
    assert (place > 1, place < 900) == (one.startswith("..."), one.endswith("..."))


def test_a_line_that_ends_where_another_goes_on_is_shown_with_its_end() -> None:
    one, other = around_difference("a " * 300, "a " * 300 + "and more")

    assert (one[-4:], other[-9:]) == ("a a ", " and more")
