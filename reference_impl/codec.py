"""Rows <-> the bytes of the document.

`strict_reader` defines which documents load. Most documents are in the very spelling that `encode` writes,
and these can be read faster: what re-encodes to the bytes it was read from was spelled right.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from reference_impl import strict_reader
from reference_impl.rows import Row

_DECODER = msgspec.json.Decoder(list[Row])


def encode(rows: Sequence[Row]) -> bytes:
    """The document, byte for byte as the released product writes it (FM-04).

    Raises ValueError for text that is no Unicode: a lone surrogate.
    """
    return msgspec.json.format(msgspec.json.encode(rows), indent=2)


def decode(document: bytes) -> list[Row]:
    """The rows of a document; an empty one holds none (LD-05).

    Raises ValueError for anything that the catalogue does not let in (ER-01, ER-02).
    """
    if not document:
        return []
    rows = _decode_usual_spelling(document)
    return strict_reader.read(document) if rows is None else rows


def _decode_usual_spelling(document: bytes) -> list[Row] | None:
    """The rows, or None where the document is not spelled as `encode` would.

    msgspec alone lets in too much: 60.0 as an integer, a member given twice. It never meets a nested value
    here that could exhaust the stack, because it stops at the first unknown member.
    """
    try:
        rows = _DECODER.decode(document)
        return rows if encode(rows) == document else None
    except (msgspec.MsgspecError, ValueError):
        return None
