"""Values of the interface as JSON, and back."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.connection import LogLine, Statement
from conformance.contract.records import (
    CancellationToken,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)
from conformance.wire import codec
from conformance.wire.codec import CodecError

NANOS = st.integers(0, 999_999_999)
INSTANTS = st.builds(SystemTime, st.integers(0, 2**63 - 1), NANOS)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PARTS = TEXTS.filter(bool)
SCHEDULES = st.one_of(
    st.just(Manual()),
    st.builds(Once, INSTANTS),
    st.builds(Periodic, st.builds(Duration, st.integers(0, 2**64 - 1), NANOS)),
    st.builds(Cron, TEXTS),
)
RECORDS = st.builds(
    SchedulerJobRecord,
    st.builds(QName, PARTS, PARTS),
    st.sampled_from(SchedulerJobStatus),
    st.none() | INSTANTS,
    st.none() | INSTANTS,
    st.none() | INSTANTS,
    st.integers(0, 2**32 - 1),
    SCHEDULES,
)


@given(RECORDS)
def test_a_record_comes_back_through_json(record: SchedulerJobRecord) -> None:
    text = msgspec.json.encode(codec.encode_record(record))

    assert codec.decode_record(msgspec.json.decode(text)) == record


def test_a_tripped_token_comes_back_tripped() -> None:
    token = CancellationToken()
    token.cancel()
    record = SchedulerJobRecord(QName("a", "b"), cancel=token)

    assert codec.decode_record(codec.encode_record(record)).cancel.is_cancelled()


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (Manual(), '"Manual"'),
        (
            Once(SystemTime(2**63 - 1, 1)),
            '{"Once":{"secs_since_epoch":9223372036854775807,"nanos_since_epoch":1}}',
        ),
        (Periodic(Duration(2**64 - 1, 0)), '{"Periodic":{"secs":18446744073709551615,"nanos":0}}'),
        (Cron("* *"), '{"Cron":"* *"}'),
    ],
)
def test_a_schedule_has_the_shape_of_the_document(schedule: Schedule, text: str) -> None:
    encoded = msgspec.json.encode(codec.encode_schedule(schedule)).decode()

    assert encoded == text


RECORD = codec.encode_record(SchedulerJobRecord(QName("a", "b"), next_fire_at=SystemTime(1, 2)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "a.b"}, ".id: must be an object of namespace, local, not 'a.b'"),
        ({"id": {"namespace": "a"}}, ".id: must have exactly the members namespace, local, not namespace"),
        ({"id": {"namespace": "", "local": "b"}}, ".id: namespace and local must not be empty"),
        ({"status": "pending"}, ".status: must be one of Pending"),
        ({"status": ["Pending"]}, ".status: must be one of Pending"),
        ({"next_fire_at": 5}, ".next_fire_at: must be an object"),
        (
            {"next_fire_at": {"secs_since_epoch": 60.0, "nanos_since_epoch": 0}},
            ".next_fire_at: secs_since_epoch must be an int, not float",
        ),
        (
            {"next_fire_at": {"secs_since_epoch": 2**63, "nanos_since_epoch": 0}},
            ".next_fire_at: secs_since_epoch must lie between 0 and 9223372036854775807",
        ),
        ({"consecutive_failures": True}, ".consecutive_failures: must be a whole number"),
        (
            {"consecutive_failures": 2**32},
            ".consecutive_failures: must be a whole number from 0 to 4294967295",
        ),
        ({"schedule": None}, '.schedule: must be "Manual"'),
        ({"schedule": {"Daily": 1}}, '.schedule: must be "Manual"'),
        ({"schedule": {"Cron": 1}}, ".schedule.Cron: must be a string"),
        ({"schedule": {"Periodic": {"secs": -1, "nanos": 0}}}, ".schedule.Periodic: secs must lie between"),
        ({"cancelled": 0}, ".cancelled: must be true or false"),
        ({"extra": 0}, "must have exactly the members id, status"),
    ],
)
def test_a_wrong_record_is_refused_with_the_place(changes: dict[str, object], message: str) -> None:
    with pytest.raises(CodecError) as caught:
        codec.decode_record(RECORD | changes)

    assert str(caught.value).startswith(message)


def test_a_refusal_inside_a_list_names_the_position() -> None:
    with pytest.raises(CodecError, match=r"^\[1\]\.cancelled: "):
        codec.decode_list(codec.decode_record, [RECORD, RECORD | {"cancelled": 1}])


def test_statements_and_log_lines_come_back() -> None:
    statement = Statement(1, "MERGE", {"q": "a.b", "list": [1, None]})
    line = LogLine("backend.mirror", "debug", "skipped")

    assert codec.decode_statement(codec.encode_statement(statement)) == statement
    assert codec.decode_log_line(codec.encode_log_line(line)) == line


def test_parameters_that_are_no_json_are_told_by_their_repr() -> None:
    statement = Statement(1, "MERGE", {"q": QName("a", "b"), "pair": (1, 2)})
    encoded = codec.encode_statement(statement)

    assert encoded["parameters"] == {"q": "QName(namespace='a', local='b')", "pair": [1, 2]}
