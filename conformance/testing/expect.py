"""How a check says that a backend is wrong: a claim that does not hold, what was expected, what observed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from conformance.contract.connection import EscapedFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from conformance.showing import Words, essence, show

_ABSENT = Words("nothing")
_MOST_TOLD = 3


class Nonconformance(Exception):  # noqa: N818 - the backend's fault, not an error
    """A claim that did not hold. `requirement` is set where it is not the one under check.

    The claim is a fixed sentence, the same for every example: known failures are pinned to it.
    """

    def __init__(self, claim: str, expected: str, observed: str, requirement: str | None = None) -> None:
        super().__init__(claim)
        self.claim = claim
        self.expected = expected
        self.observed = observed
        self.requirement = requirement


def expect(
    holds: bool, claim: str, *, expected: object, observed: object, requirement: str | None = None
) -> None:
    """Raise Nonconformance unless `holds`."""
    __tracebackhide__ = True
    if not holds:
        raise Nonconformance(claim, show(expected), show(observed), requirement)


def expect_equal(observed: object, expected: object, claim: str, *, requirement: str | None = None) -> None:
    """Raise Nonconformance unless the two are equal."""
    __tracebackhide__ = True
    expect(observed == expected, claim, expected=expected, observed=observed, requirement=requirement)


def expect_entries(observed: Mapping[str, object], expected: Mapping[str, object], claim: str) -> None:
    """Raise Nonconformance unless each entry of `expected` was observed; those that were are not told."""
    __tracebackhide__ = True
    wrong = [name for name in expected if observed.get(name, _ABSENT) != expected[name]]
    found = {name: observed.get(name, _ABSENT) for name in wrong}
    expect_equal(found, {name: expected[name] for name in wrong}, claim)


def expect_one_each(
    dotted: Iterable[str], claim: str, *, subject: str = "row", requirement: str | None = None
) -> None:
    """Raise Nonconformance where a job is there more than once."""
    __tracebackhide__ = True
    repeated = {job: count for job, count in Counter(dotted).items() if count > 1}
    expect(
        not repeated,
        claim,
        expected=Words(", ".join(f"one {subject} of {job!r}" for job in [*repeated][:_MOST_TOLD])),
        observed=Words(
            ", ".join(f"{count} {subject}s of {job!r}" for job, count in [*repeated.items()][:_MOST_TOLD])
        ),
        requirement=requirement,
    )


def expect_same_records(
    observed: Iterable[SchedulerJobRecord],
    expected: Iterable[SchedulerJobRecord],
    claim: str,
    *,
    requirement: str | None = None,
) -> None:
    """Raise Nonconformance unless both hold the same records by dotted id, in whatever order."""
    __tracebackhide__ = True
    expect_equal(_in_order(observed), _in_order(expected), claim, requirement=requirement)


def _in_order(records: Iterable[SchedulerJobRecord]) -> Sequence[object]:
    return sorted((essence(record) for record in records), key=show)


def attempt(operation: Callable[[], object], *, strictly: bool = False) -> bool:
    """Whether it was done; the backend may refuse, `strictly` with no exception but its own."""
    try:
        operation()
    except SchedulerPersistenceError as error:
        if strictly and isinstance(error, EscapedFault):
            raise
        return False
    return True


@contextmanager
def expect_refusal(claim: str) -> Iterator[None]:
    """Raise Nonconformance unless the block raises; what it may raise is SchedulerPersistenceError only."""
    try:
        yield
    except EscapedFault:
        raise
    except SchedulerPersistenceError:
        return
    raise Nonconformance(claim, "SchedulerPersistenceError", "it returned as if all were well")
