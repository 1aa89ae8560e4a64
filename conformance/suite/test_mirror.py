"""CM: the Cypher mirror."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.connection import LogLine
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Manual, QName, Schedule, SystemTime
from conformance.errors import NotTestableError
from conformance.oracle.document import DocumentRefused, read_document
from conformance.oracle.model import Cancel, FlushCheckpoint, Mutation
from conformance.oracle.statements import DetachDelete, Meaning, Merge
from conformance.showing import Words
from conformance.testing.cases import Each
from conformance.testing.expect import expect, expect_equal
from conformance.testing.mirroring import (
    STATUSES,
    change_of,
    is_about_another,
    meaning_of,
    restores,
    sent_by,
    sent_by_flush,
    sent_if_told,
    sent_in,
    texts,
    tried,
)
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import qnames, schedules
from conformance.testing.strategies.names import PLAIN_IDS
from conformance.testing.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
JOB = QName("kit", "job")
REFUSAL = "the graph refuses this statement"
UNREADABLE = b'[{"qname": "kit.job", "status": '

_plain_ids = st.sampled_from(PLAIN_IDS)
_kinds = st.sampled_from(sorted(STATUSES))
_ALL_KINDS = (*STATUSES, "cancel")


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
                tried(store, Cancel(id))
                if not restores(store, id):
                    del statuses[str(id)]
                continue
            found = sent_if_told(store, change_of(id, kind), fails=fails)
            if found is None:
                backend.vacuous()
                return
            if found or statuses.get(str(id)) != STATUSES[kind]:
                expect_equal(found, [Merge(str(id), STATUSES[kind])], claim)
            statuses[str(id)] = STATUSES[kind]
        expect_equal(sent_by_flush(store, Merge), [], "flush_checkpoint sends no status change again")


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
            tried(store, change_of(id, kind))
        if reopened:
            store.reopen()
            store.wire_mirror(fail=fails)
        for id, _ in changes:
            known = restores(store, id)
            found = sent_if_told(store, Cancel(id), fails=fails)
            if not known or found is None:  # of an unknown job it need not send any
                backend.vacuous()
                return
            expect_equal(found, [DetachDelete(str(id))], claim)
        expect_equal(sent_by_flush(store, DetachDelete), [], "flush_checkpoint sends no removal again")


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
            tried(store, change_of(id, kind))
        sent = sent_by(store, lambda: store.record_scheduled(id, schedule))
        expect_equal(texts(sent), [], "record_scheduled sends nothing")
        sent = sent_by(store, store.load_all)
        expect_equal(texts(sent), [], "load_all sends nothing")


@verifies("CM-04", cases=Each(fails=(True, False), kind=_ALL_KINDS, id=PLAIN_IDS[:2]))
def test_CM_04_an_operation_succeeds_whatever_becomes_of_the_mirror(
    backend: Backend, fails: bool, kind: str, id: QName
) -> None:
    """
    The executor raises, or there is none.
    """
    _expect_stored_without_mirror(backend, id, kind, fails=fails)


_IN_A_ROW = 12


@verifies("CM-04", cases=Each(fails=(True, False), kind=_ALL_KINDS))
def test_CM_04_an_operation_succeeds_however_often_the_mirror_failed(
    backend: Backend, fails: bool, kind: str
) -> None:
    ids = [QName("kit", f"n{number}") for number in range(_IN_A_ROW)]
    with backend.fresh() as store:
        for id in ids if kind == "cancel" else ():
            store.perform(change_of(id, "start"))
        if fails:
            store.wire_mirror(fail=True)
        for id in ids:
            _perform_without_mirror(store, change_of(id, kind))
        stored = {} if kind == "cancel" else dict.fromkeys(map(str, ids))
        claim = "operations whose mirror fails again and again are stored"
        expect_equal(dict.fromkeys(store.contents()), stored, claim)


_OBSTACLES = ("unreadable document", "write-protected storage")


@verifies("CM-04", cases=Each(obstacle=_OBSTACLES, kind=_ALL_KINDS, id=PLAIN_IDS[:2]))
def test_CM_04_an_operation_whose_durable_write_failed_sends_nothing(
    backend: Backend, obstacle: str, kind: str, id: QName
) -> None:
    """
    A store outside the data path cannot be made to fail: there this is not testable.
    """
    if obstacle == "write-protected storage":
        _expect_nothing_sent_when_write_protected(backend, id, kind)
    elif backend.keeps_document:
        with backend.fresh() as store:
            store.wire_mirror()
            store.perform(change_of(id, "start"))
            backend.note("the document is damaged")
            store.data.write_document(UNREADABLE)
            _expect_nothing_sent(store, id, kind)
    else:
        backend.vacuous("a store has no document to damage")


def _expect_stored_without_mirror(backend: Backend, id: QName, kind: str, *, fails: bool) -> None:
    with backend.fresh() as store:
        if kind == "cancel":
            store.perform(change_of(id, "start"))
        if fails:
            store.wire_mirror(fail=True)
        before = len(store.mirror_statements())
        _perform_without_mirror(store, change_of(id, kind))
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


def _perform_without_mirror(store: Session, mutation: Mutation) -> None:
    try:
        store.perform(mutation)
    except SchedulerPersistenceError as error:
        claim = "an operation whose durable write succeeded succeeds, whatever becomes of the mirror"
        expect(False, claim, expected=Words("no exception"), observed=str(error))


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
        store.perform(change_of(id, kind))
    except SchedulerPersistenceError:
        sent = texts(store.mirror_statements()[before:])
        expect_equal(sent, [], "an operation whose durable write failed sends nothing")
    else:
        if not store.backend.keeps_document:
            raise NotTestableError("no write of this store could be made to fail below its data path")
        store.backend.vacuous("the write could not be made to fail")


def _expect_nothing_sent_when_write_protected(backend: Backend, id: QName, kind: str) -> None:
    try:
        with backend.driver.unprivileged(), backend.fresh() as store:
            store.wire_mirror()
            store.perform(change_of(id, "fail" if kind == "start" else "start"))
            with _write_protected(store):
                _expect_nothing_sent(store, id, kind)
    except NotTestableError as error:
        if not backend.keeps_document:
            raise
        backend.vacuous(str(error))


@contextmanager
def _write_protected(store: Session) -> Iterator[None]:
    """What lies below the data path can be read, but neither written nor replaced."""
    store.backend.note("everything below the data path is write-protected")
    everything = [store.data.path, *store.data.path.rglob("*")]
    directories = [path for path in everything if path.is_dir()]
    files = [path for path in everything if path.is_file() and not path.is_symlink()]
    for path in files:
        path.chmod(0o400)
    for path in directories:
        path.chmod(0o500)
    try:
        yield
    finally:
        for path in directories:
            path.chmod(0o700)
        for path in files:
            path.chmod(0o600)


@verifies("CM-05", cases=Each(earlier=_ALL_KINDS, fails=(False, True)))
def test_CM_05_operations_before_the_wiring_are_not_sent_later(
    backend: Backend, earlier: str, fails: bool
) -> None:
    """
    Neither at once, nor by flush_checkpoint, nor with what comes next.
    """
    claim = "operations from before the wiring are not sent later"
    with backend.fresh() as store:
        for id in PLAIN_IDS[1:3]:
            tried(store, change_of(id, "start"))
            tried(store, change_of(id, earlier))
        store.wire_mirror(fail=fails)
        tried(store, FlushCheckpoint())
        expect_equal(texts(store.mirror_statements()), [], claim)
        sent = sent_by(store, lambda: tried(store, change_of(JOB, "start")))
        found = [meaning_of(statement) for statement in sent]
        expect_equal([each for each in found if is_about_another(each, JOB)], [], claim)


@verifies("CM-05", cases=Each(later=_ALL_KINDS, fails=(False, True), earlier=(1, 2, len(PLAIN_IDS))))
def test_CM_05_a_sink_that_is_wired_late_sends_what_comes_then(
    backend: Backend, later: str, fails: bool, earlier: int
) -> None:
    usual = _usually_sent(backend, later, fails)
    with backend.fresh() as store:
        for id in PLAIN_IDS[1:earlier]:
            tried(store, change_of(id, "start"))
        tried(store, _before(later))
        store.wire_mirror(fail=fails)
        sent = sent_by(store, lambda: tried(store, change_of(JOB, later)))
        expect_equal(len(sent), usual, "a sink that is wired late sends what comes after the wiring")


@verifies("CM-05", cases=Each(later=_ALL_KINDS, fails=(False, True), used=(True, False), more=(1, 2)))
def test_CM_05_the_first_executor_wins(
    backend: Backend, later: str, fails: bool, used: bool, more: int
) -> None:
    """
    Also one that raises, and one that was not used before others are wired.
    """
    usual = _usually_sent(backend, later, fails)
    with backend.fresh() as store:
        store.wire_mirror(fail=fails)
        if used:
            tried(store, _before(later))
        for _ in range(more):
            store.wire_mirror()
        tried(store, _before(later))
        sent = sent_by(store, lambda: tried(store, change_of(JOB, later)))
        claim = "the first executor wins, and wiring again changes nothing"
        expect_equal([statement.executor for statement in sent], [1] * usual, claim)
        expect_equal({1, *(each.executor for each in store.mirror_statements())}, {1}, claim)


def _before(later: str) -> Mutation:
    """Another status, so that the change is one."""
    return change_of(JOB, "fail" if later == "start" else "start")


def _usually_sent(backend: Backend, kind: str, fails: bool) -> int:
    """How many statements the operation sends where the sink was wired from the start; none tells nothing."""
    with backend.aside(), backend.fresh() as store:
        store.wire_mirror(fail=fails)
        tried(store, _before(kind))
        usual = len(sent_by(store, lambda: tried(store, change_of(JOB, kind))))
    if not usual:
        backend.vacuous("a sink that is wired from the start sends nothing")
    return usual


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
        _expect_plainmeaning_of(store, [id], kind)


@verifies("CM-06", cases=Each(kind=_ALL_KINDS, in_namespace=(False, True)))
def test_CM_06_no_piece_of_a_statement_in_a_qname_changes_its_meaning(
    backend: Backend, kind: str, in_namespace: bool
) -> None:
    pieces = (*_CYPHER_PIECES, *_LONG_PIECES)
    ids = [QName(piece, "job") if in_namespace else QName("kit", f"x{piece}") for piece in pieces]
    with backend.fresh() as store:
        store.wire_mirror()
        _expect_plainmeaning_of(store, ids, kind)


def _expect_plainmeaning_of(store: Session, ids: Sequence[QName], kind: str) -> None:
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
        return [meaning_of(statement) for statement in sent_in(store, Cancel(id))]
    return [meaning_of(statement) for statement in sent_in(store, change_of(id, kind))]


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
        sends = [sent_by(usual, partial(tried, usual, change_of(*each))) != () for each in operations]
    survived: set[str] = set()
    with backend.fresh() as store:
        if wired:
            store.wire_mirror(fail=True)
        for (id, kind), sends_usually in zip(operations, sends, strict=True):
            logged, sent = len(store.mirror_log()), len(store.mirror_statements())
            if tried(store, change_of(id, kind)) and sends_usually:
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
