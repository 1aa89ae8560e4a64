"""The values of the interface: what they refuse, and that they are frozen dataclasses like any other."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, fields, replace

import pytest

from conformance.contract.records import (
    MAX_DURATION_SECS,
    MAX_INSTANT_SECS,
    CancellationToken,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)

JOB = QName("a.b", "c")
NOON = SystemTime(1, 2)
RECORD = SchedulerJobRecord(JOB, next_fire_at=NOON, consecutive_failures=3, schedule=Once(NOON))
VALUES = (JOB, NOON, Duration(1, 2), Once(NOON), Periodic(Duration(1, 2)), Cron(""), Manual(), RECORD)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_cannot_be_changed(value: object) -> None:
    for name in (*value.__slots__, "other"):  # type: ignore[attr-defined]
        with pytest.raises((FrozenInstanceError, TypeError)):
            setattr(value, name, 1)
        with pytest.raises((FrozenInstanceError, TypeError)):
            delattr(value, name)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_survives_pickling_and_copying(value: object) -> None:
    for again in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert (value, type(value), repr(value)) == (again, type(again), repr(again))


@pytest.mark.parametrize("value", [value for value in VALUES if value is not RECORD], ids=repr)
def test_equal_values_have_one_hash(value: object) -> None:
    assert hash(value) == hash(copy.deepcopy(value))


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_its_members_are_given_as_they_are_declared(value: object) -> None:
    given = {member.name: getattr(value, member.name) for member in fields(value)}  # type: ignore[arg-type]

    assert value == type(value)(**given) == type(value)(*given.values()) == replace(value)  # type: ignore[type-var]


def test_a_value_is_written_as_it_is_made() -> None:
    assert "QName(namespace='a.b', local='c')" == repr(JOB)
    assert "SystemTime(secs_since_epoch=1, nanos_since_epoch=2)" == repr(NOON)
    assert "Duration(secs=1, nanos=2)" == repr(Duration(1, 2))
    assert repr(RECORD).startswith(f"SchedulerJobRecord(id={JOB!r}, status=<SchedulerJobStatus.PENDING")
    assert {"secs": 1, "nanos": 2} == asdict(Duration(1, 2))


def test_instants_and_durations_are_ordered_by_seconds_first() -> None:
    assert SystemTime(1, 9) < SystemTime(2, 0) <= SystemTime(2, 0) < SystemTime(2, 1)
    assert Duration(1, 9) < Duration(2, 0) <= Duration(2, 0) < Duration(2, 1)


def test_values_of_two_kinds_are_not_equal() -> None:
    assert SystemTime(1, 2) != Duration(1, 2)  # type: ignore[comparison-overlap]
    assert QName("a.b", "c") != QName("a", "b.c")


def test_a_record_that_says_nothing_is_pending_manual_and_has_a_token_of_its_own() -> None:
    one, other = SchedulerJobRecord(JOB), SchedulerJobRecord(JOB)
    one.cancel.cancel()

    expected = (SchedulerJobStatus.PENDING, None, None, None, 0, Manual())
    assert expected == (
        one.status,
        one.next_fire_at,
        one.last_started_at,
        one.last_finished_at,
        one.consecutive_failures,
        one.schedule,
    )
    assert (True, False, one) == (one.cancel.is_cancelled(), other.cancel.is_cancelled(), other)


def test_a_record_keeps_the_token_that_it_is_given() -> None:
    token = CancellationToken()

    assert token is replace(RECORD, cancel=token).cancel


@pytest.mark.parametrize(
    ("kind", "secs", "nanos", "error"),
    [
        (SystemTime, -1, 0, ValueError),
        (SystemTime, MAX_INSTANT_SECS + 1, 0, ValueError),
        (SystemTime, 0, 1_000_000_000, ValueError),
        (SystemTime, 0, -1, ValueError),
        (SystemTime, 1.0, 0, TypeError),
        (SystemTime, True, 0, TypeError),
        (Duration, MAX_DURATION_SECS + 1, 0, ValueError),
        (Duration, 0, 1_000_000_000, ValueError),
        (Duration, 0, "1", TypeError),
        (Duration, None, 0, TypeError),
    ],
)
def test_what_is_no_number_of_the_range_is_refused(
    kind: Callable[..., object], secs: object, nanos: object, error: type[Exception]
) -> None:
    with pytest.raises(error, match="must"):
        kind(secs, nanos)


def test_the_ends_of_the_range_are_taken() -> None:
    assert (MAX_INSTANT_SECS, 999_999_999) == (
        SystemTime(MAX_INSTANT_SECS, 0).secs_since_epoch,
        SystemTime(0, 999_999_999).nanos_since_epoch,
    )
    assert MAX_DURATION_SECS == Duration(MAX_DURATION_SECS, 0).secs


@pytest.mark.parametrize(("namespace", "local"), [("", "a"), ("a", ""), ("", "")])
def test_a_name_without_a_part_is_refused(namespace: str, local: str) -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        QName(namespace, local)


@pytest.mark.parametrize("part", [None, 1, b"a"])
def test_a_name_that_is_no_text_is_refused(part: object) -> None:
    with pytest.raises(TypeError, match="must be a str"):
        QName(part, "a")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="must be a str"):
        Cron(part)  # type: ignore[arg-type]


def test_a_name_is_parsed_at_its_last_dot() -> None:
    assert JOB == QName.parse("a.b.c")
    for text in ("abc", ".a", "a.", ""):
        with pytest.raises(ValueError, match=r"dot|empty"):
            QName.parse(text)
