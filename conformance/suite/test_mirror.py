"""CM: the Cypher mirror."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.connection import LogLine, Statement
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Manual, QName, Schedule, SystemTime
from conformance.errors import NotTestableError
from conformance.oracle.document import DocumentRefused, read_document
from conformance.oracle.model import Cancel, FlushCheckpoint, Mutation, RecordFinished, RecordStarted
from conformance.oracle.statements import DetachDelete, Meaning, Merge, StatementUnclear, read_statement
from conformance.showing import Words
from conformance.testing.cases import Each
from conformance.testing.expect import attempt, expect, expect_equal
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import PLAIN_IDS, qnames, schedules
from conformance.testing.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
JOB = QName("kit", "job")
REFUSAL = "the graph refuses this statement"
UNREADABLE = b'[{"qname": "kit.job", "status": '
STATUSES = {"start": "Running", "succeed": "Idle", "fail": "FailedRetrying"}

_plain_ids = st.sampled_from(PLAIN_IDS)
_kinds = st.sampled_from(sorted(STATUSES))
_ALL_KINDS = (*STATUSES, "cancel")


def _change(id: QName, kind: str) -> Mutation:
    match kind:
        case "start":
            return RecordStarted(id, AN_INSTANT)
        case "cancel":
            return Cancel(id)
    return RecordFinished(id, AN_INSTANT, kind == "succeed")


def _sent_by(store: Session, act: Callable[[], object]) -> tuple[Statement, ...]:
    """The statements sent while `act` ran."""
    before = len(store.mirror_statements())
    act()
    return store.mirror_statements()[before:]


def _sent_in(store: Session, mutation: Mutation) -> tuple[Statement, ...]:
    return _sent_by(store, lambda: store.perform(mutation))


def _meaning(statement: Statement) -> Meaning | str:
    """What the statement means, or why it cannot be read."""
    try:
        return read_statement(statement.cypher, statement.parameters)
    except StatementUnclear as unclear:
        return f"unclear: {unclear.reason}: {statement.cypher!r} with {statement.parameters!r}"


def _sent_if_told(store: Session, mutation: Mutation, *, fails: bool) -> list[Meaning | str] | None:
    """
    What was sent. None where that tells nothing: a refused mutation sends nothing, and an adapter may not
    record what its executor refuses.
    """
    before = len(store.mirror_statements())
    done = _attempt(store, mutation)
    sent = store.mirror_statements()
    if len(sent) == before and (not done or (fails and not sent)):
        return None
    return [_meaning(statement) for statement in sent[before:]]


def _sent_by_flush(store: Session, kind: type[Meaning]) -> list[Meaning]:
    sent = _sent_by(store, partial(_attempt, store, FlushCheckpoint()))
    return [meaning for meaning in map(_meaning, sent) if isinstance(meaning, kind)]


def _restores(store: Session, id: QName) -> bool:
    return str(id) in {str(record.id) for record in store.load_all()}


@verifies("CM-01", examples=0.5)
@given(
    changes=st.lists(st.tuples(_plain_ids, _kinds), min_size=1, max_size=6),
    known=st.booleans(),
    fails=st.booleans(),
)
def test_CM_01_a_status_change_sends_one_merge_that_sets_the_status(
    backend: Backend, changes: list[tuple[QName, str]], known: bool, fails: bool
) -> None:
    """
    Where the status is what it was before, a backend may stay silent; not where the job was cancelled since.
    Each is sent, though the executor refused those before it; whether the operation survives that is the
    affair of CM-04.
    """
    claim = "a status change sends exactly one MERGE of the job's node that sets its status"
    statuses: dict[str, str] = {}
    begun_again = [(changes[0][0], kind) for status in STATUSES for kind in (status, "cancel", status)]
    with backend.fresh() as store:
        if known:
            store.record_scheduled(changes[0][0], Manual())
        store.wire_mirror(fail=fails)
        for id, kind in changes + begun_again:
            if kind == "cancel":
                _attempt(store, Cancel(id))
                if not _restores(store, id):
                    del statuses[str(id)]
                continue
            found = _sent_if_told(store, _change(id, kind), fails=fails)
            if found is None:
                backend.vacuous()
                return
            if found or statuses.get(str(id)) != STATUSES[kind]:
                expect_equal(found, [Merge(str(id), STATUSES[kind])], claim)
            statuses[str(id)] = STATUSES[kind]
        expect_equal(_sent_by_flush(store, Merge), [], "flush_checkpoint sends no status change again")


_JOBS_TO_CANCEL = [[(JOB, kind)] for kind in STATUSES] + [list(zip(PLAIN_IDS, STATUSES, strict=False))]


@verifies("CM-02", cases=Each(changes=_JOBS_TO_CANCEL, reopened=(False, True), fails=(False, True)))
def test_CM_02_cancel_sends_one_match_with_detach_delete(
    backend: Backend, changes: list[tuple[QName, str]], reopened: bool, fails: bool
) -> None:
    """
    Also of a job whose status changed before a restart: its node is still there.
    """
    claim = "cancel sends exactly one MATCH of the job's node with DETACH DELETE"
    with backend.fresh() as store:
        store.wire_mirror(fail=fails)
        for id, kind in changes:
            _attempt(store, _change(id, kind))
        if reopened:
            store.reopen()
            store.wire_mirror(fail=fails)
        for id, _ in changes:
            known = _restores(store, id)
            found = _sent_if_told(store, Cancel(id), fails=fails)
            if not known or found is None:  # of an unknown job it need not send any
                backend.vacuous()
                return
            expect_equal(found, [DetachDelete(str(id))], claim)
        expect_equal(_sent_by_flush(store, DetachDelete), [], "flush_checkpoint sends no removal again")


@verifies("CM-03", examples=0.5)
@given(id=_plain_ids, schedule=schedules(), kind=_kinds, known=st.booleans(), fails=st.booleans())
def test_CM_03_record_scheduled_and_load_all_send_nothing(
    backend: Backend, id: QName, schedule: Schedule, kind: str, known: bool, fails: bool
) -> None:
    """
    Not even what the executor refused before.
    """
    with backend.fresh() as store:
        store.wire_mirror(fail=fails)
        if known:
            _attempt(store, _change(id, kind))
        sent = _sent_by(store, lambda: store.record_scheduled(id, schedule))
        expect_equal(_texts(sent), [], "record_scheduled sends nothing")
        sent = _sent_by(store, store.load_all)
        expect_equal(_texts(sent), [], "load_all sends nothing")


def _texts(sent: tuple[Statement, ...]) -> list[str]:
    return [statement.cypher for statement in sent]


_OBSTACLES = ("executor raises", "no executor", "unreadable document", "write-protected document")


@verifies("CM-04")
@given(
    case=st.sampled_from(list(product(_OBSTACLES, (*STATUSES, "cancel")))),
    id=st.sampled_from(PLAIN_IDS[:2]),
)
def test_CM_04_the_durable_write_comes_first(backend: Backend, case: tuple[str, str], id: QName) -> None:
    obstacle, kind = case
    if obstacle in {"executor raises", "no executor"}:
        _expect_stored_without_mirror(backend, id, kind, fails=obstacle == "executor raises")
    elif not backend.keeps_document:
        backend.vacuous()
    elif obstacle == "unreadable document":
        with backend.fresh() as store:
            store.wire_mirror()
            store.perform(_change(id, "start"))
            store.data.write_document(UNREADABLE)
            _expect_nothing_sent(store, id, kind)
    else:
        _expect_nothing_sent_when_write_protected(backend, id, kind)


def _expect_stored_without_mirror(backend: Backend, id: QName, kind: str, *, fails: bool) -> None:
    with backend.fresh() as store:
        if kind == "cancel":
            store.perform(_change(id, "start"))
        if fails:
            store.wire_mirror(fail=True)
        before = len(store.mirror_statements())
        try:
            store.perform(_change(id, kind))
        except SchedulerPersistenceError as error:
            claim = "an operation whose durable write succeeded succeeds, whatever becomes of the mirror"
            expect(False, claim, expected=Words("no exception"), observed=str(error))
        sent = store.mirror_statements()[before:]
        claim = "an operation whose mirror fails or is not wired is stored"
        store.reopen()
        expect_equal(sorted(store.contents()), [] if kind == "cancel" else [str(id)], claim)
        if kind != "cancel" and backend.keeps_document:
            expect_equal(store.row(id).status, STATUSES[kind], claim)
        if backend.keeps_document:
            claim = "when a statement is sent, the document shows the change already"
            shown = {} if kind == "cancel" else {str(id): STATUSES[kind]}
            found = [_statuses(one.document) for one in sent if one.document is not None]
            expect_equal(found, [shown] * len(found), claim)


def _statuses(document: bytes) -> dict[str, str] | str:
    """The status of each row, or why there are none to be read."""
    try:
        return {row.qname: row.status for row in read_document(document)}
    except DocumentRefused as refusal:
        return f"unreadable: {refusal}"


def _expect_nothing_sent(store: Session, id: QName, kind: str) -> None:
    """An operation that is bound to fail; one that succeeds all the same proves nothing."""
    before = len(store.mirror_statements())
    try:
        store.perform(_change(id, kind))
    except SchedulerPersistenceError:
        sent = _texts(store.mirror_statements()[before:])
        expect_equal(sent, [], "an operation whose durable write failed sends nothing")
    else:
        store.backend.vacuous()


def _expect_nothing_sent_when_write_protected(backend: Backend, id: QName, kind: str) -> None:
    try:
        with backend.driver.unprivileged(), backend.fresh() as store:
            store.wire_mirror()
            store.perform(_change(id, "fail" if kind == "start" else "start"))
            with _write_protected(store):
                _expect_nothing_sent(store, id, kind)
    except NotTestableError:
        backend.vacuous()


@contextmanager
def _write_protected(store: Session) -> Iterator[None]:
    """The document can be read, but neither written nor replaced, unless by the superuser."""
    files = [store.data.path / name for name in store.data.files()]
    for path in files:
        path.chmod(0o400)
    store.data.system.chmod(0o500)
    try:
        yield
    finally:
        store.data.system.chmod(0o700)
        for path in files:
            path.chmod(0o600)


@verifies("CM-05", examples=0.5)
@given(
    earlier=st.lists(st.tuples(_plain_ids, _kinds), max_size=3),
    later=st.sampled_from((*STATUSES, "cancel")),
    first_fails=st.booleans(),
    rewired_unused=st.booleans(),
    rewirings=st.integers(1, 2),
)
def test_CM_05_the_sink_may_be_wired_late_and_the_first_executor_wins(
    backend: Backend,
    earlier: list[tuple[QName, str]],
    later: str,
    first_fails: bool,
    rewired_unused: bool,
    rewirings: int,
) -> None:
    """
    A session wired from the start tells how many statements an operation sends.
    """
    mutation = _change(JOB, later)
    before = _change(JOB, "fail" if later == "start" else "start")
    with backend.fresh() as early:
        early.wire_mirror(fail=first_fails)
        _attempt(early, before)
        usual = len(_sent_by(early, lambda: _attempt(early, mutation)))
    if not usual:
        backend.vacuous()
        return
    with backend.fresh() as store:
        for id, kind in earlier:
            store.perform(_change(id, kind))
        _attempt(store, FlushCheckpoint())
        store.perform(before)
        store.wire_mirror(fail=first_fails)
        _attempt(store, FlushCheckpoint())
        claim = "operations from before the wiring are not sent later"
        expect_equal(_texts(store.mirror_statements()), [], claim)
        if rewired_unused:
            store.wire_mirror()
        sent = _sent_by(store, lambda: _attempt(store, mutation))
        about_others = [text for text in map(_meaning, sent) if _is_about_another(text)]
        expect_equal(about_others, [], claim)
        expect_equal(len(sent), usual, "a sink that is wired late sends what comes after the wiring")
        claim = "the first executor wins, and wiring again changes nothing"
        expect_equal(_executors(sent), [1] * usual, claim)
        for _ in range(rewirings):
            store.wire_mirror()
        _attempt(store, before)
        sent = _sent_by(store, lambda: _attempt(store, mutation))
        expect_equal(_executors(sent), [1] * usual, claim)
        expect_equal({1, *_executors(store.mirror_statements())}, {1}, claim)


def _attempt(store: Session, operation: Mutation | FlushCheckpoint) -> bool:
    """Whether it was done. That an operation survives an executor that raises is the affair of CM-04."""
    return attempt(partial(store.perform, operation))


def _executors(sent: tuple[Statement, ...]) -> list[int]:
    return [statement.executor for statement in sent]


def _is_about_another(meaning: Meaning | str) -> bool:
    return not isinstance(meaning, str) and meaning.qname != str(JOB)


_CYPHER_PIECES = (
    "'",
    '"',
    "\\",
    "\\'",
    "''",
    "\\\\'",
    "'}) DETACH DELETE n //",
    "\\'}) DETACH DELETE n //",
    "''}) SET job.status = ''",
    '"}) MATCH (n) DETACH DELETE n //',
    "\\u0027}) DETACH DELETE n //",
    "\\U00000027",
    "\u2019",
    "\uff07",
    "//",
    "/*",
    "*/",
    "\n",
    "\r",
    "\t",
    "\b",
    "\f",
    "\x00",
    "\u2028",
    "`",
    "``",
    "$",
    "$qname",
    "${qname}",
    "$status",
    "{qname}",
    "{status}",
    "{0}",
    "{{",
    "}}",
    "%s",
    "%(qname)s",
    "?",
    ";",
    "\\n",
    "\\b",
    "x",
    "😀",
    "e\u0301",
)
_LONG_PIECES = ("x" * 300, "x" * 70_000)
_hostile_names = st.lists(st.sampled_from(_CYPHER_PIECES), min_size=1, max_size=3).map("".join)
_hostile_ids = st.one_of(qnames(), st.builds(QName, _hostile_names, _hostile_names))


@verifies("CM-06", examples=2.0)
@given(id=_hostile_ids, kind=st.sampled_from((*STATUSES, "cancel")))
def test_CM_06_no_qname_can_change_the_meaning_of_a_statement(backend: Backend, id: QName, kind: str) -> None:
    """
    The statements for a plain qname tell what those for any other must mean.
    """
    with backend.fresh() as store:
        store.wire_mirror()
        _expect_plain_meaning(store, [id], kind)


@verifies("CM-06", cases=Each(kind=_ALL_KINDS, in_namespace=(False, True)))
def test_CM_06_no_piece_of_a_statement_in_a_qname_changes_its_meaning(
    backend: Backend, kind: str, in_namespace: bool
) -> None:
    pieces = (*_CYPHER_PIECES, *_LONG_PIECES)
    ids = [QName(piece, "job") if in_namespace else QName("kit", f"x{piece}") for piece in pieces]
    with backend.fresh() as store:
        store.wire_mirror()
        _expect_plain_meaning(store, ids, kind)


def _expect_plain_meaning(store: Session, ids: Sequence[QName], kind: str) -> None:
    claim = "a statement for any qname means what it means for a plain one, with that qname"
    found = _meanings_of(store, JOB, kind)
    plain = [meaning for meaning in found if not isinstance(meaning, str)]
    judged = 0
    for id in ids if plain and plain == found else ():
        try:
            found = _meanings_of(store, id, kind)
        except SchedulerPersistenceError:
            continue
        judged += 1
        expect_equal(found, [_renamed(meaning, str(id)) for meaning in plain], claim)
    if not judged:
        store.backend.vacuous()


def _meanings_of(store: Session, id: QName, kind: str) -> list[Meaning | str]:
    """What is sent when a new job changes its status, or one that just began is cancelled."""
    if kind == "cancel":
        store.record_started(id, AN_INSTANT)
        return [_meaning(statement) for statement in _sent_in(store, Cancel(id))]
    return [_meaning(statement) for statement in _sent_in(store, _change(id, kind))]


def _renamed(meaning: Meaning, qname: str) -> Meaning:
    return Merge(qname, meaning.status) if isinstance(meaning, Merge) else DetachDelete(qname)


_FORMATTED_IDS = (JOB, *(QName("kit", piece) for piece in ("%s", "%d", "%", "{}", "%(qname)s")))


@verifies("CM-07", cases=Each(wired=(False, True)))
def test_CM_07_a_skipped_mirror_is_logged_at_debug_level(backend: Backend, wired: bool) -> None:
    """
    Each one, also of a job whose qname means something to those who fill in texts. Where such an operation
    fails, and one of a plain qname did not, it is the line that failed.

    What a backend calls the lack of an executor is its own affair. Over the wire the text of the executor's
    error belongs to the adapter; it is known for those written in Python.
    """
    claim = "a skipped mirror is logged at debug level with the qname and the error"
    operations = list(product(_FORMATTED_IDS, (*STATUSES, "cancel")))
    with backend.aside(), backend.fresh() as usual:
        usual.wire_mirror()
        sends = [_sent_by(usual, partial(_attempt, usual, _change(*each))) != () for each in operations]
    survived: set[str] = set()
    with backend.fresh() as store:
        if wired:
            store.wire_mirror(fail=True)
        for (id, kind), sends_usually in zip(operations, sends, strict=True):
            logged, sent = len(store.mirror_log()), len(store.mirror_statements())
            if _attempt(store, _change(id, kind)) and sends_usually:
                survived.add(kind)
            if sends_usually and kind in survived:
                refused = len(store.mirror_statements()) > sent
                error = REFUSAL if refused and backend.description.language == "Python" else ""
                _expect_told(store.mirror_log()[logged:], str(id), error, claim)
    if not survived:
        backend.vacuous()


def _expect_told(lines: Sequence[LogLine], qname: str, error: str, claim: str) -> None:
    shown = Words("; ".join(f"{line.logger} {line.level}: {line.message}" for line in lines) or "no line")
    expected = Words(f"a debug line with {qname!r}" + (f" and {error!r}" if error else ""))
    holds = any(_tells(line, qname, error) for line in lines)
    expect(holds, claim, expected=expected, observed=shown)


def _tells(line: LogLine, qname: str, error: str) -> bool:
    return line.level == "debug" and qname in line.message and error in line.message
