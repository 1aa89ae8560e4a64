"""The steps of a smoke: each says one thing to the backend and looks at what comes back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from conformance.contract.connection import Driver, EscapedFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    NANOS_PER_SECOND,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SystemTime,
)
from conformance.results.wording import plural
from conformance.smoke.expect import (
    AdapterMistakeError,
    NonconformanceError,
    expect_ids,
    fires_at,
    nanos_apart,
    rounded,
    sent_back,
    system_now,
)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step, the capability it needs, and whether it needs a backend that keeps its rows."""

    name: str
    take: Callable[[Driver, Path], None]
    needs: str | None = None
    durable: bool = True


_DOCUMENT = Path("_system", "background_jobs.json")
_STARTED = SystemTime(1_700_000_000, 0)
_HELD = (SystemTime(1_900_000_000, 500_000_000), SystemTime(1_950_000_001, 250_000_000))
_EXACT = 2**53 + 1
_NEAR_NANOS = 60 * NANOS_PER_SECOND
_SCHEDULES: tuple[Schedule, ...] = (
    Manual(),
    Once(SystemTime(2_000_000_000, 123_456_789)),
    Periodic(Duration(60, 5)),
    Cron("0 0 3 * * *"),
)
_LARGE: tuple[Schedule, ...] = (
    Periodic(Duration(_EXACT, 999_999_999)),
    Once(SystemTime(_EXACT, 1)),
    Once(SystemTime(2**63 - 1, 999_999_999)),
)


def introduce(driver: Driver, data_path: Path) -> None:
    """A backend has a name and a version, for the report."""
    missing = [part for part in ("name", "language") if not getattr(driver.description, part)]
    if missing:
        raise AdapterMistakeError(
            f"the answer to initialize leaves {' and '.join(missing)} empty", "say what is under test"
        )


def open_and_close(driver: Driver, data_path: Path) -> None:
    """A fresh data path holds no jobs."""
    handle = driver.open(data_path)
    records = handle.load_all()
    handle.flush_checkpoint()
    handle.close()
    if records:
        raise AdapterMistakeError(
            f"a backend opened on a fresh data path holds {plural(len(records), 'job')}",
            "open the backend on the data_path of the request, not on a fixed place",
        )


def one_job(driver: Driver, data_path: Path) -> None:
    """A job comes back with its id in two parts."""
    sent = QName("smoke", "one")
    handle = driver.open(data_path)
    handle.record_started(sent, _STARTED)
    handle.record_finished(sent, _STARTED, True)
    expect_ids(handle.load_all(), [sent])
    handle.cancel(sent)
    left = handle.load_all()
    handle.close()
    if left:
        raise NonconformanceError("the job is still there after cancel", "see CX-01")


def dotted_ids(driver: Driver, data_path: Path) -> None:
    """Ids with dots, quotes and other scripts keep their dotted form."""
    sent = [QName("a.b", "c"), QName("größe 'q' \"d\" \\", "名😀\t\x01")]
    handle = driver.open(data_path)
    for id in sent:
        handle.record_started(id, _STARTED)
    records = handle.load_all()
    handle.close()
    expect_ids(records, sent)


def kinds_of_schedule(driver: Driver, data_path: Path) -> None:
    """Each kind of schedule comes back as it was sent."""
    for sent, got in sent_back(driver, data_path, _SCHEDULES):
        if type(sent) is not type(got):
            raise AdapterMistakeError(
                f"{sent} came back as {got}", "map each kind of schedule to the same kind, both ways"
            )
        if sent != got:
            raise NonconformanceError(f"{sent} came back as {got}", "see RT-03 to RT-06")


def large_numbers(driver: Driver, data_path: Path) -> None:
    """64-bit integers are exact, both ways."""
    for sent, got in sent_back(driver, data_path, _LARGE):
        if sent != got and rounded(sent) == rounded(got):
            raise AdapterMistakeError(
                f"{sent} came back as {got}: rounded to a double",
                "read and write integers as 64-bit integers (BigInt in JavaScript, UseNumber in Go)",
            )
        if sent != got:
            raise NonconformanceError(f"{sent} came back as {got}", "see RT-03 and RT-05")


def clock(driver: Driver, data_path: Path) -> None:
    """The backend's now is what set_clock said, for as long as it said so."""
    handle = driver.open(data_path)
    advice = "let the backend ask the adapter for now, or do not declare the capability clock"
    for held in _HELD:
        driver.set_clock(held)
        got = fires_at(handle, QName("smoke", "held"))
        if got is not None and nanos_apart(got, system_now()) < _NEAR_NANOS:
            raise AdapterMistakeError(f"set_clock to {held} is not honoured: a job fires at {got}", advice)
        if got is None or nanos_apart(got, held) > 1_000:
            raise NonconformanceError(f"at {held} a Manual schedule fires at {got}", "see NF-03")
    driver.set_clock(None)
    got = fires_at(handle, QName("smoke", "held"))
    handle.close()
    if got is None or nanos_apart(got, system_now()) > _NEAR_NANOS:
        raise AdapterMistakeError(
            f"set_clock null does not let the clock go: a job fires at {got}", "go back to the system's clock"
        )


def two_handles(driver: Driver, data_path: Path) -> None:
    """Two backends open at once do not see each other's jobs."""
    first, second = QName("smoke", "first"), QName("smoke", "second")
    places = [data_path / "first", data_path / "second"]
    for place in places:
        place.mkdir()
    handles = [driver.open(place) for place in places]
    handles[0].record_started(first, _STARTED)
    handles[1].record_started(second, _STARTED)
    seen = [[str(record.id) for record in handle.load_all()] for handle in handles]
    for handle in handles:
        handle.close()
    if seen != [[str(first)], [str(second)]]:
        raise AdapterMistakeError(
            f"two open backends hold {seen[0]} and {seen[1]}, each was given one job of its own",
            "keep one backend for each handle, opened on its own data_path, and look it up by the handle",
        )


def reopen(driver: Driver, data_path: Path) -> None:
    """What was stored is there after close and open."""
    sent = QName("smoke", "kept")
    handle = driver.open(data_path)
    handle.record_started(sent, _STARTED)
    handle.close()
    handle = driver.open(data_path)
    records = handle.load_all()
    handle.close()
    if not records:
        raise NonconformanceError(
            "the job is gone after close and open",
            "see RT-02; a backend that keeps nothing is of class memory",
        )
    expect_ids(records, [sent])


def document(driver: Driver, data_path: Path) -> None:
    """The document lies below the data path, and what is put there is read."""
    handle = driver.open(data_path)
    handle.record_started(QName("smoke", "written"), _STARTED)
    path = data_path / _DOCUMENT
    if not path.is_file():
        raise AdapterMistakeError(
            f"no document at <data_path>/{_DOCUMENT} after a mutation",
            "open the backend on the data_path of the request; see FM-01, or declare class store",
        )
    path.write_bytes(b"[{")
    try:
        handle.load_all()
    except SchedulerPersistenceError:
        return
    except EscapedFault as fault:
        raise AdapterMistakeError(
            f"a document that is not JSON: {fault}", "answer the backend's own error type with code 1 or 2"
        ) from fault
    finally:
        path.unlink()
        handle.close()
    raise NonconformanceError("a document that is not JSON is read without an error", "see ER-01")


def several_at_once(driver: Driver, data_path: Path) -> None:
    """Requests that overlap each get their own answer."""
    in_turn = [QName("smoke", f"turn{number}") for number in range(4)]
    at_once = [QName("smoke", f"thread{number}") for number in range(4)]
    handle = driver.open(data_path)
    for id in in_turn:
        handle.record_started(id, _STARTED)
    expect_ids(handle.load_all(), in_turn)
    with ThreadPoolExecutor(len(at_once)) as pool:
        list(pool.map(lambda id: handle.record_started(id, _STARTED), at_once))
    got = [str(record.id) for record in handle.load_all()]
    handle.close()
    wanted = [str(id) for id in (*in_turn, *at_once)]
    if sorted(got) != sorted(wanted):
        raise NonconformanceError(
            f"{', '.join(wanted)} were started, the last {len(at_once)} at once; load_all holds {got}",
            "in turn such jobs come back, so that an update was lost between threads: see CC-01, "
            "or do not declare the capability threads",
        )


def planting(driver: Driver, data_path: Path) -> None:
    """A planted row is loaded."""
    handle = driver.open(data_path)
    handle.plant_rows([{"qname": "smoke.planted", "status": "Idle", "consecutive_failures": 7}])
    records = handle.load_all()
    handle.close()
    expect_ids(records, [QName("smoke", "planted")])
    if records[0].consecutive_failures != 7:
        raise NonconformanceError(
            f"a row planted with 7 failures has {records[0].consecutive_failures}", "see RT-08"
        )


def mirror(driver: Driver, data_path: Path) -> None:
    """A status change reaches the executor that was wired."""
    handle = driver.open(data_path)
    handle.wire_mirror(fail=False)
    handle.record_started(QName("smoke", "mirrored"), _STARTED)
    statements = handle.mirror_statements()
    handle.close()
    if [statement.executor for statement in statements] != [1]:
        told = plural(len(statements), "statement")
        raise AdapterMistakeError(
            f"one status change, and mirror_statements tells of {told} to executor 1",
            "wire an executor that keeps what it is sent, by handle; see CM-01",
        )


def factory(driver: Driver, data_path: Path) -> None:
    """Without a data path the factory gives the null backend and no sink."""
    handle, has_sink = driver.open_by_factory(None)
    records = handle.load_all()
    handle.close()
    if has_sink or records:
        raise NonconformanceError("without a data path there is a sink, or there are jobs", "see FS-02")


STEPS = (
    StepRow("introduces itself", introduce, durable=False),
    StepRow("opens and closes", open_and_close, durable=False),
    StepRow("one job, there and back", one_job),
    StepRow("ids keep their parts", dotted_ids),
    StepRow("each kind of schedule", kinds_of_schedule),
    StepRow("64-bit integers", large_numbers),
    StepRow("honours set_clock", clock, needs="clock"),
    StepRow("keeps handles apart", two_handles),
    StepRow("keeps jobs over a reopen", reopen),
    StepRow("keeps the document", document, needs="document"),
    StepRow("several requests at once", several_at_once, needs="threads"),
    StepRow("plants rows", planting, needs="planted_rows"),
    StepRow("mirrors", mirror, needs="mirror"),
    StepRow("has a factory", factory, needs="factory", durable=False),
)
