"""What is said is readable: documents, instants, names that look alike, faults in words."""

from __future__ import annotations

import pytest

from conformance.reports.readable import readable, readable_line


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
            "panic\nstack backtrace: (2 lines, told in the replay file)\nend",
        ),
    ],
)
def test_what_is_said_is_readable(said: str, read: str) -> None:
    assert read == readable(said)


def test_a_document_in_a_line_stands_on_it() -> None:
    assert "the document is [ {} ]" == readable_line(r"the document is b'[\n  {}\n]'")


def test_a_name_that_ends_in_b_is_no_document() -> None:
    assert "['a.b', 'c.b'] of the backend's []" == readable("['a.b', 'c.b'] of the backend's b'[]'")
