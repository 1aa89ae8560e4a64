"""CC: several threads, several processes."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.connection import Handle
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Manual, Once, QName, Schedule, SystemTime
from conformance.oracle.document import StoredRow
from conformance.oracle.linearizable import Event, explain
from conformance.oracle.model import (
    Cancel,
    Mutation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    apply,
    carry_out,
)
from conformance.showing import Words
from conformance.testing.expect import expect, expect_equal
from conformance.testing.planting import raw_row
from conformance.testing.session import Backend, Session
from conformance.testing.verifies import verifies

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


Call: TypeAlias = Callable[[], None]
Work: TypeAlias = Sequence[Sequence[Call]]
Course: TypeAlias = Callable[[Session, Work], None]


def _make(calls: Sequence[Call]) -> None:
    for call in calls:
        call()


def _at_once(store: Session, work: Work) -> None:
    with store.backend.driver.crowded():
        jobs = [partial(_make, calls) for calls in work]
        store.backend.note(f"{len(jobs)} threads begin at once")
        store.concurrently("the work of several threads at once", jobs)


def _in_turn(store: Session, work: Work) -> None:
    """One thread makes a call of each in turn."""
    for calls in itertools.zip_longest(*work):
        _make([call for call in calls if call is not None])


def _first_to_last(store: Session, work: Work) -> None:
    """One thread makes all calls of the first, then all of the second."""
    for calls in work:
        _make(calls)


def _last_to_first(store: Session, work: Work) -> None:
    """The same, the last one first."""
    _first_to_last(store, work[::-1])


_IN_EVERY_TURN = (_in_turn, _first_to_last, _last_to_first)


def _blame_concurrency(
    backend: Backend, run: Callable[[Course], None], controls: Sequence[Course] = (_in_turn,)
) -> None:
    """Raise what `run` raises of work done at once, unless the same work done in turn is wrong as well.

    What is wrong without any concurrency is the affair of another requirement.
    """
    backend.blame(partial(run, _at_once), *(partial(run, course) for course in controls))


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


def _calls(handle: Handle, mutations: Sequence[Mutation]) -> list[Call]:
    return [partial(carry_out, mutation, handle) for mutation in mutations]


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
    expected = dict(before)
    for program in programs:
        expected |= _held_after(store.backend, program)
    found = _held(store)
    differing = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    expect_equal(
        {name: found.get(name) for name in differing},
        {name: expected.get(name) for name in differing},
        claim,
    )


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
            work = [_calls(store.handle, program) for program in programs]
            course(store, [*work, [store.handle.flush_checkpoint] * checkpoints])
            _expect_nothing_lost(store, before, programs, claim)
            store.reopen()
            _expect_nothing_lost(store, before, programs, claim)

    for _ in range(3):
        _blame_concurrency(backend, run)


@dataclass(frozen=True, slots=True)
class Look:
    """See what is stored of the job: by load_all, or in the document once all is quiet."""


Step: TypeAlias = Mutation | Look
State: TypeAlias = tuple[Schedule, str] | None
Seen: TypeAlias = tuple[object, ...]
History: TypeAlias = list[Event[Step, Seen]]


def _state_after(state: State, step: Step) -> State:
    if isinstance(step, Look):
        return state
    rows = () if state is None else (StoredRow(str(JOB), state[1], 0, state[0], None),)
    after = apply(rows, step)
    return (after[0].schedule, after[0].status) if after else None


def _agrees(state: State, step: Step, seen: Seen | None) -> bool:
    """A look shows nothing of a job that is not there, else its schedule and, in the document, its status."""
    if not isinstance(step, Look) or seen is None:
        return True
    return seen == (() if state is None else state[: len(seen)]) and (state is None) == (not seen)


def _recorded(handle: Handle, step: Step, stamp: Callable[[], int], history: History) -> Call:
    def run() -> None:
        invoked, seen = stamp(), None
        if isinstance(step, Look):
            seen = _look(handle)
            if seen is None:
                return
        else:
            carry_out(step, handle)
        history.append(Event(step, invoked, stamp(), observed=seen))

    return run


def _look(handle: Handle) -> Seen | None:
    """What load_all shows of the job; None where it fails, which is the affair of CC-03."""
    try:
        loaded = handle.load_all()
    except SchedulerPersistenceError:
        return None
    return tuple(record.schedule for record in loaded if str(record.id) == str(JOB))


_STEPS = st.lists(st.sampled_from((*KINDS, "schedule", "look", "look")), min_size=2, max_size=6)
_PAIRS = list(itertools.combinations_with_replacement(KINDS, 2))


@verifies("CC-02", examples=0.12, shrinks=False)
@given(plans=st.lists(_STEPS, min_size=2, max_size=4))
def test_CC_02_concurrent_operations_on_one_job_are_linearizable(
    backend: Backend, plans: list[list[str]]
) -> None:
    rounds = partial(_expect_linearizable_rounds, backend, plans, 10)
    _blame_concurrency(backend, rounds, _IN_EVERY_TURN)


@verifies("CC-02", examples=0.3, shrinks=False)
@given(pair=st.sampled_from(_PAIRS))
def test_CC_02_two_operations_on_one_job_at_once_are_linearizable(
    backend: Backend, pair: tuple[str, str]
) -> None:
    """
    Nothing comes after the two, so what one of them undid stays undone.
    """
    plans = [[kind] for kind in pair]
    rounds = partial(_expect_linearizable_rounds, backend, plans, 15)
    _blame_concurrency(backend, rounds, _IN_EVERY_TURN)


def _expect_linearizable_rounds(
    backend: Backend, plans: Sequence[Sequence[str]], rounds: int, course: Course
) -> None:
    """Let the plans take their course, the last one first off the mark every other round.

    Each round starts from a state of its own, every third one from no job.
    """
    numbers, stamps = itertools.count(1), itertools.count()
    with backend.fresh(rows=_filler_rows(backend)) as store:
        for number in range(rounds):
            state = _begin_round(store, None if number % 3 == 2 else next(numbers))
            history: History = []
            programs: list[list[Step]] = [
                [Look() if kind == "look" else _mutation(JOB, kind, next(numbers)) for kind in plan]
                for plan in plans[:: -1 if number % 2 else 1]
            ]
            course(
                store,
                [
                    [_recorded(store.handle, step, lambda: next(stamps), history) for step in steps]
                    for steps in programs
                ],
            )
            invoked, seen = next(stamps), _seen_at_last(store)
            history.append(Event(Look(), invoked, next(stamps), observed=seen))
            _expect_linearizable(history, state)


def _begin_round(store: Session, number: int | None) -> State:
    """Leave the job with the plan of this number, and failed; without a number there is no job."""
    store.cancel(JOB)
    if number is None:
        return None
    plan = Once(SystemTime(number, 0))
    store.record_scheduled(JOB, plan)
    store.record_finished(JOB, AN_INSTANT, success=False)
    return plan, "FailedRetrying"


def _seen_at_last(store: Session) -> Seen:
    held = store.contents().get(str(JOB))
    if held is None:
        return ()
    return (held.schedule, held.status) if isinstance(held, StoredRow) else (held.schedule,)


def _expect_linearizable(history: History, state: State) -> None:
    obstruction = explain(history, state, _state_after, _agrees)
    if obstruction is None:
        return
    told = "; ".join(
        f"{event.operation} from {event.invoked} to {event.returned}"
        + (f" saw {event.observed}" if isinstance(event.operation, Look) else "")
        for event in sorted(history, key=lambda event: event.invoked)
    )
    culprit = obstruction.culprit
    expect(
        False,
        "some order of concurrent operations on one job explains all that was seen",
        expected=Words("an order that starts from " + repr(state)),
        observed=Words(f"none fits {culprit.operation}, which saw {culprit.observed}: {told}"),
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
                    for call in _calls(store.handle, mutations):
                        call()
                        if course is _in_turn:
                            look()
                finally:
                    over.set()

            def look() -> None:
                seen.add(_shared_in(store.handle))

            def read() -> None:
                while not over.is_set():
                    look()

            course(store, [[mutate], *[[read]] * readers])
            strange = [sorted((name, str(plan)) for name, plan in load) for load in seen - existed]
            expect(not strange, claim, expected=Words("one of the states"), observed=strange[:1])

    _blame_concurrency(backend, run)


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


def _program_of_process(process: int) -> list[Mutation]:
    """Mutations of ever new jobs: what is lost is not made good by a later one."""
    program: list[Mutation] = []
    for number in range(40):
        id = QName(f"kit.process{process}", f"n{number}")
        program += [_mutation(id, kind, number + 1) for kind in ("schedule", KINDS[number % len(KINDS)])]
    return program


@verifies("CC-04", shrinks=False)
def test_CC_04_two_processes_on_one_data_path_lose_no_update(backend: Backend) -> None:
    """
    No job is touched more than twice: what is lost stays lost, and no later mutation makes up for it. Then
    one mutation of each where there is no document yet, again and again.
    """
    claim = "two processes that mutate one data path lose no update"
    programs = [_program_of_process(0), _program_of_process(1)]
    with backend.driver.another_process() as other:

        def run(rows: list[dict[str, object]], count: int, course: Course) -> None:
            with backend.fresh(rows=rows) as store:
                before = _held(store)
                theirs = store.handle if course is _in_turn else other.open(store.data.path)
                begun = [program[:count] for program in programs]
                handles = (store.handle, theirs)
                work = [_calls(handle, program) for handle, program in zip(handles, begun, strict=True)]
                course(store, work)
                _expect_nothing_lost(store, before, begun, claim)
                if theirs is not store.handle:
                    theirs.close()

        for _ in range(4):
            _blame_concurrency(backend, partial(run, _filler_rows(backend), len(programs[0])))
        for _ in range(64):
            _blame_concurrency(backend, partial(run, [], 1))
