"""What mutants share: a backend made of the reference's parts, some of them broken."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

_Broken = TypeVar("_Broken", bound=SystemLabelSchedulerPersistence)


def assemble(data_path: Path, backend: type[_Broken], sidecar: type[VecSidecar] = VecSidecar) -> _Broken:
    """`backend` on the document of `data_path`, which `sidecar` keeps."""
    return backend(sidecar(document_path(data_path)))
