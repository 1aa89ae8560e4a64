"""SE: hostile surroundings."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from conformance.clocks import monotonic_seconds
from conformance.contract.records import Cron, Manual, QName, Schedule, SchedulerJobRecord, SystemTime
from conformance.oracle.document import StoredRow
from conformance.oracle.model import Cancel, Mutation, RecordFinished, RecordScheduled, RecordStarted
from conformance.showing import Words
from conformance.testing.cases import Each
from conformance.testing.expect import attempt, expect, expect_equal
from conformance.testing.growth import steep_growth
from conformance.testing.planting import document_bytes, raw_row
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import mutations
from conformance.testing.strategies.names import PLAIN_IDS
from conformance.testing.temporaries import temporary_names
from conformance.testing.verifies import verifies
from conformance.watching import rescuing_from_fifo

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
JOB = QName("kit", "job")
OTHER = QName("kit.other", "job")
FIRST = QName("kit", "n0")
A_ROW = StoredRow(str(JOB), "Idle", 0, Cron("@daily"), None)
VICTIM = b"nobody may touch this"


@verifies("SE-01", examples=0.4)
@given(
    dangling=st.booleans(),
    existing=st.booleans(),
    changes=st.lists(mutations(PLAIN_IDS), min_size=1, max_size=3),
)
def test_SE_01_a_link_under_the_temporary_files_name_is_never_followed(
    backend: Backend, dangling: bool, existing: bool, changes: list[Mutation]
) -> None:
    """
    A backend may refuse to work as long as the link is there.
    """
    names = temporary_names(backend)
    with backend.workspace.lend() as data, backend.workspace.lend() as elsewhere:
        victim = elsewhere.path / "victim"
        if not dangling:
            victim.write_bytes(VICTIM)
        before = elsewhere.snapshot()
        data.system.mkdir()
        for name in names:
            (data.system / name).symlink_to(victim)
        with backend.open(data, document=document_bytes([raw_row(A_ROW)]) if existing else None) as store:
            backend.note(f"links under {len(names)} names of temporary files point elsewhere")
            for change in changes:
                attempt(partial(store.perform, change))
                claim = "what a link under the temporary file's name points to stays untouched"
                expect_equal(dict(elsewhere.snapshot()), dict(before), claim)
                claim = "the document does not become a link"
                expect_equal(data.document.is_symlink(), False, claim)


_MODES = (0o600, 0o640, 0o644, 0o400, 0o440, 0o660, 0o604, 0o700)


_POOR_LOCALE = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
_SCRIPTS = ("é", "日本", "\u2028", "😀", "e\u0301 \u212b")


@verifies("RT-09", shrinks=False, needs="traceable")
def test_RT_09_names_survive_in_a_locale_that_knows_ascii_only(backend: Backend) -> None:
    """
    And expressions: written there and loaded here, then the other way round. What is started here makes the
    backend write them all again.
    """
    jobs = {QName("kit", name): Cron(name) for name in _SCRIPTS}
    with backend.driver.another_process(**_POOR_LOCALE) as other, backend.workspace.lend() as data:
        there = backend.told("open under LC_ALL=C", (), lambda: other.open(data.path))
        for id, schedule in jobs.items():
            record = partial(there.record_scheduled, id, schedule)
            backend.told("record_scheduled under LC_ALL=C", (id, schedule), record)
        backend.told("close", (), there.close)
        with backend.open(data) as store:
            _expect_plans(store.load_all(), jobs)
            store.record_started(JOB, AN_INSTANT)
        there = backend.told("open under LC_ALL=C", (), lambda: other.open(data.path))
        _expect_plans(backend.told("load_all under LC_ALL=C", (), there.load_all), jobs)
        there.close()


def _expect_plans(records: Sequence[SchedulerJobRecord], jobs: Mapping[QName, Schedule]) -> None:
    found = {str(record.id): record.schedule for record in records if record.id != JOB}
    claim = "names that are not ASCII survive where the locale knows ASCII only"
    expect_equal(sorted(found), sorted(map(str, jobs)), claim)
    claim = "expressions that are not ASCII survive where the locale knows ASCII only"
    expect_equal(found, {str(id): schedule for id, schedule in jobs.items()}, claim, requirement="RT-04")


_CHANGES: tuple[Sequence[Mutation], ...] = (
    [RecordStarted(JOB, AN_INSTANT)],
    [RecordScheduled(OTHER, Manual()), RecordFinished(OTHER, AN_INSTANT, success=False)],
    [Cancel(JOB), RecordStarted(JOB, AN_INSTANT)],
)


@verifies("SE-02", cases=Each(mode=_MODES, changes=_CHANGES))
def test_SE_02_a_mutation_does_not_widen_the_permissions_of_the_document(
    backend: Backend, mode: int, changes: Sequence[Mutation]
) -> None:
    """
    A backend may narrow them, and may refuse to replace a document that is read-only.
    """
    claim = "a mutation does not widen the permissions of an existing document"
    with backend.fresh(document=document_bytes([raw_row(A_ROW)])) as store:
        store.data.document.chmod(mode)
        backend.note(f"somebody gives the document the mode {mode:04o}")
        for change in changes:
            before = _mode(store)
            if not before & stat.S_IRUSR:
                return
            if not attempt(partial(store.perform, change)):
                backend.vacuous()
            after = _mode(store)
            expect(
                after & ~before == 0,
                claim,
                expected=Words(f"mode {before:04o} or less"),
                observed=Words(f"mode {after:04o}"),
            )


def _mode(store: Session) -> int:
    """The document's permission bits; none where there is no document."""
    try:
        return stat.S_IMODE(store.data.document.stat().st_mode)
    except FileNotFoundError:
        return 0


@dataclass(frozen=True, slots=True)
class Hostile:
    """A kind of document that grows: its text at a size, the largest size that is tried, and what with.

    One that `is_sound` has as many rows as its size says, the current ones.
    """

    text: Callable[[int], str]
    largest: int
    operations: tuple[str, ...] = ("load_all", "record_started")
    is_sound: bool = False


_HEAD = '{"qname": "kit.job", "status": "Idle", "consecutive_failures": '
_ROW = _HEAD + "0, "


def _in_unknown_member(text: Callable[[int], str]) -> Callable[[int], str]:
    return lambda size: f'[{_ROW}"x": {text(size)}}}]'


def _rows(row: Callable[[int], str]) -> Callable[[int], str]:
    return lambda size: "[" + ",\n".join(map(row, range(size))) + "]"


def _current_row(number: int) -> str:
    """As the product writes it, up to the brackets around all rows."""
    members = (
        f'"qname": "kit.n{number}"',
        '"status": "Idle"',
        '"consecutive_failures": 0',
        '"schedule": "Manual"',
        '"next_fire_at": null',
    )
    return "\n  {\n    " + ",\n    ".join(members) + "\n  }"


def _current_rows(size: int) -> str:
    return f"[{','.join(map(_current_row, range(size)))}\n]"


def _legacy_row(number: int) -> str:
    return f'{{"qname": "kit.n{number}", "status": "Idle", "consecutive_failures": 0}}'


def _bracketed(opening: str, closing: str) -> Callable[[int], str]:
    return lambda size: opening * size + closing * size


_MEGABYTE = 1_000_000
_DEEP = 100_000
_CLOSED_ARRAYS = _bracketed("[", "]")
_CLOSED_OBJECTS = lambda size: '{"a":' * size + "0" + "}" * size  # noqa: E731 - a text like its neighbours
MANY_VALUES = {
    "current rows": Hostile(_current_rows, 100_000, is_sound=True),
    "legacy rows": Hostile(_rows(_legacy_row), 25_000, ("load_all", "record_scheduled")),
    "rows as arrays": Hostile(_rows(lambda number: f'["kit.n{number}", "Idle", 0]'), 12_500),
    "rows of one job": Hostile(_rows(lambda number: _legacy_row(0)), 12_500, ("load_all", "cancel")),
    "rows without a name": Hostile(_rows(lambda number: _legacy_row(0).replace("kit.n0", "")), 12_500),
    "a bad row after good ones": Hostile(lambda size: _rows(_legacy_row)(size)[:-1] + ", 7]", 12_500),
    "open rows in rows": Hostile(_bracketed("[" + _ROW + '"x": ', ""), 12_500),
    "arrays in an unknown member": Hostile(_in_unknown_member(_CLOSED_ARRAYS), _DEEP),
    "objects in an unknown member": Hostile(_in_unknown_member(_CLOSED_OBJECTS), _DEEP),
    "mixed in an unknown member": Hostile(_in_unknown_member(_bracketed('[{"a":', "0}]")), _DEEP),
    "many numbers": Hostile(_in_unknown_member(lambda size: "[0" + ",1e5" * size + "]"), 25_000),
    "many members": Hostile(
        lambda size: f"[{_ROW}" + ", ".join(f'"x{number}": 0' for number in range(size)) + "}]", 25_000
    ),
}
LONG_OR_DEEP = {
    "open arrays": Hostile(_bracketed("[", ""), _DEEP),
    "closed arrays": Hostile(_CLOSED_ARRAYS, _DEEP),
    "open objects": Hostile(_bracketed('{"a":', ""), _DEEP),
    "closed objects": Hostile(_CLOSED_OBJECTS, _DEEP),
    "open arrays in an unknown member": Hostile(_in_unknown_member(_bracketed("[", "")), _DEEP),
    "arrays as schedule": Hostile(lambda size: f'[{_ROW}"schedule": {_CLOSED_ARRAYS(size)}}}]', _DEEP),
    "objects as schedule": Hostile(
        lambda size: f'[{_ROW}"schedule": ' + '{"Once":' * size + "}" * size + "}]", _DEEP
    ),
    "digits as failures": Hostile(lambda size: f"[{_HEAD}{'9' * size}}}]", _MEGABYTE),
    "digits as an instant": Hostile(
        lambda size: (
            f'[{_ROW}"next_fire_at": {{"secs_since_epoch": {"1" * size}, "nanos_since_epoch": 0}}}}]'
        ),
        _MEGABYTE,
    ),
    "digits in an unknown member": Hostile(_in_unknown_member(lambda size: "7" * size), _MEGABYTE),
    "a long fraction": Hostile(_in_unknown_member(lambda size: "0." + "3" * size), _MEGABYTE),
    "a long exponent": Hostile(_in_unknown_member(lambda size: "1e" + "9" * size), _MEGABYTE),
    "a long name": Hostile(
        lambda size: f"[{_ROW}}}]".replace("0, }", "0}").replace("job", "j" * size), _MEGABYTE * 4
    ),
    "a long status": Hostile(lambda size: f"[{_HEAD}0}}]".replace("Idle", "é" * size), _MEGABYTE * 2),
    "a long expression": Hostile(
        lambda size: f'[{_ROW}"schedule": {{"Cron": "{"*" * size}"}}}}]', _MEGABYTE * 4
    ),
    "a long member name": Hostile(lambda size: f'[{_ROW}"{"x" * size}": 0}}]', _MEGABYTE * 4),
    "escapes": Hostile(lambda size: f"[{_HEAD}0}}]".replace("Idle", r"\u00e9\n" * size), 400_000),
    "backslashes": Hostile(lambda size: f"[{_HEAD}0}}]".replace("Idle", r"\\" * size), _MEGABYTE),
    "a string without end": Hostile(lambda size: '[{"qname": "' + "a" * size, _MEGABYTE * 4),
    "backslashes without end": Hostile(lambda size: '[{"qname": "' + r"\\" * size, _MEGABYTE),
    "blanks": Hostile(lambda size: " \n" * size + "[" + " " * size + "]" + "\t" * size, _MEGABYTE),
    "blanks only": Hostile(lambda size: " " * size, _MEGABYTE * 4),
    "zero bytes": Hostile(lambda size: "\x00" * size, _MEGABYTE * 4),
}
_PATIENCE = 4.0


@verifies("SE-03", cases=Each(kind=MANY_VALUES))
def test_SE_03_no_document_makes_the_process_die_or_hang(backend: Backend, kind: str) -> None:
    _expect_time_in_step_with_size(backend, MANY_VALUES[kind])


@verifies("SE-03", cases=Each(kind=LONG_OR_DEEP))
def test_SE_03_no_long_or_deep_document_makes_the_process_die_or_hang(backend: Backend, kind: str) -> None:
    _expect_time_in_step_with_size(backend, LONG_OR_DEEP[kind])


def _expect_time_in_step_with_size(backend: Backend, hostile: Hostile) -> None:
    backend.patience = _PATIENCE
    for operation in hostile.operations:
        found = steep_growth(partial(_seconds, backend, operation, hostile), hostile.largest)
        if found is None:
            continue
        sizes = [len(hostile.text(size).encode("utf-8")) for size in found.sizes]
        told = Words(f"{operation} on {sizes[0]} and on {sizes[1]} bytes: {found}")
        claim = "an operation on a large document takes a time that grows in step with the size"
        expect(False, claim, expected=Words("some four times as long for four times the size"), observed=told)


def _seconds(backend: Backend, operation: str, hostile: Hostile, size: int) -> float:
    """How long the operation takes on the document, in a backend that has just been opened."""
    records: list[SchedulerJobRecord] | None = None

    def operate() -> None:
        nonlocal records
        records = _operate(store, operation)

    with backend.fresh(document=hostile.text(size).encode("utf-8")) as store:
        begun = monotonic_seconds()
        attempt(operate, strictly=True)
        took = monotonic_seconds() - begun
    if hostile.is_sound and records is not None:
        _expect_all(records, size)
    return took


def _expect_all(records: Sequence[SchedulerJobRecord], size: int) -> None:
    """Which of so many rows are the current ones; a large document that is refused is not looked at."""
    wanted = (f"kit.n{number}" for number in range(size))
    found = {str(record.id) for record in records if record.schedule == Manual()}
    missing = next((name for name in wanted if name not in found), None)
    expect(
        len(records) == size and missing is None,
        "load_all returns every row of a document, however many there are",
        expected=Words(f"{size} records, kit.n0 to kit.n{size - 1}"),
        observed=Words(f"{len(records)} records" + (f", none of {missing}" if missing else "")),
        requirement="RT-02",
    )


def _operate(store: Session, operation: str) -> list[SchedulerJobRecord] | None:
    """What load_all returned; None of any other operation."""
    match operation:
        case "load_all":
            return store.load_all()
        case "record_started":
            store.record_started(FIRST, AN_INSTANT)
        case "record_scheduled":
            store.record_scheduled(FIRST, Manual())
        case "cancel":
            store.cancel(FIRST)
    return None


_RESCUE_AFTER_SECONDS = 6.0
_OBSTACLES: dict[str, Callable[[Path], None]] = {
    "a FIFO": os.mkfifo,
    "a device": lambda place: place.symlink_to(os.devnull),
    "a directory": Path.mkdir,
}
_OPERATIONS = ("load_all", "record_started", "record_scheduled", "cancel")


@verifies("SE-04", cases=Each(obstacle=_OBSTACLES, operation=_OPERATIONS))
def test_SE_04_what_is_no_file_in_the_documents_place_is_an_error_and_no_wait(
    backend: Backend, obstacle: str, operation: str
) -> None:
    """
    A device is a link to the null device: whoever reads it like a file finds nothing there.
    """
    with backend.fresh() as store:
        store.data.system.mkdir(exist_ok=True)
        _OBSTACLES[obstacle](store.data.document)
        backend.note(f"{obstacle} lies in the document's place")
        done = _attempt_without_waiting(store, operation)
        claim = "every operation is refused where something else lies in the document's place"
        expect(
            not done,
            claim,
            expected=Words("SchedulerPersistenceError"),
            observed=Words(f"{operation} returned as if all were well"),
        )


def _attempt_without_waiting(store: Session, operation: str) -> bool:
    """Whether the operation was done; one that waits is rescued, and breaks the claim."""
    document = store.data.document
    with rescuing_from_fifo(document, _RESCUE_AFTER_SECONDS) as rescue:
        done = attempt(lambda: _operate(store, operation), strictly=True)
    expect(
        not rescue.needed,
        "an operation returns where the document is a FIFO",
        expected=Words("a refusal"),
        observed=Words(f"{operation} still waited for it after {_RESCUE_AFTER_SECONDS:g} s"),
    )
    return done
