"""Lines out of bytes, however the bytes come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.wire.framing import LineBuffer, LineTooLongError

TEXT = '{"a":1}\n\n{"b":"ключ 😀"}\r\n{"c'.encode()
LINES = [b'{"a":1}', '{"b":"ключ 😀"}\r'.encode()]


def test_whole() -> None:
    buffer = LineBuffer()
    lines = buffer.feed(TEXT)

    assert lines == LINES


def test_byte_by_byte() -> None:
    buffer = LineBuffer()
    lines = [line for byte in TEXT for line in buffer.feed(bytes([byte]))]

    assert lines == LINES


def test_trailing_bytes_wait_for_their_line_feed() -> None:
    buffer = LineBuffer()
    buffer.feed(TEXT)
    pending = buffer.pending
    lines = buffer.feed(b'":2}\n')

    assert pending == b'{"c'
    assert lines == [b'{"c":2}']
    assert buffer.pending == b""


@given(st.lists(st.binary(max_size=6), max_size=12))
def test_where_the_bytes_are_cut_does_not_matter(pieces: list[bytes]) -> None:
    whole, cut = LineBuffer(), LineBuffer()
    lines = [line for piece in pieces for line in cut.feed(piece)]

    assert lines == whole.feed(b"".join(pieces))
    assert cut.pending == whole.pending


def test_a_line_without_end_is_refused() -> None:
    buffer = LineBuffer(limit=10)
    buffer.feed(b"123456")

    with pytest.raises(LineTooLongError):
        buffer.feed(b"78901")
