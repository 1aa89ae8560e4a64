"""Backends under test for the unit tests of the library: any callable, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conformance.adapter.callables import CallableDriver
from conformance.contract.target import Description
from conformance.testing.session import Backend
from conformance.workspace import Workspace


@contextmanager
def backend_of(
    open_backend: Callable[[Path], Any], description: Description | None = None
) -> Iterator[Backend]:
    """The callable, as a check sees it."""
    driver, workspace = CallableDriver(open_backend, description), Workspace()
    backend = Backend(driver, driver.description, workspace)
    backend.start_example({})
    try:
        yield backend
    finally:
        backend.clock.release()
        backend.shared.close()
        driver.close()
        workspace.close()
