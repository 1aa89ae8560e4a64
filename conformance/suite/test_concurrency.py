"""CC: several threads, several processes."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.connection import Driver, Handle
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Manual, Once, QName, Schedule, SystemTime
from conformance.oracle.document import StoredRow
from conformance.oracle.linearizable import HistoryEvent
from conformance.oracle.model import (
    Cancel,
    Mutation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    apply,
    carry_out,
)
from conformance.showing import Words, show
from conformance.testing.concurrency import (
    IN_EVERY_TURN,
    Caller,
    Course,
    ToldCall,
    Work,
    at_once,
    blame_concurrency,
    calls_of,
    flushes_of,
    in_turn,
    numbered,
    spelled,
)
from conformance.testing.expect import attempt, expect, expect_equal
from conformance.testing.histories import (
    HistoryState,
    HistoryStep,
    JobEvent,
    Look,
    Seen,
    stamp,
    told,
    unexplained,
)
from conformance.testing.planting import raw_row
from conformance.testing.profiles import Dose
from conformance.testing.session import Backend, Session
from conformance.testing.verifies import verifies

TWO_PROCESSES = "two processes that mutate one data path lose no update"
STALE = "load_all after concurrent mutations shows what is stored, as it does after reopening"
AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
JOB = QName("kit", "job")
FILLER = tuple(QName("kit.filler", f"n{number}") for number in range(150))
_PER_THREAD = 3
_CHECKPOINTS = 12

# A race is no matter of luck here: every operation works on a document long enough to read and write, and the
# driver lets threads meet as often as it can. Right backends pass all the same, whatever the order.
KINDS = ("schedule", "start", "succeed", "fail", "cancel")
_kinds = st.sampled_from(KINDS)
_plans = st.lists(st.tuples(st.integers(0, _PER_THREAD - 1), _kinds), min_size=8, max_size=14)


def _mutation(id: QName, kind: str, number: int) -> Mutation:
    """A mutation; `number`, unlike all others of an example, makes a schedule known again."""
    match kind:
        case "schedule":
            return RecordScheduled(id, Once(SystemTime(number, 0)))
        case "start":
            return RecordStarted(id, AN_INSTANT)
        case "cancel":
            return Cancel(id)
        case _:
            return RecordFinished(id, AN_INSTANT, kind == "succeed")


def _filler_rows(backend: Backend) -> list[dict[str, object]]:
    if not backend.has("planted_rows"):
        return []
    return [raw_row(StoredRow(str(id), "Idle", 1, Manual(), None)) for id in FILLER]


Held: TypeAlias = dict[str, tuple[Schedule, str | None]]


def _held(store: Session) -> Held:
    """What is stored of each job: its schedule and, where it can be seen, its status."""
    contents = store.contents().items()
    return {
        dotted: (held.schedule, held.status if isinstance(held, StoredRow) else None)
        for dotted, held in contents
    }


def _held_after(backend: Backend, mutations: Sequence[Mutation]) -> Held:
    rows: tuple[StoredRow, ...] = ()
    for mutation in mutations:
        rows = apply(rows, mutation)
    return {row.qname: (row.schedule, row.status if backend.keeps_document else None) for row in rows}


def _programs(plans: Sequence[Sequence[tuple[int, str]]]) -> list[list[Mutation]]:
    """The mutations of each thread, on jobs of its own."""
    numbers = itertools.count(1)
    return [
        [_mutation(QName(f"kit.thread{thread}", f"n{job}"), kind, next(numbers)) for job, kind in plan]
        for thread, plan in enumerate(plans)
    ]


def _expect_nothing_lost(
    store: Session, before: Held, programs: Sequence[Sequence[Mutation]], claim: str
) -> None:
    """Look after reopening. What is there and was not shown before is stale, and not lost."""
    expected = dict(before)
    for program in programs:
        expected |= _held_after(store.backend, program)
    shown = None if store.backend.keeps_document else _held(store)
    store.reopen()
    found = _held(store)
    differing = _differing(found, expected)
    expect_equal(_only(found, differing), _only(expected, differing), claim)
    if shown is not None:
        differing = _differing(shown, expected)
        expect_equal(_only(shown, differing), _only(expected, differing), STALE, requirement="CC-03")


def _differing(found: Held, expected: Held) -> list[str]:
    return sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))


def _only(held: Held, names: Sequence[str]) -> dict[str, tuple[Schedule, str | None] | None]:
    return {name: held.get(name) for name in names}


def _expect_idle_flush(backend: Backend) -> None:
    """A flush that made two rows of each would make four thousand of each in the end."""
    with backend.fresh(rows=_filler_rows(backend)) as store:
        before = _how_many(store)
        store.flush_checkpoint()
        expect_equal(_how_many(store), before, "flush_checkpoint adds no row")


def _how_many(store: Session) -> int:
    return len(store.rows() if store.backend.keeps_document else store.load_all())


@verifies("CC-01", examples=0.12, shrinks=False)
@given(plans=st.lists(_plans, min_size=2, max_size=6))
def test_CC_01_mutations_of_different_jobs_from_several_threads_lose_no_update(
    backend: Backend, plans: list[list[tuple[int, str]]]
) -> None:
    """
    Beside a thread that flushes again and again, unless that alone adds rows.
    """
    claim = "mutations of different jobs from several threads lose no update"
    programs = _programs(plans)
    checkpoints = 0 if backend.is_wrong_aside(partial(_expect_idle_flush, backend)) else _CHECKPOINTS

    def run(course: Course) -> None:
        with backend.fresh(rows=_filler_rows(backend)) as store:
            before = _held(store)
            calls = [calls_of(store.handle, program) for program in programs]
            flushes = flushes_of(store.handle, checkpoints)
            course(store, numbered("threads", "thread", [*calls, flushes]))
            _expect_nothing_lost(store, before, programs, claim)

    for _ in range(3):
        blame_concurrency(backend, run)


def _recorded(handle: Handle, step: HistoryStep, caller: str, history: list[JobEvent]) -> ToldCall:
    def run() -> None:
        invoked, seen = stamp(), None
        if isinstance(step, Look):
            seen = _look(handle)
            if seen is None:
                return
        else:
            carry_out(step, handle)
        history.append(HistoryEvent(step, invoked, stamp(), observed=seen, caller=caller))

    return ToldCall("load_all()" if isinstance(step, Look) else spelled(step), run)


def _look(handle: Handle) -> Seen | None:
    """What load_all shows of the job; None where it fails, which is the affair of CC-03."""
    try:
        loaded = handle.load_all()
    except SchedulerPersistenceError:
        return None
    return tuple(record.schedule for record in loaded if str(record.id) == str(JOB))


_STEPS = st.lists(st.sampled_from((*KINDS, "schedule", "look", "look")), min_size=2, max_size=6)
_ROUNDS = {"quick": 9, "default": 30, "thorough": 60}


def _short_plans(dose: Dose) -> Iterator[dict[str, Any]]:
    """Every two operations at once, then two threads that look at what they have done; and how often."""
    rounds = _ROUNDS[dose.profile]
    for pair in itertools.combinations_with_replacement(KINDS, 2):
        yield {"plans": [[kind] for kind in pair], "rounds": rounds}
    yield {"plans": [["schedule", "look"] * 4] * 2, "rounds": rounds}


@verifies("CC-02", examples=0.12, shrinks=False)
@given(plans=st.lists(_STEPS, min_size=2, max_size=4))
def test_CC_02_concurrent_operations_on_one_job_are_linearizable(
    backend: Backend, plans: list[list[str]]
) -> None:
    rounds = partial(_expect_linearizable_rounds, backend, plans, 10)
    blame_concurrency(backend, rounds, IN_EVERY_TURN)


@verifies("CC-02", cases=_short_plans)
def test_CC_02_few_operations_on_one_job_at_once_are_linearizable(
    backend: Backend, plans: list[list[str]], rounds: int
) -> None:
    """
    Nothing comes after the two, so what one of them undid stays undone.
    """
    run = partial(_expect_linearizable_rounds, backend, plans, rounds)
    blame_concurrency(backend, run, IN_EVERY_TURN)


def _expect_linearizable_rounds(
    backend: Backend, plans: Sequence[Sequence[str]], rounds: int, course: Course
) -> None:
    """Let the plans take their course, the last one first off the mark every other round.

    Each round starts from a state of its own, every third one from no job.
    """
    numbers = itertools.count(1)
    with backend.fresh(rows=_filler_rows(backend)) as store:
        for number in range(rounds):
            with backend.aside():  # a failure tells of its own round alone
                state = _begin_round(store, None if number % 3 == 2 else next(numbers))
                history: list[JobEvent] = []
                programs: list[list[HistoryStep]] = [
                    [Look() if kind == "look" else _mutation(JOB, kind, next(numbers)) for kind in plan]
                    for plan in plans[:: -1 if number % 2 else 1]
                ]
                calls = [
                    [_recorded(store.handle, step, f"thread {number}", history) for step in steps]
                    for number, steps in enumerate(programs, 1)
                ]
                course(store, numbered("threads", "thread", calls))
                _expect_linearizable(store, history, state)


def _begin_round(store: Session, number: int | None) -> HistoryState:
    """Leave the job with the plan of this number, and failed; without a number there is no job."""
    store.cancel(JOB)
    if number is None:
        return None
    plan = Once(SystemTime(number, 0))
    store.record_scheduled(JOB, plan)
    store.record_finished(JOB, AN_INSTANT, success=False)
    return plan, "FailedRetrying"


def _look_at_last(store: Session) -> JobEvent:
    invoked, held = stamp(), store.contents().get(str(JOB))
    seen: Seen = ()
    if held is not None:
        seen = (held.schedule, held.status) if isinstance(held, StoredRow) else (held.schedule,)
    return HistoryEvent(Look(), invoked, stamp(), observed=seen, caller="at the end")


def _expect_linearizable(store: Session, history: list[JobEvent], state: HistoryState) -> None:
    """What a look after reopening shows, and one before it does not, was stale: that is CC-03's."""
    at_last = _look_at_last(store)
    found = unexplained([*history, at_last], state)
    if not found:
        return
    if not store.backend.keeps_document:
        store.reopen()
        expect_equal(at_last.observed, _look_at_last(store).observed, STALE, requirement="CC-03")
    smallest = "; ".join(told(found, min(event.invoked for event in history)))
    expect(
        False,
        "some order of concurrent operations on one job explains all that was seen",
        expected=Words(f"an order that starts from {show(state) if state else 'no job'}"),
        observed=Words(f"none explains this, whatever else happened: {smallest}"),
    )


SHARED = tuple(QName("kit.shared", f"n{number}") for number in range(12))


@verifies("CC-03", examples=0.12, shrinks=False)
@given(steps=st.lists(st.integers(0, len(SHARED) - 1), min_size=120, max_size=160), readers=st.integers(1, 3))
def test_CC_03_load_all_beside_mutations_returns_a_state_that_existed(
    backend: Backend, steps: list[int], readers: int
) -> None:
    claim = "load_all that runs beside mutations returns a state that existed"
    first = [RecordScheduled(id, Once(SystemTime(1, 0))) for id in SHARED]
    mutations = [
        _mutation(SHARED[job], "cancel" if number % 7 == 6 else "schedule", number + 2)
        for number, job in enumerate(steps)
    ]
    existed = _loads_that_existed(first, mutations)

    def run(course: Course) -> None:
        with backend.fresh(rows=_filler_rows(backend)) as store:
            for mutation in first:
                store.perform(mutation)
            seen: set[frozenset[tuple[str, Schedule]]] = set()
            over = threading.Event()

            def mutate() -> None:
                try:
                    for call in calls_of(store.handle, mutations):
                        call.make()
                        if course is in_turn:
                            look()
                finally:
                    over.set()

            def look() -> None:
                seen.add(_shared_in(store.handle))

            def read() -> None:
                while not over.is_set():
                    look()

            mutating = ToldCall(f"{len(mutations)} calls, {spelled(mutations[0])} first", mutate)
            reading = ToldCall("load_all() again and again until then", read)
            course(store, numbered("threads", "thread", [[mutating], *[[reading]] * readers]))
            strange = [sorted((name, str(plan)) for name, plan in load) for load in seen - existed]
            expect(not strange, claim, expected=Words("one of the states"), observed=strange[:1])
            shown = _shared_in(store.handle)
            store.reopen()
            expect_equal(_in_order(shown), _in_order(_shared_in(store.handle)), STALE)

    blame_concurrency(backend, run)


def _loads_that_existed(
    first: Sequence[Mutation], mutations: Sequence[Mutation]
) -> set[frozenset[tuple[str, Schedule]]]:
    rows: tuple[StoredRow, ...] = ()
    for mutation in first:
        rows = apply(rows, mutation)
    states = {frozenset((row.qname, row.schedule) for row in rows)}
    for mutation in mutations:
        rows = apply(rows, mutation)
        states.add(frozenset((row.qname, row.schedule) for row in rows))
    return states


def _shared_in(handle: Handle) -> frozenset[tuple[str, Schedule]]:
    return frozenset(
        (str(record.id), record.schedule)
        for record in handle.load_all()
        if record.id.namespace == "kit.shared"
    )


def _in_order(load: frozenset[tuple[str, Schedule]]) -> list[tuple[str, Schedule]]:
    return sorted(load, key=lambda row: row[0])


def _program_of_process(process: int, jobs: int = 40) -> list[Mutation]:
    """Mutations of ever new jobs: what is lost is not made good by a later one."""
    program: list[Mutation] = []
    for number in range(jobs):
        id = QName(f"kit.process{process}", f"n{number}")
        program += [_mutation(id, kind, number + 1) for kind in ("schedule", KINDS[number % len(KINDS)])]
    return program


# So often do two begin at once where there is nothing yet: on a busy machine, too, some of them meet.
_BEGINNINGS, _BEGINNINGS_OF_PROCESSES = 64, 160


@verifies("CC-04", shrinks=False)
def test_CC_04_two_processes_on_one_data_path_lose_no_update(backend: Backend) -> None:
    """
    No job is touched more than twice: what is lost stays lost, and no later mutation makes up for it. Then
    one mutation of each where there is no document yet, again and again.
    """
    programs = [_program_of_process(0), _program_of_process(1)]
    with backend.driver.another_process() as first, backend.driver.another_process() as second:

        def run(rows: list[dict[str, object]], count: int, course: Course) -> None:
            begun = [program[:count] for program in programs]
            with (
                backend.fresh(rows=rows) as store,
                _opened_by(store, first, course) as one,
                _opened_by(store, second, course) as other,
            ):
                before = _held(store)
                pairs = zip((one, other), begun, strict=True)
                calls = [calls_of(handle, program) for handle, program in pairs]
                course(store, numbered("processes", "process", calls))
                _expect_nothing_lost(store, before, begun, TWO_PROCESSES)

        for _ in range(2):
            with backend.aside():
                blame_concurrency(backend, partial(run, _filler_rows(backend), len(programs[0])))
        for _ in range(_BEGINNINGS_OF_PROCESSES):
            with backend.aside():
                blame_concurrency(backend, partial(run, [], 1))


@contextmanager
def _opened_by(store: Session, other: Driver, course: Course) -> Iterator[Handle]:
    """The backend opened once more on the same data path, by `other`; the same one where all is in turn."""
    if course is in_turn:
        yield store.handle
        return
    theirs = other.open(store.data.path)
    try:
        yield theirs
    finally:
        theirs.close()


@verifies("CC-04", shrinks=False)
def test_CC_04_readers_in_two_processes_cost_no_update(backend: Backend) -> None:
    """
    In each process a thread mutates and two load, which must not give away what the first has locked.
    """
    programs = [_program_of_process(0), _program_of_process(1)]
    with backend.driver.another_process() as other:

        def run(course: Course) -> None:
            with (
                backend.fresh(rows=_filler_rows(backend)) as store,
                _opened_by(store, other, course) as theirs,
            ):
                before = _held(store)
                mine = _one_mutates_and_two_load("process 1", store.handle, programs[0], course)
                their_work = _one_mutates_and_two_load("process 2", theirs, programs[1], course)
                course(store, Work("processes", [*mine, *their_work]))
                _expect_nothing_lost(store, before, programs, TWO_PROCESSES)

        for _ in range(3):
            with backend.aside():
                blame_concurrency(backend, run)


def _one_mutates_and_two_load(
    name: str, handle: Handle, program: Sequence[Mutation], course: Course
) -> list[Caller]:
    over = threading.Event()

    def load() -> None:
        _look(handle)
        while course is at_once and not over.is_set():
            _look(handle)

    reading = ToldCall("load_all() again and again until then", load)
    readers = [Caller(f"{name}, thread {number}", [reading]) for number in (2, 3)]
    return [Caller(f"{name}, thread 1", calls_of(handle, program), over.set), *readers]


@verifies("CC-04", shrinks=False)
def test_CC_04_a_process_that_opens_anew_for_each_operation_costs_no_update(backend: Backend) -> None:
    """
    Opening must not sweep away what the other process is about to put in place: that one makes more calls,
    so that it is at work until the end.
    """
    programs = [_program_of_process(0, jobs=200), _program_of_process(1)]
    with backend.driver.another_process() as other:

        def run(course: Course) -> None:
            with backend.fresh(rows=_filler_rows(backend)) as store:
                before = _held(store)
                elsewhere = backend.driver if course is in_turn else other
                anew = [
                    ToldCall(
                        f"open, {spelled(mutation)}, close", partial(_on_its_own, elsewhere, store, mutation)
                    )
                    for mutation in programs[1]
                ]
                calls = [calls_of(store.handle, programs[0]), anew]
                course(store, numbered("processes", "process", calls))
                _expect_nothing_lost(store, before, programs, TWO_PROCESSES)

        for _ in range(3):
            with backend.aside():
                blame_concurrency(backend, run)


def _on_its_own(driver: Driver, store: Session, mutation: Mutation) -> None:
    handle = driver.open(store.data.path)
    try:
        carry_out(mutation, handle)
    finally:
        handle.close()


@verifies("CC-05", shrinks=False)
def test_CC_05_two_backends_open_on_one_data_path_lose_no_update(backend: Backend) -> None:
    """
    Each is called by a thread of its own, in one process. Then one mutation of each where there is nothing
    yet, again and again. A backend may refuse to be opened twice.
    """
    claim = "two backends that are open on one data path in one process lose no update"
    programs = [_program_of_process(0), _program_of_process(1)]
    if not _opens_twice(backend):
        backend.vacuous()
        return

    def run(rows: list[dict[str, object]], count: int, course: Course) -> None:
        begun = [program[:count] for program in programs]
        with backend.fresh(rows=rows) as store, _opened_by(store, backend.driver, course) as other:
            before = _held(store)
            pairs = zip((store.handle, other), begun, strict=True)
            calls = [calls_of(handle, program) for handle, program in pairs]
            course(store, numbered("backends", "backend", calls))
            _expect_nothing_lost(store, before, begun, claim)

    for _ in range(4):
        with backend.aside():
            blame_concurrency(backend, partial(run, _filler_rows(backend), len(programs[0])))
    for _ in range(_BEGINNINGS):
        with backend.aside():
            blame_concurrency(backend, partial(run, [], 1))


def _opens_twice(backend: Backend) -> bool:
    with backend.aside(), backend.fresh() as store:
        return attempt(lambda: backend.driver.open(store.data.path).close())
