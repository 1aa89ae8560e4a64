"""What a mirror is sent while operations run, and what it means. Nothing here is a requirement."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from conformance.contract.connection import Statement
from conformance.contract.records import QName, SystemTime
from conformance.oracle.model import Cancel, FlushCheckpoint, Mutation, RecordFinished, RecordStarted
from conformance.oracle.statements import Meaning, StatementUnclear, read_statement
from conformance.testing.expect import attempt
from conformance.testing.session import Session

STATUSES = {"start": "Running", "succeed": "Idle", "fail": "FailedRetrying"}
_AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)


def change_of(id: QName, kind: str) -> Mutation:
    """A status change by its name in `STATUSES`, or a cancel."""
    match kind:
        case "start":
            return RecordStarted(id, _AN_INSTANT)
        case "cancel":
            return Cancel(id)
    return RecordFinished(id, _AN_INSTANT, kind == "succeed")


def tried(store: Session, operation: Mutation | FlushCheckpoint) -> bool:
    """Whether it was done. That an operation survives an executor that raises is the affair of CM-04."""
    return attempt(partial(store.perform, operation))


def sent_by(store: Session, act: Callable[[], object]) -> tuple[Statement, ...]:
    """The statements sent while `act` ran."""
    before = len(store.mirror_statements())
    act()
    return store.mirror_statements()[before:]


def sent_in(store: Session, mutation: Mutation) -> tuple[Statement, ...]:
    """The statements that a mutation sent."""
    return sent_by(store, partial(store.perform, mutation))


def sent_if_told(store: Session, mutation: Mutation, *, fails: bool) -> list[Meaning | str] | None:
    """What was sent. None where that tells nothing.

    A refused mutation sends nothing, and an adapter may not record what its executor refuses.
    """
    before = len(store.mirror_statements())
    done = tried(store, mutation)
    sent = store.mirror_statements()
    if len(sent) == before and (not done or (fails and not sent)):
        return None
    return [meaning_of(statement) for statement in sent[before:]]


def sent_by_flush(store: Session, kind: type[Meaning]) -> list[Meaning]:
    """The statements of a kind that flush_checkpoint sent."""
    sent = sent_by(store, partial(tried, store, FlushCheckpoint()))
    return [meaning for meaning in map(meaning_of, sent) if isinstance(meaning, kind)]


def meaning_of(statement: Statement) -> Meaning | str:
    """What the statement means, or why it cannot be read."""
    try:
        return read_statement(statement.cypher, statement.parameters)
    except StatementUnclear as unclear:
        return f"unclear: {unclear.reason}: {statement.cypher!r} with {statement.parameters!r}"


def is_about_another(meaning: Meaning | str, id: QName) -> bool:
    """Whether a statement is about another job's node."""
    return not isinstance(meaning, str) and meaning.qname != str(id)


def texts(sent: tuple[Statement, ...]) -> list[str]:
    """The statements as they were sent."""
    return [statement.cypher for statement in sent]


def restores(store: Session, id: QName) -> bool:
    """Whether load_all restores the job."""
    return str(id) in {str(record.id) for record in store.load_all()}
