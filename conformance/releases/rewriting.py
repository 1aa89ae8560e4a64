"""Old documents under a new version: it loads them, changes another job, and must lose nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.contract.connection import BackendFault, Driver
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Manual, QName, SchedulerJobRecord, SchedulerJobStatus
from conformance.oracle.document import (
    StoredRow,
    inspect_document,
    instant_to_json,
    loaded_rows,
    read_document,
    schedule_to_json,
    write_document,
)
from conformance.releases.differences import compare
from conformance.releases.playing import Fault
from conformance.releases.words import Difference, became, named
from conformance.releases.workloads import START
from conformance.workspace import DataPath, Workspace

_SPELLED_OTHERWISE = frozenset({"LD-01", "LD-02", "LD-08", "LD-09"})


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What was lost or changed; `fault` tells why that could not be seen to the end."""

    differences: tuple[Difference, ...]
    fault: Fault | None = None


def rewrite(driver: Driver, workspace: Workspace, document: bytes) -> Rewritten:
    """Have the backend load a document and then change a job that is not in it.

    Raises DocumentRefused for a document that the catalogue lets no backend load.
    """
    rows = read_document(document)
    other = _absent(rows)
    records: list[SchedulerJobRecord] = []
    with workspace.lend() as data:
        data.write_document(document)
        fault = _load_and_change(driver, data, other, records)
        after = data.read_document()
    if fault is not None:
        return Rewritten((), fault)
    expected = _with_row(document, rows, StoredRow(str(other), "Running", 0, Manual(), None))
    stored = (Difference(f"rewritten, {each.place}", each.what) for each in compare(expected, after).values)
    return Rewritten((*_loaded(loaded_rows(rows), records), *stored))


def _load_and_change(
    driver: Driver, data: DataPath, other: QName, records: list[SchedulerJobRecord]
) -> Fault | None:
    """Fills in what load_all returns; the first refusal or fault, or None."""
    doing = "open"
    try:
        driver.set_clock(START)
        handle = driver.open(data.path)
        doing = "load_all"
        records += handle.load_all()
        doing = "record_started of another job"
        handle.record_started(other, START)
        doing = "close"
        handle.close()
    except (BackendFault, SchedulerPersistenceError) as error:
        return Fault.of(doing, error)
    finally:
        driver.set_clock(None)
    return None


def _absent(rows: Sequence[StoredRow]) -> QName:
    """A job that no row is about."""
    taken = {row.qname for row in rows}
    number = 0
    while f"golden.other{number}" in taken:
        number += 1
    return QName("golden", f"other{number}")


def _with_row(document: bytes, rows: Sequence[StoredRow], row: StoredRow) -> bytes:
    """The document with a row more, and legacy rows completed as any mutation does (LD-06)."""
    found = {finding.requirement for finding in inspect_document(document).findings}
    if not document or found & _SPELLED_OTHERWISE:
        return write_document([*rows, row])
    added = write_document([row])[1:]
    return document[: document.rindex(b"]")] + (b"," if rows else b"") + added


def _loaded(
    expected: Sequence[SchedulerJobRecord], records: Sequence[SchedulerJobRecord]
) -> Iterator[Difference]:
    """What load_all lost, changed or made up. Of several rows of one job it may return one or all (UP-07)."""
    wanted = _by_id(expected)
    found = _by_id(records)
    for id in wanted:
        if id not in found:
            yield Difference(f"loaded, {named(id)}", "lost")
    for id, group in found.items():
        for record in group:
            if id not in wanted:
                yield Difference(f"loaded, {named(id)}", "made up")
            elif record not in wanted[id]:
                yield from _changed(f"loaded, {named(id)}", wanted[id][0], record)


def _by_id(records: Sequence[SchedulerJobRecord]) -> dict[str, list[SchedulerJobRecord]]:
    grouped: dict[str, list[SchedulerJobRecord]] = {}
    for record in records:
        grouped.setdefault(str(record.id), []).append(record)
    return grouped


def _changed(place: str, old: SchedulerJobRecord, new: SchedulerJobRecord) -> Iterator[Difference]:
    before, after = _members(old), _members(new)
    for name, value in before.items():
        if value != after[name]:
            yield became(f"{place}, {name}", value, after[name])


def _members(record: SchedulerJobRecord) -> dict[str, str]:
    values = {
        "namespace": record.id.namespace,
        "local": record.id.local,
        "status": SchedulerJobStatus(record.status).value,
        "next_fire_at": instant_to_json(record.next_fire_at),
        "last_started_at": instant_to_json(record.last_started_at),
        "last_finished_at": instant_to_json(record.last_finished_at),
        "consecutive_failures": record.consecutive_failures,
        "schedule": schedule_to_json(record.schedule),
    }
    return {name: json.dumps(value) for name, value in values.items()}
