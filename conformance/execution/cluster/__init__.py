"""MANY MACHINES: the workers of a Dask cluster instead of processes here. Nothing imports Dask unasked."""

from __future__ import annotations

from importlib.util import find_spec

from conformance.errors import UsageError

LOCAL = "local"


def refuse_without_dask() -> None:
    """Raise UsageError where the extra is not installed."""
    if find_spec("distributed") is None:
        raise UsageError("--cluster needs Dask distributed: pip install 'sidecar-conformance[cluster]'")
