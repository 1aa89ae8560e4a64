"""Takes the steps of a smoke, one after the other, with the driver's faults told apart."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from conformance.contract.classes import ConformanceClass
from conformance.contract.connection import (
    BackendFault,
    DiedFault,
    Driver,
    EscapedFault,
    LackingFault,
    NonsenseFault,
    TimeoutFault,
)
from conformance.contract.faults import SchedulerPersistenceError
from conformance.drivers.blame import AdapterError
from conformance.errors import KitError
from conformance.smoke.expect import AdapterMistakeError, NonconformanceError
from conformance.smoke.report import SmokeReport, SmokeStep, StepOutcome
from conformance.smoke.steps import STEPS, StepRow

_RUN_TELLS = "`sidecar-conformance run` tells which requirements that breaks"
_ENDS_IT = (KitError, DiedFault, TimeoutFault)


def smoke(driver: Driver, *, has_adapter: bool = True) -> SmokeReport:
    """Take every step. One that breaks the protocol, ends the child or hangs ends the conversation.

    Without an adapter of its author's the backend speaks through the kit's, whose mistakes are nobody else's:
    what would be an adapter's mistake is then the backend's doing.
    """
    described = driver.description
    steps: list[SmokeStep] = []
    is_over = False
    with tempfile.TemporaryDirectory(prefix="sidecar-smoke-") as folder:
        for number, row in enumerate(STEPS):
            data_path = Path(folder, str(number))
            data_path.mkdir()
            if is_over:
                step = SmokeStep(row.name, StepOutcome.NOT_TRIED)
            else:
                step, is_over = _take(row, driver, data_path, has_adapter)
            steps.append(step)
    name = f"{described.name} {described.version}".strip()
    return SmokeReport(name, tuple(steps), has_adapter=has_adapter)


def _take(row: StepRow, driver: Driver, data_path: Path, has_adapter: bool) -> tuple[SmokeStep, bool]:
    described = driver.description
    if row.needs and row.needs not in described.capabilities:
        return SmokeStep(
            row.name, StepOutcome.NOT_DECLARED, f"the backend does not declare {row.needs}"
        ), False
    if row.needs == "planted_rows" and "document" in described.capabilities:
        return SmokeStep(row.name, StepOutcome.NOT_DECLARED, "rows are planted through the document"), False
    if row.durable and described.conformance_class is ConformanceClass.MEMORY:
        return SmokeStep(row.name, StepOutcome.NOT_DECLARED, "a backend of class memory keeps nothing"), False
    try:
        row.take(driver, data_path)
    except (
        AdapterMistakeError,
        NonconformanceError,
        BackendFault,
        SchedulerPersistenceError,
        KitError,
    ) as error:
        step = _told(row, error)
        if not has_adapter and step.outcome is StepOutcome.ADAPTER_MISTAKE:
            step = _without_adapter(step, error)
        return step, isinstance(error, _ENDS_IT)
    return SmokeStep(row.name, StepOutcome.OK), False


def _without_adapter(step: SmokeStep, error: Exception) -> SmokeStep:
    if isinstance(error, KitError):
        return replace(step, outcome=StepOutcome.KIT_FAULT, advice="")
    return replace(step, outcome=StepOutcome.NONCONFORMANCE, advice=_RUN_TELLS)


def _told(row: StepRow, error: Exception) -> SmokeStep:
    match error:
        case AdapterMistakeError():
            return SmokeStep(row.name, StepOutcome.ADAPTER_MISTAKE, *error.args)
        case NonconformanceError():
            return SmokeStep(row.name, StepOutcome.NONCONFORMANCE, *error.args)
        case KitError() if not isinstance(error, AdapterError):
            return SmokeStep(row.name, StepOutcome.KIT_FAULT, str(error))
        case KitError():
            advice = "sidecar-conformance schema METHOD prints what each message must look like"
            return SmokeStep(row.name, StepOutcome.ADAPTER_MISTAKE, str(error), advice)
        case LackingFault():
            return SmokeStep(
                row.name,
                StepOutcome.ADAPTER_MISTAKE,
                str(error),
                "offer what is declared, or do not declare it",
            )
        case DiedFault() | TimeoutFault():
            notes = "\n".join(getattr(error, "__notes__", []))
            return SmokeStep(
                row.name, StepOutcome.NONCONFORMANCE, str(error), notes or "look at what it wrote to stderr"
            )
        case EscapedFault() | NonsenseFault():
            return SmokeStep(
                row.name, StepOutcome.NONCONFORMANCE, str(error), "this succeeds on a right backend"
            )
        case _:
            finding = f"{type(error).__name__}: {error}"
            return SmokeStep(
                row.name, StepOutcome.NONCONFORMANCE, finding, "this succeeds on a right backend"
            )
