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
        """What `codec.encode` gives. Only what lies between the first and the last new row is spelled."""
        if not rows:
            return codec.encode(rows)
        known = self._known
        texts = known.texts or _texts(codec.encode(known.rows))
        before = _same(rows, known.rows)
        rest = min(len(rows), len(texts)) - before
        after = _same(rows[: -rest - 1 : -1], known.rows[: -rest - 1 : -1])
        new = codec.encode(rows[before : len(rows) - after])
        texts = [*texts[:before], *_texts(new), *texts[len(texts) - after :]]
        document = b"".join((_BEGIN, _BETWEEN.join(texts), _END))
        self._known = _Known(document, list(rows), texts)
        return document


def _texts(document: bytes) -> list[bytes]:
    """The text of each row of a document that `codec` wrote."""
    return document[len(_BEGIN) : -len(_END)].split(_BETWEEN) if document.startswith(_BEGIN) else []


def _same(rows: Sequence[Row], others: Sequence[Row]) -> int:
    """How many rows at the beginning are the very same in both."""
    try:
        return indexOf(map(is_, rows, others), False)
    except ValueError:
        return min(len(rows), len(others))
