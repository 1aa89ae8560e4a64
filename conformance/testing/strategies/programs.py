"""Operations, one by one and as programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, islice
from random import Random
from typing import TypeAlias

from hypothesis import strategies as st

from conformance.contract.records import QName, SystemTime
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Mutation,
    Operation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    Reopen,
)
from conformance.testing.strategies.names import PLAIN_IDS
from conformance.testing.strategies.schedules import PLAIN_SCHEDULES, plain_schedules, schedules
from conformance.testing.strategies.times import instants

StatusChange: TypeAlias = RecordStarted | RecordFinished


def status_changes(ids: Sequence[QName]) -> st.SearchStrategy[StatusChange]:
    """record_started or record_finished on one of these jobs."""
    chosen = st.sampled_from(ids)
    return st.one_of(
        st.builds(RecordStarted, chosen, instants()),
        st.builds(RecordFinished, chosen, instants(), st.booleans()),
    )


def upserts(ids: Sequence[QName]) -> st.SearchStrategy[RecordScheduled | StatusChange]:
    """Any mutation but cancel of one of these jobs."""
    return st.one_of(st.builds(RecordScheduled, st.sampled_from(ids), schedules()), status_changes(ids))


def mutations(ids: Sequence[QName]) -> st.SearchStrategy[Mutation]:
    """A mutation of one of these jobs."""
    return st.one_of(upserts(ids), st.builds(Cancel, st.sampled_from(ids)))


_POOLS = (PLAIN_IDS[:1], PLAIN_IDS[:2], PLAIN_IDS[2:4], PLAIN_IDS)


@st.composite
def _programs(draw: st.DrawFn, max_size: int) -> list[Operation]:
    return draw(st.lists(_step(draw(st.sampled_from(_POOLS))), min_size=1, max_size=max_size))


def _step(ids: Sequence[QName]) -> st.SearchStrategy[Operation]:
    chosen, at = st.sampled_from(ids), st.just(SystemTime(1_700_000_000, 1))
    return st.one_of(
        st.builds(RecordScheduled, chosen, plain_schedules()),
        st.builds(RecordStarted, chosen, at),
        st.builds(RecordFinished, chosen, at, st.booleans()),
        st.builds(Cancel, chosen),
        st.sampled_from((Reopen(), FlushCheckpoint())),
    )


_LONG = 40
_KINDS_OF_STEP = 12


def long_programs() -> st.SearchStrategy[list[Operation]]:
    """Sequences of many operations on a few jobs, drawn at random by a seed: for volume."""
    return st.integers(0, 2**32 - 1).map(_seeded_program)


def _seeded_program(seed: int) -> list[Operation]:
    chance = Random(seed)
    ids = chance.choice(_POOLS)
    return [_seeded_step(chance, chance.choice(ids)) for _ in range(_LONG)]


def tireless_program(length: int) -> Iterator[Operation]:
    """So many operations on a few jobs, always the same ones, without a pause."""
    chance = Random(0)
    steps = (_seeded_step(chance, chance.choice(PLAIN_IDS)) for _ in count())
    return islice((step for step in steps if not isinstance(step, FlushCheckpoint | Reopen)), length)


def _seeded_step(chance: Random, id: QName) -> Operation:
    """Cancels and pauses are rarer than the rest, so that jobs live long enough."""
    at = SystemTime(1_700_000_000, 1)
    kind = chance.randrange(_KINDS_OF_STEP)
    match kind:
        case 0 | 1 | 2:
            return RecordScheduled(id, chance.choice(PLAIN_SCHEDULES))
        case 3 | 4 | 5:
            return RecordStarted(id, at)
        case 6 | 7 | 8:
            return RecordFinished(id, at, chance.random() < 0.5)
        case 9:
            return Cancel(id)
        case 10:
            return Reopen()
    return FlushCheckpoint()


def programs(max_size: int = 20, *, cancelling_unknown: bool = False) -> st.SearchStrategy[list[Operation]]:
    """Sequences of operations on a few jobs. Names and values are plain: the order is what is tried.

    With `cancelling_unknown` some cancel a job that is not there.
    """
    steps = _programs(max_size)
    return steps if cancelling_unknown else steps.map(_without_unknown_cancels)


def _without_unknown_cancels(program: Sequence[Operation]) -> list[Operation]:
    known: set[str] = set()
    kept = []
    for operation in program:
        if isinstance(operation, Cancel):
            if str(operation.id) not in known:
                continue
            known.discard(str(operation.id))
        elif not isinstance(operation, FlushCheckpoint | Reopen):
            known.add(str(operation.id))
        kept.append(operation)
    return kept
