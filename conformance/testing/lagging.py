"""A document that shows an operation only later: one fault, FM-01's, whatever check comes upon it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from conformance.showing import show
from conformance.testing.expect import Nonconformance
from conformance.testing.tally import Tally
from conformance.workspace import DataPath


class LastReading(NamedTuple):
    """What the document held, and how many operations had been called until then."""

    content: bytes | None
    operations: int


class _Counted(Protocol):
    @property
    def tally(self) -> Tally: ...


class _Reader(Protocol):
    """What is looked at here of a session."""

    data: DataPath
    reading: LastReading | None

    @property
    def backend(self) -> _Counted: ...


@contextmanager
def looking_again(session: _Reader, error: BaseException) -> Iterator[None]:
    """Look once more, after what runs here, at a document that was read last before `error` was raised.

    Raises the breach of FM-01 where it has changed since: what was read in between is to blame for nothing
    else.
    """
    last = session.reading
    if last is None or last.operations != session.backend.tally.operations:
        yield
        return
    yield
    found = session.data.read_document()
    if isinstance(error, Nonconformance) and found != last.content:
        claim = "the document shows what an operation did once it has returned"
        observed = f"{show(last.content)} until the backend was closed"
        raise Nonconformance(claim, show(found), observed, "FM-01") from error
