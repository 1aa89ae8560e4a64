"""Holds a backend in this process for one check after another."""

from __future__ import annotations

import os
import weakref

from conformance.adapter.callables import CallableDriver
from conformance.contract.target import Description
from conformance.embedded.asked import OpenBackend
from conformance.errors import SidecarConformanceError
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.testing.profiles import Dose
from conformance.testing.running import run_check
from conformance.testing.session import Backend
from conformance.testing.shared import Shared
from conformance.testing.verifies import Check
from conformance.workspace import Workspace


class Host:
    """A driver, data paths, and what checks share. Ends with the process at the latest."""

    def __init__(self, open_backend: OpenBackend, description: Description) -> None:
        driver, workspace, shared = CallableDriver(open_backend, description), Workspace(), Shared()
        self.backend = Backend(driver, description, workspace, shared=shared)
        self._end = weakref.finalize(self, _close, os.getpid(), driver, workspace, shared)

    def judge(self, check: Check, dose: Dose) -> CheckOutcome:
        """Run a check. An error of the kit is its verdict; what else comes out is a defect of the kit."""
        try:
            return run_check(check, self.backend, dose, self.backend.description.name)
        except SidecarConformanceError as error:
            return CheckOutcome(check.requirement, check.test, Verdict.ERROR, f"the kit is at fault: {error}")

    def close(self) -> None:
        """Close the backend, end children, remove the data paths."""
        self._end()


def _close(owner: int, driver: CallableDriver, workspace: Workspace, shared: Shared) -> None:
    if os.getpid() == owner:  # not in a fork of this process
        shared.close()
        driver.close()
        workspace.close()
