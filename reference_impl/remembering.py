"""What `codec` gives, sooner: equal bytes mean equal rows, and the same row is spelled with the same bytes.

A backend reads its document for each mutation, changes one row and writes it back. So the last document is
remembered, with its rows and the text of each. The file is read every time all the same: bytes that someone
else wrote are not equal, and are decoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import indexOf, is_
from typing import NamedTuple

from reference_impl import codec
from reference_impl.rows import Row

# How `codec` parts the rows of a document. No text of a row contains this: in strings line ends are escaped.
_BEGIN, _BETWEEN, _END = b"[\n  {", b"\n  },\n  {", b"\n  }\n]"


class _Known(NamedTuple):
    """A document, the rows that it decodes to and, once they were needed, the texts that spell these."""

    document: bytes
    rows: list[Row]
    texts: list[bytes]


class RememberingCodec:
    """`codec` for one document that changes little by little. Any thread may call it."""

    def __init__(self) -> None:
        self._known = _Known(b"", [], [])

    def decode(self, document: bytes) -> list[Row]:
        """What `codec.decode` gives."""
        known = self._known
        if document != known.document:
            known = self._known = _Known(document, codec.decode(document), [])
        return known.rows.copy()

    def encode(self, rows: Sequence[Row]) -> bytes:
        """What `codec.encode` gives. Only the rows between the first and the last new one are spelled."""
        known = self._known
        texts = known.texts or _texts(known.rows)
        before = _same(rows, known.rows)
        rest = min(len(rows), len(texts)) - before
        after = _same(_backwards(rows, rest), _backwards(known.rows, rest))
        new = rows[before : len(rows) - after]
        texts = [*texts[:before], *_texts(new), *texts[len(texts) - after :]]
        if not texts:
            return codec.encode(rows)
        document = b"".join((_BEGIN, _BETWEEN.join(texts), _END))
        if codec.decode(codec.encode(new)) == new:  # else it is no document that could be read
            self._known = _Known(document, list(rows), texts)
        return document


def _texts(rows: Sequence[Row]) -> list[bytes]:
    """The text of each row."""
    return codec.encode(rows)[len(_BEGIN) : -len(_END)].split(_BETWEEN) if rows else []


def _same(rows: Sequence[Row], others: Sequence[Row]) -> int:
    """How many rows at the beginning are the very same in both."""
    try:
        return indexOf(map(is_, rows, others), False)
    except ValueError:
        return min(len(rows), len(others))


def _backwards(rows: Sequence[Row], count: int) -> Sequence[Row]:
    """The last rows, the last one first."""
    return rows[: -count - 1 : -1]
