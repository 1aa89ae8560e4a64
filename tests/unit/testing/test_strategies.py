"""What the strategies draw is what they say, and the corners are reached."""

from __future__ import annotations

import json

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from conformance.contract.records import Cron, Manual, Once, Periodic, QName
from conformance.oracle.document import StoredRow, read_document, restored_qname, write_document
from conformance.oracle.model import Cancel, FlushCheckpoint, Operation, Reopen
from conformance.testing import strategies
from conformance.testing.planting import document_bytes
from conformance.testing.strategies.names import AWKWARD_NAMES, FAMILIES, PLAIN_IDS, differing
from conformance.testing.strategies.programs import tireless_program
from conformance.testing.strategies.rows import legacy_shapes


def test_every_public_name_is_documented_and_there() -> None:
    named = {name for name in strategies.__all__ if f"`{name}`" in str(strategies.__doc__)}

    assert set(strategies.__all__) == named
    assert all(callable(getattr(strategies, name)) for name in named)


@given(strategies.qnames())
def test_a_name_is_still_a_job_after_a_restart(id: QName) -> None:
    assert str(id) == str(restored_qname(str(id)))


@given(strategies.qnames())
def test_like_ids_are_other_ids_and_jobs(id: QName) -> None:
    others = differing(id)

    assert str(id) not in set(map(str, others))
    assert len(others) == len(set(map(str, others)))
    assert None not in [restored_qname(str(other)) for other in others]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: str(family[0])[:20])
def test_a_family_has_no_id_twice(family: tuple[QName, ...]) -> None:
    assert len(family) == len(set(map(str, family))) > 1


def test_awkward_names_are_distinct_text() -> None:
    assert len(AWKWARD_NAMES) == len(set(AWKWARD_NAMES))
    assert all(name.encode("utf-8") for name in AWKWARD_NAMES)


@pytest.mark.parametrize("kind", [Once, Periodic, Cron, Manual])
def test_every_kind_of_schedule_comes_up(kind: type) -> None:
    for drawn in (strategies.schedules(), strategies.plain_schedules()):
        assert isinstance(find(drawn, lambda schedule: isinstance(schedule, kind)), kind)


@given(strategies.documents())
def test_a_document_has_each_job_once_and_is_read_back(rows: list[StoredRow]) -> None:
    assert len(rows) == len({row.qname for row in rows})
    assert tuple(rows) == read_document(write_document(rows))


@given(strategies.rows(st.just(QName("kit", "job"))))
def test_ids_can_be_chosen(row: StoredRow) -> None:
    assert "kit.job" == row.qname


@settings(max_examples=50)
@given(strategies.rows())
def test_a_legacy_row_loads_with_the_defaults_for_what_is_missing(row: StoredRow) -> None:
    whole, *older = legacy_shapes(row)

    assert [row] == list(read_document(document_bytes([whole])))
    for shape in older:
        [found] = read_document(document_bytes([shape]))
        schedule = found.schedule if "schedule" in shape else Manual()
        fire = found.next_fire_at if "next_fire_at" in shape else None
        assert (schedule, fire) == (found.schedule, found.next_fire_at)
        assert (row.qname, row.status, row.consecutive_failures) == (
            found.qname,
            found.status,
            found.consecutive_failures,
        )


def test_legacy_rows_lack_what_came_later() -> None:
    older = find(strategies.legacy_rows(), lambda raw: len(raw) == 3)

    assert {"qname", "status", "consecutive_failures"} == set(json.loads(json.dumps(older)))


@given(strategies.legacy_documents())
def test_legacy_documents_are_read(raw: list[dict[str, object]]) -> None:
    assert len(raw) == len(read_document(document_bytes(raw)))


@given(strategies.programs())
def test_a_program_cancels_what_is_there(program: list[Operation]) -> None:
    there: set[str] = set()
    for operation in program:
        if isinstance(operation, FlushCheckpoint | Reopen):
            continue
        if isinstance(operation, Cancel):
            assert str(operation.id) in there
            there.discard(str(operation.id))
        else:
            there.add(str(operation.id))


def test_a_program_may_cancel_what_is_not_there() -> None:
    program = find(strategies.programs(cancelling_unknown=True), lambda program: program != [])

    assert [Cancel] == [
        type(operation)
        for operation in find(
            strategies.programs(cancelling_unknown=True),
            lambda program: len(program) == 1 and isinstance(program[0], Cancel),
        )
    ]
    assert program


def test_a_tireless_program_is_always_the_same_and_never_pauses() -> None:
    program = list(tireless_program(200))

    assert program == list(tireless_program(200))
    assert 200 == len(program)
    assert not any(isinstance(operation, FlushCheckpoint | Reopen) for operation in program)
    assert set(map(str, PLAIN_IDS)) >= {str(operation.id) for operation in program}  # type: ignore[union-attr]
