from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.hosting.mirror import LogCapture, MirrorRecord
from conformance.workspace import DataPath


@pytest.fixture
def log() -> Iterator[LogCapture]:
    capture = LogCapture()
    capture.listen_to(["a_backend"])
    yield capture
    capture.stop()


def test_a_line_is_kept_with_its_arguments(log: LogCapture) -> None:
    logging.getLogger("a_backend.mirror").debug("mirror of %s skipped", "kit.job")

    assert ["mirror of kit.job skipped"] == [line.message for line in log.since(0)]


def test_a_line_that_cannot_be_put_together_says_nothing_of_what_it_was_to_say(
    log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("a_backend"), "propagate", False)
    logging.getLogger("a_backend.mirror").debug("mirror of kit.%d skipped: %r", ValueError("why"))
    [line] = log.since(0)

    assert "kit." not in line.message
    assert "why" not in line.message


def test_a_statement_is_kept_with_the_document_of_its_moment(tmp_path: Path) -> None:
    data, record = DataPath(tmp_path), MirrorRecord(tmp_path)
    executor = record.new_executor(fail=False)
    executor.execute_write_cypher("first")
    data.write_document(b"[]")
    executor.execute_write_cypher("second")
    data.write_document(b"[ ]")

    assert [b"", b"[]"] == [statement.document for statement in record.statements()]


def test_without_a_data_path_no_document_is_known() -> None:
    record = MirrorRecord(None)
    record.new_executor(fail=False).execute_write_cypher("only")

    assert [None] == [statement.document for statement in record.statements()]
