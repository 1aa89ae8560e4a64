"""The mirror: late wiring, best effort, and statements that no qname can change."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import pytest

from conformance.contract.records import QName, SchedulerJobStatus
from reference_impl import LazyCypherSink
from reference_impl.mirror import MirrorStatement, removal_statement, status_statement, takes_parameters

JOB = QName("a", "b")
STATEMENT = status_statement(JOB, SchedulerJobStatus.RUNNING)


class Binding:
    """Takes parameters."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Mapping[str, object] | None]] = []

    def execute_write_cypher(self, cypher: str, parameters: Mapping[str, object] | None = None) -> None:
        self.sent.append((cypher, parameters))


class LiteralOnly:
    """Takes a statement and nothing else."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def execute_write_cypher(self, cypher: str) -> None:
        self.sent.append(cypher)


class Failing:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def execute_write_cypher(self, cypher: str, parameters: Mapping[str, object] | None = None) -> None:
        raise self.error


class Panic(BaseException):
    """Like a panic that crosses from another language: no Exception."""


def test_parameters_are_bound_where_the_executor_takes_them() -> None:
    sink, executor = LazyCypherSink(), Binding()
    sink.set_host_executor(executor)

    sink.send(STATEMENT)
    sink.send(removal_statement(JOB))

    assert executor.sent == [
        (
            "MERGE (job:_BackgroundJob {qname: $qname}) SET job.status = $status",
            {"qname": "a.b", "status": "Running"},
        ),
        ("MATCH (job:_BackgroundJob {qname: $qname}) DETACH DELETE job", {"qname": "a.b"}),
    ]


def test_literals_are_written_where_the_executor_takes_no_parameters() -> None:
    sink, executor = LazyCypherSink(), LiteralOnly()
    sink.set_host_executor(executor)  # type: ignore[arg-type]

    sink.send(STATEMENT)

    assert executor.sent == ["MERGE (job:_BackgroundJob {qname: 'a.b'}) SET job.status = 'Running'"]


@pytest.mark.parametrize(
    ("local", "literal"),
    [
        ("b'", r"'a.b\''"),
        ("b\\", r"'a.b\\'"),
        ("\\'", r"'a.\\\''"),
        ("\n\r\t", r"'a.\n\r\t'"),
        ("$status", "'a.$status'"),
        ("$qname${qname}", "'a.$qname${qname}'"),
        ('"é😀', "'a.\"é😀'"),
    ],
)
def test_a_qname_stays_inside_its_literal(local: str, literal: str) -> None:
    statement = removal_statement(QName("a", local))

    assert statement.literal() == f"MATCH (job:_BackgroundJob {{qname: {literal}}}) DETACH DELETE job"


def test_the_first_executor_wins() -> None:
    sink, first, second = LazyCypherSink(), Binding(), Binding()

    wired = [sink.set_host_executor(first), sink.set_host_executor(second)]
    sink.send(STATEMENT)

    assert (wired, len(first.sent), len(second.sent)) == ([True, False], 1, 0)


def test_what_was_sent_before_the_wiring_is_not_sent_later(caplog: pytest.LogCaptureFixture) -> None:
    sink, executor = LazyCypherSink(), Binding()

    with caplog.at_level(logging.DEBUG):
        sink.send(STATEMENT)
    sink.set_host_executor(executor)

    assert executor.sent == []
    assert caplog.messages == ["mirror of a.b skipped: LookupError('no executor is wired')"]


@pytest.mark.parametrize("error", [OSError("gone"), Panic("gone")])
def test_a_failing_executor_is_logged_at_debug_level(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    sink = LazyCypherSink()
    sink.set_host_executor(Failing(error))

    with caplog.at_level(logging.DEBUG):
        sink.send(STATEMENT)

    (line,) = caplog.records
    assert (line.name, line.levelname) == ("reference_impl.mirror", "DEBUG")
    assert "a.b" in line.getMessage()
    assert "gone" in line.getMessage()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit()])
def test_an_order_to_stop_is_passed_on(error: BaseException) -> None:
    sink = LazyCypherSink()
    sink.set_host_executor(Failing(error))

    with pytest.raises(type(error)):
        sink.send(STATEMENT)


def test_an_executor_whose_signature_cannot_be_seen_takes_no_parameters() -> None:
    class Opaque:
        execute_write_cypher = dict.fromkeys

    assert not takes_parameters(Opaque())  # type: ignore[arg-type]


def test_a_statement_is_a_value() -> None:
    assert MirrorStatement("x", {}) == MirrorStatement("x", {})
