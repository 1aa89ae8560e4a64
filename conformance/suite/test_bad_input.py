"""ER: bad input."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.connection import Driver, EscapedFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Manual, QName, SchedulerJobRecord, SystemTime
from conformance.errors import NotTestableError
from conformance.oracle.document import StoredRow
from conformance.oracle.model import (
    Cancel,
    Mutation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    carry_out,
    loaded,
)
from conformance.showing import Words
from conformance.suite.bad_documents import (
    DAMAGED,
    MISSHAPEN,
    damaged_documents,
    every_damage,
    every_wrong_shape,
    fault_of,
    golden_refused,
    misshapen_documents,
    unreadable_documents,
)
from conformance.testing.cases import Case, Each
from conformance.testing.expect import (
    Nonconformance,
    attempt,
    expect,
    expect_equal,
    expect_refusal,
    expect_same_records,
)
from conformance.testing.planting import document_bytes, raw_row
from conformance.testing.profiles import Dose
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import mutations, plain_documents
from conformance.testing.strategies.names import PLAIN_IDS
from conformance.testing.verifies import verifies
from conformance.workspace import DOCUMENT_NAME, DataPath

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
JOB = QName("kit", "job")
LAST = QName("kit", "last")
A_ROW = StoredRow(str(JOB), "Idle", 0, Manual(), None)
SOUND = document_bytes([raw_row(A_ROW)])


def _expect_refused(backend: Backend, document: bytes, claim: str) -> None:
    """Twice: the process lives and has learnt nothing false."""
    with backend.fresh(document=document) as store:
        for _ in range(2):
            with expect_refusal(claim):
                store.load_all()


NO_JSON = "load_all raises SchedulerPersistenceError for a document that is not valid JSON"
NO_ROWS = "load_all raises SchedulerPersistenceError for a document of the wrong shape"


@verifies("ER-01")
@given(document=damaged_documents())
def test_ER_01_a_document_that_is_no_json_is_refused(backend: Backend, document: bytes) -> None:
    _expect_refused(backend, document, NO_JSON)


@verifies("ER-02", examples=2.0)
@given(document=misshapen_documents())
def test_ER_02_a_document_of_the_wrong_shape_is_refused(backend: Backend, document: bytes) -> None:
    _expect_refused(backend, document, NO_ROWS)


def _golden(fault: str) -> Iterator[Case]:
    for name, document in sorted(golden_refused().items()):
        if fault_of(document) == fault:
            yield {"name": name}


@verifies("ER-01", cases=lambda dose: _golden(DAMAGED))
def test_ER_01_what_the_product_takes_for_no_json_is_refused(backend: Backend, name: str) -> None:
    _expect_refused(backend, golden_refused()[name], NO_JSON)


@verifies("ER-02", cases=lambda dose: _golden(MISSHAPEN))
def test_ER_02_what_the_product_takes_for_the_wrong_shape_is_refused(backend: Backend, name: str) -> None:
    _expect_refused(backend, golden_refused()[name], NO_ROWS)


def _damaged(dose: Dose) -> Iterator[Case]:
    return ({"document": document} for document in every_damage())


def _misshapen(dose: Dose) -> Iterator[Case]:
    return ({"document": document} for document in every_wrong_shape())


@verifies("ER-01", cases=_damaged)
def test_ER_01_every_kind_of_damage_in_every_run(backend: Backend, document: bytes) -> None:
    _expect_refused(backend, document, NO_JSON)


@verifies("ER-02", cases=_misshapen)
def test_ER_02_every_wrong_value_in_every_place_in_every_run(backend: Backend, document: bytes) -> None:
    _expect_refused(backend, document, NO_ROWS)


_MUTATIONS: tuple[Mutation, ...] = (
    RecordStarted(JOB, AN_INSTANT),
    RecordFinished(JOB, AN_INSTANT, True),
    RecordScheduled(QName("kit.other", "job"), Manual()),
    Cancel(JOB),
)


def _unreadable(dose: Dose) -> Iterator[Case]:
    """Everything that ER-01 and ER-02 name."""
    for document in (*every_damage(), *every_wrong_shape(), *golden_refused().values()):
        yield {"document": document}


@verifies("ER-03", cases=_unreadable)
def test_ER_03_every_mutation_of_every_unreadable_document_fails_and_leaves_it_alone(
    backend: Backend, document: bytes
) -> None:
    with backend.fresh(document=document) as store:
        for mutation in _MUTATIONS:
            _expect_failure(store, mutation, document)


def _expect_failure(store: Session, mutation: Mutation, document: bytes) -> None:
    done = attempt(partial(store.perform, mutation), strictly=True)
    claim = "a mutation leaves an unreadable document byte for byte as it was"
    expect_equal(store.data.read_document(), document, claim)
    claim = "a mutation fails on an unreadable document"
    expect(not done, claim, expected=Words("SchedulerPersistenceError"), observed=Words("it returned"))


@verifies("ER-03")
@given(
    document=unreadable_documents(),
    changes=st.lists(mutations(PLAIN_IDS), min_size=1, max_size=3),
    loads=st.booleans(),
)
def test_ER_03_mutations_of_an_unreadable_document_fail_and_leave_it_alone(
    backend: Backend, document: bytes, changes: list[Mutation], loads: bool
) -> None:
    """
    Nor do a flush and the end.
    """
    with backend.workspace.lend() as data:
        with backend.open(data, document=document) as store:
            before = set(data.files())
            if loads:
                attempt(store.load_all)
            for change in changes:
                _expect_failure(store, change, document)
            attempt(store.flush_checkpoint)
            claim = "flush_checkpoint leaves an unreadable document byte for byte as it was"
            expect_equal(data.read_document(), document, claim)
            claim = "operations on an unreadable document leave no other file behind"
            expect_equal(sorted(set(data.files()) - before), [], claim, requirement="FM-01")
        claim = "closing leaves an unreadable document byte for byte as it was"
        expect_equal(data.read_document(), document, claim)


@verifies("ER-04")
@given(
    before=plain_documents(min_size=0),
    document=unreadable_documents(),
    changes=st.lists(mutations(PLAIN_IDS), min_size=1, max_size=2),
    repaired=plain_documents(min_size=0),
    last=st.sampled_from((RecordStarted(LAST, AN_INSTANT), RecordFinished(LAST, AN_INSTANT, False))),
)
def test_ER_04_the_same_open_backend_works_again_once_the_document_is_put_right(
    backend: Backend,
    before: list[StoredRow],
    document: bytes,
    changes: list[Mutation],
    repaired: list[StoredRow],
    last: Mutation,
) -> None:
    with backend.fresh(document=document_bytes(list(map(raw_row, before)))) as store:
        store.load_all()
        _overwrite(store, document, "is damaged")
        for change in changes:
            attempt(partial(store.perform, change))
        if attempt(store.load_all):
            backend.vacuous()
        _overwrite(store, document_bytes(list(map(raw_row, repaired))), "is put right")
        claim = "once the document is put right, the same open backend loads what stands in it"
        expect_same_records(store.load_all(), loaded(repaired), claim)
        store.perform(last)
        claim = "once the document is put right, a mutation works on what stands in it"
        found = {row.qname: row for row in store.rows()}
        expect_equal(found.pop(str(LAST), None) is not None, True, claim)
        expect_equal(found, {row.qname: row for row in repaired}, claim)


def _overwrite(store: Session, document: bytes, story: str, moved: bool = False) -> None:
    store.backend.note(f"the document {story}: {document!r:.300}")
    store.data.replace_document(document, moved=moved)


@verifies("ER-04", examples=0.5)
@given(rows=plain_documents(min_size=1), moved=st.booleans())
def test_ER_04_no_copy_of_the_document_outlives_it(
    backend: Backend, rows: list[StoredRow], moved: bool
) -> None:
    """
    What is put in its place has its length, and one that a mutation left is taken back. It is written over,
    or another file is moved there.
    """
    right = [replace(row, consecutive_failures=(row.consecutive_failures + 1) % 4) for row in rows]
    before, after = (document_bytes(list(map(raw_row, each))) for each in (rows, right))
    with backend.fresh(document=before) as store:
        store.load_all()
        _overwrite(store, before[:-1] + b"}", "is damaged", moved)
        if attempt(store.load_all):
            backend.vacuous()
        _overwrite(store, after, "is put right", moved)
        claim = "once the document is put right, the same open backend loads what stands in it"
        expect_same_records(store.load_all(), loaded(right), claim)
        for _ in range(2):
            store.record_started(LAST, AN_INSTANT)
            claim = "once the document is put right, a mutation works on what stands in it"
            found = {row.qname: row for row in store.rows()}
            expect_equal(found.pop(str(LAST), None) is not None, True, claim)
            expect_equal(found, {row.qname: row for row in right}, claim)
            _overwrite(store, after, "is put back", moved)


_REFUSALS = 320
_FEW_FILES = 256


@verifies("ER-04", shrinks=False)
def test_ER_04_an_open_backend_does_not_tire_of_an_unreadable_document(backend: Backend) -> None:
    """
    It may open few files.
    """
    with backend.fresh(document=SOUND) as store, backend.driver.few_files(_FEW_FILES):
        _overwrite(store, SOUND[:-1], "is damaged")
        with backend.aside():
            for _ in range(_REFUSALS):
                attempt(store.load_all)
                attempt(partial(store.record_started, JOB, AN_INSTANT))
        backend.note(f"{_REFUSALS} times load_all and record_started")
        _overwrite(store, SOUND, "is put right")
        claim = (
            "however often the document was found damaged, the same open backend works once it is put right"
        )
        try:
            expect_same_records(store.load_all(), loaded([A_ROW]), claim)
            store.record_started(JOB, AN_INSTANT)
        except SchedulerPersistenceError as error:
            expect(False, claim, expected=Words("no exception"), observed=str(error))


@verifies("ER-05")
@given(document=unreadable_documents(), change=st.one_of(st.none(), mutations([JOB])))
def test_ER_05_the_error_names_the_file(backend: Backend, document: bytes, change: Mutation | None) -> None:
    with backend.fresh(document=document) as store:
        _expect_name_in_error(store, change)


def _expect_name_in_error(store: Session, change: Mutation | None) -> None:
    """A foreign exception is a matter of ER-01, ER-02 and ER-06."""
    try:
        _make(store, change)
    except EscapedFault:
        store.backend.vacuous()
    except SchedulerPersistenceError as error:
        claim = "the error about an unreadable document names the file"
        told = str(error)
        expect(DOCUMENT_NAME in told, claim, expected=Words(f"a text with {DOCUMENT_NAME}"), observed=told)
    else:
        store.backend.vacuous()


def _make(store: Session, change: Mutation | None) -> None:
    """Make a mutation, or for None a load."""
    if change is None:
        store.load_all()
    else:
        store.perform(change)


def _directory(data: DataPath) -> None:
    data.document.mkdir(parents=True)


def _full_directory(data: DataPath) -> None:
    _directory(data)
    (data.document / "kept").write_bytes(b"")


def _link_to_itself(data: DataPath) -> None:
    data.system.mkdir()
    data.document.symlink_to(DOCUMENT_NAME)


def _file_as_system(data: DataPath) -> None:
    data.system.write_bytes(b"")


def _sound_document(data: DataPath) -> None:
    data.write_document(SOUND)


def _no_document(data: DataPath) -> None:
    data.system.mkdir()


def _read_only_document(data: DataPath) -> None:
    _sound_document(data)
    data.document.chmod(0o444)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something in the document's place, or in its way.

    `loads` tells that loading can do without what is missing: then it may load as well as refuse, and so
    may a cancel that finds nothing to do.
    """

    place: Callable[[DataPath], None]
    loads: bool = False


@dataclass(frozen=True, slots=True)
class Forbidden(Obstacle):
    """One that a mode makes: that of the document, or that of _system."""

    of_system: bool = False
    mode: int = 0

    @contextmanager
    def in_force(self, data: DataPath) -> Iterator[bool]:
        """Whether the mode is in force: the driver answers for the rights, the file system for the mode."""
        path = data.system if self.of_system else data.document
        usual = stat.S_IMODE(path.stat().st_mode)
        try:
            path.chmod(self.mode)
            yield stat.S_IMODE(path.stat().st_mode) == self.mode
        finally:
            path.chmod(usual)


OBSTACLES = {
    "a directory": Obstacle(_directory),
    "a directory with a file in it": Obstacle(_full_directory),
    "a link to itself": Obstacle(_link_to_itself),
    "a file in the place of _system": Obstacle(_file_as_system, loads=True),
}
FORBIDDEN = {
    "a document that nobody may read": Forbidden(_sound_document, mode=0o000),
    "a document that may only be written": Forbidden(_sound_document, mode=0o200),
    "a _system that nobody may search": Forbidden(_sound_document, of_system=True, mode=0o600),
    "an empty _system that nobody may write": Forbidden(_no_document, loads=True, of_system=True, mode=0o500),
    "a _system with a document and no right to write either": Forbidden(
        _read_only_document, loads=True, of_system=True, mode=0o500
    ),
}
_CHANGES: tuple[Mutation | None, ...] = (None, *_MUTATIONS)


@contextmanager
def _placed(backend: Backend, obstacle: Obstacle) -> Iterator[DataPath]:
    """A fresh data path with the obstacle on it."""
    with backend.workspace.lend() as data:
        obstacle.place(data)
        yield data


@verifies("ER-06", cases=Each(kind=OBSTACLES, change=_CHANGES))
def test_ER_06_an_obstacle_in_the_documents_place_is_an_error_of_the_backends_own(
    backend: Backend, kind: str, change: Mutation | None
) -> None:
    with _placed(backend, OBSTACLES[kind]) as data:
        _expect_own_error(backend, data, kind, OBSTACLES[kind], change)


_IN_ITS_PLACE = [kind for kind, obstacle in OBSTACLES.items() if not obstacle.loads]


@verifies("ER-05", cases=Each(kind=_IN_ITS_PLACE, change=_CHANGES))
def test_ER_05_the_error_about_what_is_in_the_documents_place_names_the_file(
    backend: Backend, kind: str, change: Mutation | None
) -> None:
    with _placed(backend, OBSTACLES[kind]) as data:
        backend.note(f"in the document's place is {kind}")
        with backend.open(data) as store:
            _expect_name_in_error(store, change)


@verifies("ER-06", cases=Each(kind=FORBIDDEN, change=_CHANGES))
def test_ER_06_a_missing_permission_is_an_error_of_the_backends_own(
    backend: Backend, kind: str, change: Mutation | None
) -> None:
    forbidden = FORBIDDEN[kind]
    try:
        _expect_own_error_unprivileged(backend, kind, forbidden, change)
    except Nonconformance as breach:
        if breach.requirement or not _is_refused_to_a_process(backend, forbidden, change):
            raise


def _expect_own_error_unprivileged(
    backend: Backend, kind: str, forbidden: Forbidden, change: Mutation | None
) -> None:
    with (
        _placed(backend, forbidden) as data,
        backend.driver.unprivileged(),
        forbidden.in_force(data) as is_in_force,
    ):
        if is_in_force:
            _expect_own_error(backend, data, kind, forbidden, change)
        else:
            backend.vacuous()


def _is_refused_to_a_process(backend: Backend, forbidden: Forbidden, change: Mutation | None) -> bool:
    """Whether a process that never had the superuser's rights raises the backend's own error.

    Taken from one thread these rights stay with other threads of the backend, and exec brings them back.
    """
    try:
        with (
            _placed(backend, forbidden) as data,
            backend.driver.another_process() as other,
            other.unprivileged(),
            forbidden.in_force(data),
        ):
            return not attempt(partial(_open_and_make, other, data, change))
    except NotTestableError:
        return False


def _open_and_make(driver: Driver, data: DataPath, change: Mutation | None) -> None:
    handle = driver.open(data.path)
    try:
        if change is None:
            handle.load_all()
        else:
            carry_out(change, handle)
    finally:
        handle.close()


def _expect_own_error(
    backend: Backend, data: DataPath, kind: str, obstacle: Obstacle, change: Mutation | None
) -> None:
    backend.note(f"in the document's place is {kind}")
    before = _load_aside(backend, data) if obstacle.loads else None
    with backend.open(data) as store:
        run = partial(_make, store, change)
        if obstacle.loads and (change is None or isinstance(change, Cancel)):
            if attempt(run, strictly=True):
                return
        else:
            what = "load_all" if change is None else "a mutation"
            claim = f"{what} raises SchedulerPersistenceError where the document is out of reach"
            with expect_refusal(claim):
                run()
        after = None if before is None else _load_if_possible(store)
        if before is not None and after is not None:
            claim = "load_all shows nothing of a mutation that was refused"
            expect_same_records(after, before, claim, requirement="CR-08")


def _load_aside(backend: Backend, data: DataPath) -> list[SchedulerJobRecord] | None:
    """By another handle: what is tried comes first on its own."""
    with backend.aside(), backend.open(data) as store:
        return _load_if_possible(store)


def _load_if_possible(store: Session) -> list[SchedulerJobRecord] | None:
    try:
        return store.load_all()
    except SchedulerPersistenceError:
        return None
