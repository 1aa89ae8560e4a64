"""Workloads for the toy backends, and their exploration."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from conformance.contract.classes import ConformanceClass
from conformance.crash.judging.explore import Budget, Equipment, Orders, explore, scratch
from conformance.crash.judging.reload import WireReloader
from conformance.crash.judging.runs import CommandTarget
from conformance.crash.judging.workload import CrashWorkload, Rows, WireOperation, documents_of
from conformance.crash.recording.ptrace_recorder import PtraceRecorder
from conformance.crash.recording.record import Recorder
from conformance.crash.telling.verdicts import CrashReport

HERE = Path(__file__).parent
Rowing = dict[str, str]


def put(name: str, status: str) -> WireOperation:
    return WireOperation("put", {"id": name, "status": status})


def cancel(name: str) -> WireOperation:
    return WireOperation("cancel", {"id": name})


def apply(rows: Rowing, operation: WireOperation) -> Rowing:
    kept = {name: status for name, status in rows.items() if name != operation.params["id"]}
    if operation.method == "put":
        kept[operation.params["id"]] = operation.params["status"]
    return kept


def as_rows(rows: Mapping[str, str]) -> Rows:
    return tuple(sorted(rows.items()))


def workload(initial: Rowing, *operations: WireOperation) -> CrashWorkload:
    """The last operation is the extra one."""

    def prepare(data_path: Path) -> None:
        if initial:
            (data_path / "_system").mkdir()
            document = data_path / "_system" / "background_jobs.json"
            document.write_text(json.dumps(initial), "utf-8")

    documents = documents_of(initial, operations, apply, as_rows)
    return CrashWorkload("toy", prepare, operations[:-1], operations[-1], documents)


GROWING = workload({"a": "x" * 300}, put("b", "y" * 900), put("c", "last"))
FRESH = workload({}, put("b", "y"), put("c", "last"))
TWO = workload({"a": "x" * 300}, put("b", "y" * 900), cancel("a"), put("c", "last"))


def toy_argv(protocol: str) -> list[str]:
    return [sys.executable, "-S", "-B", str(HERE / "toy_backend.py"), protocol]


def store_argv(journal_mode: str, synchronous: str) -> list[str]:
    return [sys.executable, "-S", "-B", str(HERE / "toy_store.py"), journal_mode, synchronous]


def explored(
    argv: list[str],
    chosen: CrashWorkload,
    injected_runs: int = 0,
    conformance_class: ConformanceClass = ConformanceClass.SIDECAR,
    recorder: Recorder | None = None,
    model: str = "strict",
) -> CrashReport:
    reloader = WireReloader(argv, lambda found, _: as_rows(found["records"]))
    try:
        with scratch() as directory:
            return explore(
                CommandTarget(argv, conformance_class, {}),
                chosen,
                Equipment(reloader, recorder or PtraceRecorder(), directory),
                Orders(model, Budget(real_kills=2, injected_runs=injected_runs)),
            )
    finally:
        reloader.close()


def broken(report: CrashReport) -> set[str]:
    return {violation.requirement for violation in report.violations}
