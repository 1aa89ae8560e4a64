"""The data path is taken for a URL: what stands in it as %41 is decoded."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"FM-01"}
MESSAGE = "the rows are in the document"


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(Path(unquote(str(data_path)).replace("\0", "")), SystemLabelSchedulerPersistence)
