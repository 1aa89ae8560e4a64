"""CR: what a killed process, a loss of power and a failing system call leave, tried under a tracer.

All of these look at the same scenarios; each is explored once. CR-06 is looked at here, too: every state that
a crash left must let the backend live on.
"""

from __future__ import annotations

from conformance.crash.recording.inject import ToldInjection
from conformance.crash.scenarios.scenario import CrashScenario
from conformance.testing.crashes import TOGETHER, crash_cases, expect_privacy, expect_to_survive
from conformance.testing.session import Backend
from conformance.testing.verifies import verifies


@verifies("CR-02", cases=crash_cases, together=TOGETHER)
def test_CR_02_a_process_killed_at_any_system_call_leaves_the_old_or_the_new_state(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-02", scenario, injection)


@verifies("CR-03", cases=crash_cases, together=TOGETHER)
def test_CR_03_power_lost_at_any_point_leaves_the_old_or_the_new_state(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-03", scenario, injection)


@verifies("CR-04", cases=crash_cases, together=TOGETHER)
def test_CR_04_a_mutation_that_has_returned_survives_loss_of_power(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-04", scenario, injection)


@verifies("CR-05", cases=crash_cases, together=TOGETHER)
def test_CR_05_the_same_holds_under_the_strict_persistence_model(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-05", scenario, injection)


@verifies("CR-06", cases=crash_cases, together=TOGETHER, needs="traceable")
def test_CR_06_what_a_crash_left_behind_does_not_disturb_the_next_mutation(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-06", scenario, injection)


@verifies("CR-08", cases=crash_cases, together=TOGETHER)
def test_CR_08_a_system_call_that_fails_is_reported_and_the_stored_state_agrees(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-08", scenario, injection)


@verifies("CR-09", cases=crash_cases, together=TOGETHER)
def test_CR_09_interrupted_calls_and_short_writes_are_absorbed(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-09", scenario, injection)


@verifies("CR-10", cases=crash_cases, together=TOGETHER)
def test_CR_10_after_a_failed_mutation_the_open_backend_goes_on_working(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-10", scenario, injection)


@verifies(
    "CR-11",
    cases=crash_cases,
    together=TOGETHER,
    absent="the backend was never seen to write a temporary file",
)
def test_CR_11_the_temporary_file_lies_in_the_documents_own_directory(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-11", scenario, injection)


@verifies("CR-12", cases=crash_cases, together=TOGETHER)
def test_CR_12_what_a_failed_mutation_did_is_settled_when_it_returns(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-12", scenario, injection)


@verifies("CR-13", cases=crash_cases, together=TOGETHER)
def test_CR_13_a_failed_mutation_leaves_no_temporary_file_behind(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-13", scenario, injection)


@verifies("CR-15", cases=crash_cases, together=TOGETHER)
def test_CR_15_a_failed_sync_of_the_directory_is_reported_and_an_interrupted_sync_repeated(
    backend: Backend, scenario: CrashScenario, injection: ToldInjection | None
) -> None:
    expect_to_survive(backend, "CR-15", scenario, injection)


@verifies("SE-02", together=TOGETHER, needs="traceable")
def test_SE_02_others_may_read_the_rows_at_no_moment_of_a_mutation(backend: Backend) -> None:
    """
    Between a rename and a chmod, in a temporary file: a process that is killed there leaves them readable.
    """
    for operations in ("reschedule", "cancel,fail"):
        expect_privacy(backend, CrashScenario("document", operations))
