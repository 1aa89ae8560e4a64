"""A document in the product's own spelling, read row by row: equal texts are equal rows, and read once.

An array's value is the array of the values between its commas. So wherever the text is parted, each part
being one whole row shows that it was parted rightly.
"""

from __future__ import annotations

from functools import lru_cache

from conformance.oracle.json_tree import parse_json
from conformance.oracle.row_reader import read_row
from conformance.oracle.rows import StoredRow

_BEGIN, _BETWEEN, _END = "[\n  {", "\n  },\n  {", "\n  }\n]"
_ROWS_REMEMBERED = 4096


def rows_as_usually_spelled(text: str) -> tuple[StoredRow, ...] | None:
    """The rows of a document that is spelled as the product would (FM-04); None where it may not be."""
    if not (text.startswith(_BEGIN) and text.endswith(_END)):
        return None
    try:
        return tuple(map(_row, text[len(_BEGIN) : -len(_END)].split(_BETWEEN)))
    except ValueError:
        return None


@lru_cache(_ROWS_REMEMBERED)
def _row(members: str) -> StoredRow:
    """The row of these members. Raises ValueError where they are not those of one row that is not refused."""
    reading = read_row(parse_json(f"{{{members}\n  }}"))
    if reading.row is None:
        raise ValueError("the row is refused")
    return reading.row
