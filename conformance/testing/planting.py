"""Raw rows for planting: what older and newer versions may have left in a store, as JSON values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.oracle.document import StoredRow
from conformance.oracle.rows import row_to_json


def document_bytes(rows: Sequence[Mapping[str, Any] | Sequence[Any]]) -> bytes:
    """A document of these raw rows, written as the product writes them."""
    return json.dumps(list(rows), indent=2, ensure_ascii=False).encode("utf-8")


def raw_row(row: StoredRow) -> dict[str, Any]:
    """A current row, complete."""
    return row_to_json(row)
