"""What mutants share: a backend made of the reference's parts, some of them broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.rows import Row

_Broken = TypeVar("_Broken", bound=SystemLabelSchedulerPersistence)


def assemble(data_path: Path, backend: type[_Broken], sidecar: type[VecSidecar] = VecSidecar) -> _Broken:
    """`backend` on the document of `data_path`, which `sidecar` keeps."""
    return backend(sidecar(document_path(data_path)))


def spelled_rows(sidecar: VecSidecar) -> list[tuple[Row, Any]]:
    """Each row beside the JSON value that spells it in the document. Raises SchedulerPersistenceError."""
    try:
        document = sidecar.read_bytes()
        rows = sidecar.decode(document)
    except (OSError, ValueError) as error:
        raise SchedulerPersistenceError(f"{sidecar.path}: {error}") from error
    return list(zip(rows, spelled(document, len(rows)), strict=True))


def spelled(document: bytes, count: int) -> list[Any]:
    """Each of the `count` rows of a document as it is spelled there; None where that cannot be told."""
    try:
        found = json.loads(document or b"[]")
    except (ValueError, RecursionError):
        return [None] * count
    return list(found)
