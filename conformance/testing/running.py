"""Run one check on the backend under test and say what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable, UnsatisfiedAssumption

from conformance.clocks import monotonic_seconds
from conformance.contract.connection import BackendFault, DiedFault, EscapedFault, NonsenseFault, TimeoutFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.errors import KitError, NotTestableError
from conformance.results.counterexample import Counterexample, encode_value
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.testing.expect import Nonconformance
from conformance.testing.profiles import Dose
from conformance.testing.session import Backend, GaveUp
from conformance.testing.story import FailedExample
from conformance.testing.verifies import Check


def run_check(check: Check, backend: Backend, dose: Dose, spelled: str) -> CheckOutcome:
    """Run a check with generated examples. `spelled` is how the target was named."""

    def generate() -> None:
        if check.generated:
            _dosed(check, dose)(backend=backend)
        elif check.cases is not None:
            _each_case(check, check.cases(dose), backend)
        else:
            check.call(backend, {})

    return _judged(check, backend, dose.seed, spelled, generate)


def _each_case(check: Check, cases: Iterable[dict[str, Any]], backend: Backend) -> None:
    """Run a check on each of its cases. One that cannot be tested is told of once the others have been."""
    untested: list[NotTestableError] = []
    for arguments in cases:
        try:
            check.call(backend, arguments)
        except NotTestableError as error:
            untested.append(error)
    if untested:
        raise untested[0]


def replay_check(
    check: Check, backend: Backend, arguments: Mapping[str, Any], seed: int, spelled: str
) -> CheckOutcome:
    """Run a check once, with the arguments of a replay file; Hypothesis takes no part in it."""
    return _judged(check, backend, seed, spelled, lambda: check.call(backend, dict(arguments)))


def _dosed(check: Check, dose: Dose) -> Callable[..., None]:
    """The check as a new Hypothesis test with these examples and this seed.

    New each time: Hypothesis takes settings once in a function's life.
    """
    phases = [Phase.explicit, Phase.generate] + ([Phase.shrink] if check.shrinks and dose.shrinks else [])
    configured = settings(
        max_examples=dose.examples(check.examples),
        phases=phases,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    return seed(dose.seed)(configured(check.generating()))


def _judged(check: Check, backend: Backend, seed: int, spelled: str, run: Callable[[], None]) -> CheckOutcome:
    backend.reset()
    begun = monotonic_seconds()
    verdict, message = Verdict.PASSED, ""
    try:
        run()
    except (Nonconformance, SchedulerPersistenceError, BackendFault, Flaky):
        verdict = Verdict.FAILED
    except (Unsatisfiable, UnsatisfiedAssumption):
        verdict, message = Verdict.NOT_REACHED, "no example met its precondition"
    except NotTestableError as error:
        verdict, message = Verdict.NOT_TESTABLE, str(error)
    except GaveUp as end:
        if isinstance(end.error, KitError):
            raise end.error from None
        verdict = Verdict.FAILED
    except Exception:
        if backend.failure is None:
            raise
    finally:
        backend.clock.release()
    if backend.failure is not None:  # whatever came after it
        verdict = Verdict.FAILED
    effort = backend.tally.effort(monotonic_seconds() - begun)
    if backend.failure is not None:
        found = _counterexample(check, backend, backend.failure, seed, spelled)
        if isinstance(backend.failure.error, TimeoutFault):
            verdict = Verdict.TIMEOUT
        return CheckOutcome(
            found.requirement,
            check.test,
            verdict,
            found.claim,
            backend.tally.exercised,
            found,
            effort=effort,
            exhibits=backend.exhibited,
        )
    if verdict is Verdict.PASSED and backend.tally.exercised == 0 and check.absent:
        verdict, message = Verdict.NOT_APPLICABLE, check.absent
    elif verdict is Verdict.PASSED and backend.tally.exercised == 0:
        why = f": {backend.unmet}" if backend.unmet else ""
        verdict, message = Verdict.NOT_REACHED, f"its precondition never came up{why}"
    elif verdict is Verdict.PASSED:
        message = backend.finding
    return CheckOutcome(
        check.requirement, check.test, verdict, message, backend.tally.exercised, effort=effort
    )


def as_nonconformance(failure: FailedExample) -> Nonconformance:
    """The claim that a failing example broke."""
    error, operation = failure.error, failure.operation
    match error:
        case Nonconformance():
            return error
        case EscapedFault():
            claim = f"nothing but SchedulerPersistenceError comes out of {operation}"
            return Nonconformance(claim, "an answer or SchedulerPersistenceError", str(error))
        case SchedulerPersistenceError():
            observed = f"SchedulerPersistenceError: {error}"
            return Nonconformance(f"{operation} succeeds", "no exception", observed)
        case NonsenseFault():
            return Nonconformance(f"{operation} answers as the interface says", "a right answer", str(error))
        case DiedFault():
            return Nonconformance(f"the backend survives {operation}", "an answer", str(error))
        case _:
            return Nonconformance(f"{operation} returns", "an answer in time", str(error))


def _counterexample(
    check: Check, backend: Backend, failure: FailedExample, seed: int, spelled: str
) -> Counterexample:
    broken = as_nonconformance(failure)
    description = backend.description
    return Counterexample(
        requirement=broken.requirement or check.requirement,
        test=check.test,
        target=spelled,
        command=(),
        conformance_class=description.conformance_class.value,
        capabilities=tuple(sorted(description.capabilities)),
        seed=seed,
        arguments={name: encode_value(value) for name, value in failure.arguments.items()},
        operations=failure.story,
        claim=broken.claim,
        expected=broken.expected,
        observed=broken.observed,
        calls=failure.steps,
    )
