"""Records a version: plays every workload and keeps what it left."""

from __future__ import annotations

from collections.abc import Sequence

from conformance import __version__
from conformance.contract.connection import Driver
from conformance.contract.requirements import load_ruleset
from conformance.contract.target import Description
from conformance.errors import ExitCode, NotTestableError, SidecarConformanceError, UsageError
from conformance.oracle.document import DocumentRefused, read_document
from conformance.releases.differences import compare
from conformance.releases.manifest import RecordedWorkload, Recording
from conformance.releases.playing import Played, play
from conformance.releases.steps import Workload
from conformance.releases.workloads import WORKLOADS
from conformance.workspace import Workspace

_NEEDED = ("document", "clock")


class NotRecordableError(SidecarConformanceError):
    """The backend does what makes a recording worthless."""

    exit_code = ExitCode.NOT_CONFORMANT


def require_capabilities(description: Description) -> None:
    """Raise NotTestableError for a backend whose documents cannot be compared."""
    lacking = [name for name in _NEEDED if name not in description.capabilities]
    if lacking:
        raise NotTestableError(
            f"{description.name} does not declare {' and '.join(lacking)}: without its document there is "
            f"nothing to compare, without a clock that can be held its bytes are others each time"
        )


def record(driver: Driver, workspace: Workspace, workloads: Sequence[Workload] = WORKLOADS) -> Recording:
    """Play the workloads, each twice: what differs between two plays is no format.

    Raises NotTestableError, NotRecordableError, UsageError for a backend without a version.
    """
    description = driver.description
    require_capabilities(description)
    if not description.version:
        raise UsageError(
            f"{description.name} tells no version, and recordings are kept by version: "
            f"say @target(version=...), or answer `version` to initialize"
        )
    return Recording(
        backend=description.name,
        version=description.version,
        language=description.language,
        kit=__version__,
        ruleset=load_ruleset().version,
        workloads=tuple(_record(driver, workspace, workload) for workload in workloads),
    )


def _record(driver: Driver, workspace: Workspace, workload: Workload) -> RecordedWorkload:
    first, second = (_checked(play(driver, workspace, workload), workload) for _ in range(2))
    if first != second:
        changed = compare(first.document, second.document).all
        where = f", {changed[0]}" if changed else ": a call that was taken is refused the next time"
        raise NotRecordableError(
            f"{workload.name} was played twice and left two documents{where}; does the backend take "
            f"its time from the clock that the kit holds?"
        )
    return RecordedWorkload(workload, first.refused, first.document)


def _checked(played: Played, workload: Workload) -> Played:
    if played.fault is not None:
        raise NotRecordableError(
            f"{workload.name}, {played.fault}; nothing is recorded of a backend that breaks: "
            f"put it under `sidecar-conformance run` first"
        )
    try:
        read_document(played.document or b"")
    except DocumentRefused as refusal:
        raise NotRecordableError(
            f"{workload.name} left a document that no backend may load: {refusal}"
        ) from None
    return played
