"""CR: what readers see, and what temporary files may do. (What a crash leaves is checked under a tracer.)"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import Cron, Manual, Once, QName, SystemTime
from conformance.oracle.document import DocumentRefused, StoredRow, read_document
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Mutation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
)
from conformance.showing import Words
from conformance.testing.cases import Each
from conformance.testing.expect import attempt, expect, expect_equal, expect_same_records
from conformance.testing.planting import document_bytes, raw_row
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import documents, mutations
from conformance.testing.strategies.names import PLAIN_IDS
from conformance.testing.temporaries import temporary_files
from conformance.testing.verifies import verifies
from conformance.watching import NameChange, NameEvent, reading_in_a_loop, reading_slowly, watching
from conformance.workspace import DOCUMENT_NAME, SYSTEM_DIRECTORY

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
JOB = QName("kit", "job")
OTHER = QName("kit.other", "job")
NOON = SystemTime(1_800_000_000, 0)
NEVER_READ = "a temporary file that was left behind is never read as state"
COMPLETE = "a reader that opens the document while mutations run sees a complete document"


def _filled(count: int) -> list[StoredRow]:
    """So many rows of some 200 bytes; the first is the one of `JOB`, Idle."""
    names = [str(JOB), *(f"kit.filler.n{number}" for number in range(1, count))][:count]
    return [StoredRow(name, "Idle", 0, Once(SystemTime(2, 2)), None) for name in names]


@verifies("CR-01", examples=0.5)
@given(
    count=st.sampled_from((0, 1, 3, 40, 700)), changes=st.lists(mutations(PLAIN_IDS), min_size=1, max_size=4)
)
def test_CR_01_the_document_is_whole_at_every_moment_of_an_operation(
    backend: Backend, count: int, changes: list[Mutation]
) -> None:
    """
    A failed run of the job in the first row comes first: it moves all that follows, so that one who reads
    the halves of two documents cannot take them for one. A flush comes last.
    """
    planted = document_bytes([raw_row(row) for row in _filled(count)]) if count else None
    with backend.fresh(document=planted) as store:
        store.data.system.mkdir(exist_ok=True)
        with watching(store.data.system) as watch:
            for change in (RecordFinished(JOB, AN_INSTANT, False), *changes, FlushCheckpoint()):
                before = store.data.read_document()
                with reading_slowly(store.data.document) as reader:
                    watch.seen()
                    if isinstance(change, Cancel):  # that one of an unknown job succeeds is CX-02's
                        attempt(partial(store.perform, change))
                    else:
                        store.perform(change)
                    _expect_document_throughout(watch.seen())
                    claim = "a reader that holds the document open through a mutation reads one document"
                    expect_equal(reader.finish(), before, claim)


def _expect_document_throughout(events: Sequence[NameEvent]) -> None:
    """By what happened to names in one mutation: was there a moment without a complete document?

    A document that another replaces is moved over and never away. One that is linked into place whole is
    created and not written afterwards.
    """
    own = [event.change for event in events if event.name == DOCUMENT_NAME]
    told = Words("; ".join(str(event) for event in events if event.change is not NameChange.CLOSED))
    claim = "the document is never written under its own name, where a reader sees it half done"
    expect(
        NameChange.WRITTEN not in own, claim, expected=Words("a new document moved into place"), observed=told
    )
    away = [
        place for place, change in enumerate(own) if change in {NameChange.MOVED_AWAY, NameChange.DELETED}
    ]
    put_back = any(
        change in {NameChange.MOVED_HERE, NameChange.CREATED} for change in own[min(away, default=99) :]
    )
    claim = "there is no moment at which the document is missing"
    expect(not put_back, claim, expected=Words("a new document moved over the old one"), observed=told)


_ROUNDS = 25


@verifies("CR-01", cases=Each(count=(0, 300, 800)), shrinks=False)
def test_CR_01_a_reader_in_a_loop_sees_only_complete_documents(backend: Backend, count: int) -> None:
    planted = document_bytes([raw_row(row) for row in _filled(count)]) if count else None
    with backend.fresh(document=planted) as store:
        states = {planted}
        with reading_in_a_loop(store.data.document) as readings:
            for number in range(_ROUNDS):
                store.record_finished(JOB, AN_INSTANT, success=number % 2 == 0)
                states.add(store.data.read_document())
                store.record_scheduled(OTHER, Cron("no expression" * (1 + number % 3)))
                states.add(store.data.read_document())
        expect(not readings.missing, COMPLETE, expected=Words("a document"), observed=Words("no document"))
        for content in readings.contents - states:
            _expect_complete(content)


def _expect_complete(content: bytes) -> None:
    try:
        read_document(content)
    except DocumentRefused as refusal:
        reason = f"{len(content)} bytes that cannot be read: {refusal}"
        expect(False, COMPLETE, expected=Words("a complete document"), observed=Words(reason))
    expect(bool(content), COMPLETE, expected=Words("a complete document"), observed=content)


_GHOST = StoredRow("kit.ghost", "Running", 7, Manual(), SystemTime(5, 5))
_LEFTOVERS: Mapping[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "half a document": lambda: document_bytes([raw_row(_GHOST)])[:90],
    "long rubbish": lambda: b"\x00\xff{]" * 20_000,
    "another document": lambda: document_bytes([raw_row(_GHOST)]),
    "a long document": lambda: document_bytes([raw_row(row) for row in [_GHOST, *_filled(300)]]),
}
_LATER: tuple[Mutation, ...] = (
    RecordStarted(JOB, AN_INSTANT),
    RecordFinished(JOB, AN_INSTANT, False),
    RecordScheduled(OTHER, Once(SystemTime(3, 3))),
    RecordScheduled(JOB, Cron("no expression")),
    Cancel(JOB),
    Cancel(OTHER),
)


@verifies("CR-06")
@given(
    leftover=st.sampled_from(sorted(_LEFTOVERS)),
    rows=documents(max_size=2),
    kept=st.booleans(),
    later=st.lists(st.sampled_from(_LATER), min_size=1, max_size=4),
)
def test_CR_06_a_leftover_temporary_file_is_never_read_and_disturbs_nothing(
    backend: Backend, leftover: str, rows: list[StoredRow], kept: bool, later: list[Mutation]
) -> None:
    """
    The same on a data path without leftovers tells what the document must be, byte for byte.
    """
    planted = document_bytes([raw_row(row) for row in rows]) if kept else None
    names, content = temporary_files(backend), _LEFTOVERS[leftover]()
    with backend.fresh(now=NOON, document=planted) as clean:
        records_without = clean.load_all()
        documents_without = [_after(clean, mutation) for mutation in later]
        clean.reopen()
        records_at_last = clean.load_all()
    with backend.workspace.lend() as data:
        data.system.mkdir()
        for name in names:
            (data.system / name).write_bytes(content)
        with backend.open(data, document=planted) as store:
            backend.note(f"{leftover} lies under {len(names)} names of temporary files")
            expect_same_records(store.load_all(), records_without, NEVER_READ)
            for mutation, expected in zip(later, documents_without, strict=True):
                claim = "a temporary file that was left behind does not disturb later mutations"
                expect_equal(_after(store, mutation), expected, claim)
            store.reopen()
            expect_same_records(store.load_all(), records_at_last, NEVER_READ)


def _after(store: Session, mutation: Mutation) -> tuple[bool, bytes | None]:
    """Whether the mutation was done, and the document then."""
    done = attempt(partial(store.perform, mutation))
    return done, store.data.read_document()


@verifies("CR-07", examples=0.5)
@given(count=st.sampled_from((0, 0, 2, 1000)), changes=st.lists(mutations(PLAIN_IDS), min_size=1, max_size=6))
def test_CR_07_no_temporary_file_remains_after_a_mutation(
    backend: Backend, count: int, changes: list[Mutation]
) -> None:
    """
    Growing, shrinking, up to 200 KB and down to the empty document. An empty file that is there from the
    first mutation on, such as a lock, is no temporary one; FM-01 speaks of it.
    """
    planted = document_bytes([raw_row(row) for row in _filled(count)]) if count else None
    with backend.fresh(document=planted) as store:
        store.record_started(JOB, AN_INSTANT)
        standing = {name for name, state in _beside(store).items() if not state}
        for change in (*changes, RecordScheduled(JOB, Cron("x" * 5_000)), *map(Cancel, PLAIN_IDS)):
            if not attempt(partial(store.perform, change)):
                continue
            remains = sorted(name for name, state in _beside(store).items() if state or name not in standing)
            expect_equal(remains, [], "no temporary file remains after a mutation that succeeded")


def _beside(store: Session) -> dict[str, bytes]:
    """Every file below the data path but the document, with its bytes."""
    document = f"{SYSTEM_DIRECTORY}/{DOCUMENT_NAME}"
    return {name: state.content for name, state in store.data.files().items() if name != document}
