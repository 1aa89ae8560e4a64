"""The product does what was recorded of it, and writes what workloads leave, for the same calls."""

from __future__ import annotations

import json

import pytest
from product.client import Panicked, Product, Refused, fresh_data_path
from product.dose import DOSE
from product.figures import Figures
from product.offered import NotOffered, calls, planted
from product.twins import twins

from conformance.contract.records import SystemTime
from conformance.golden import (
    CronVector,
    LoadCase,
    ScheduleCall,
    cron_vectors,
    load_cases,
    read_golden,
    schedule_calls,
)
from conformance.hosting.inprocess import InProcessDriver
from conformance.oracle.document import read_document
from conformance.releases.recording import record
from conformance.releases.workloads import START, WORKLOADS
from conformance.workspace import DataPath, Workspace

NO_CALL = {
    "kind_periodic_nanos": "periods are whole seconds",
    "kind_once": "there is no call for Once",
    "kind_once_extreme": "there is no call for Once",
    "kind_cron_unparsable": "an expression that does not parse is refused",
    "all_kinds": "there is no call for Once",
}
RUNS_BY_ITSELF = {
    "status_running",
    "status_idle",
    "status_failed_retrying",
    "status_of_unknown_jobs",
    "legacy_rescheduled",
    "planted_statuses_change",
}
CANNOT_BE_OPENED = {"empty_parts_kept", "longest_period_kept"}
LEFT_OPEN = {"cancel_unknown_first": "the product writes nothing for an unknown job (CX-02)"}


def offered() -> dict[str, str]:
    """Each workload, with the reason why the product has no calls for it, or nothing."""
    reasons = {}
    for workload in WORKLOADS:
        try:
            calls(workload)
            reasons[workload.name] = ""
        except NotOffered as reason:
            reasons[workload.name] = str(reason)
    return reasons


def test_what_the_product_does_not_offer_is_listed() -> None:
    missing = {name: reason for name, reason in offered().items() if reason}

    expected = NO_CALL | dict.fromkeys(
        RUNS_BY_ITSELF, "jobs run when they are due, and fail for want of a provider"
    )
    assert missing == expected


def test_workloads_recorded_from_the_reference_are_what_the_product_writes(
    product: Product, figures: Figures
) -> None:
    driver, workspace = InProcessDriver("reference_impl:open_backend"), Workspace()
    try:
        recording = record(driver, workspace)
    finally:
        driver.close()
        workspace.close()
    documents = {each.name: each.document for each in recording.workloads}
    not_compared = {*NO_CALL, *RUNS_BY_ITSELF, *CANNOT_BE_OPENED, *LEFT_OPEN}
    compared = [workload for workload in WORKLOADS if workload.name not in not_compared]

    written = {}
    for workload in compared:
        with twins(product, START.to_nanos(), planted(workload)) as both:
            for call in calls(workload):
                both.take(call)
            written[workload.name] = both.documents()[1]

    figures.append(f"{len(written)} of {len(WORKLOADS)} workloads left the recorded bytes")
    assert written == {workload.name: documents[workload.name] for workload in compared}


@pytest.mark.parametrize("name", sorted(CANNOT_BE_OPENED))
def test_documents_that_a_right_backend_keeps_make_the_product_panic(product: Product, name: str) -> None:
    workload = next(each for each in WORKLOADS if each.name == name)

    with pytest.raises(Panicked), twins(product, START.to_nanos(), planted(workload)):
        pass


def test_schedule_calls_are_answered_as_recorded(product: Product, figures: Figures) -> None:
    clock = json.loads(read_golden("schedule_calls.json"))["clock_ns"]

    otherwise = []
    for call in schedule_calls():
        with fresh_data_path() as data, product.opened(data, clock):
            answer = answered(product, call)
        if (answer is None) != call.accepted or (call.error or "") not in (answer or ""):
            otherwise.append((call, answer))

    figures.append(f"{len(schedule_calls())} schedule calls were answered as recorded")
    assert otherwise == []


def answered(product: Product, call: ScheduleCall) -> str | None:
    """The product's error text; None where it takes the call."""
    try:
        product.schedule(call.qname, call.kind, call.argument)
    except (Refused, Panicked) as error:
        return str(error)
    return None


def test_cron_expressions_are_answered_as_recorded(product: Product, figures: Figures) -> None:
    held = [vector for vector in cron_vectors() if vector.now_window[0] == vector.now_window[1]]
    tried = held[:: DOSE.every]

    otherwise = []
    with fresh_data_path() as data, product.opened(data, 0):
        for vector in tried:
            found = next_fire_of(product, data, vector)
            if found != (vector.accepted, vector.next_fire):
                otherwise.append((vector, found))

    figures.append(f"{len(tried)} of {len(held)} cron expressions were answered as recorded")
    assert otherwise == []


def next_fire_of(product: Product, data: DataPath, vector: CronVector) -> tuple[bool, SystemTime | None]:
    """Whether the product takes an expression at an instant, and when it fires next."""
    product.hold(vector.now_window[0])
    try:
        product.schedule("cron.vector", "cron", vector.expression)
    except Refused:
        return False, None
    [row] = read_document(data.read_document() or b"")
    product.cancel("cron.vector")
    return True, row.next_fire_at


def test_hand_made_documents_are_opened_as_recorded(product: Product, figures: Figures) -> None:
    clock = json.loads(read_golden("load/load_behaviour.json"))["clock_ns"]
    cases = [case for case in load_cases() if case.setup is None and case.input is not None]
    tried = cases[:: DOSE.every]

    otherwise = [case.name for case in tried if loaded(product, case, clock) != expected(case)]

    figures.append(f"{len(tried)} of {len(cases)} hand-made documents were opened as recorded")
    assert otherwise == []


def expected(case: LoadCase) -> tuple[str, bytes | None]:
    return case.outcome, case.input if case.output is None else case.output


def loaded(product: Product, case: LoadCase, clock: int) -> tuple[str, bytes | None]:
    """What became of a document: opened, what is due has run, and one more job is scheduled."""
    outcome = "accepted"
    with fresh_data_path() as data:
        data.write_document(case.input or b"")
        try:
            with product.opened(data, clock):
                product.tick(list(case.ran_at_open))
                product.schedule("probe.added", "cron", "0 0 0 1 1 *")
        except Refused as error:
            outcome = "refused" if (case.why or "no reason") in str(error) else str(error)
        except Panicked as error:
            outcome = "open_panics" if (case.why or "no reason") in str(error) else str(error)
        return outcome, data.read_document()
