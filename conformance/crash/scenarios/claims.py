"""What each requirement on crashes claims, and what would be right: fixed sentences, as everywhere."""

from __future__ import annotations

from dataclasses import dataclass

_OLD_OR_NEW = "the state before the mutation, or the state after it"


@dataclass(frozen=True, slots=True)
class CrashClaim:
    """The sentence that does not hold where the requirement is broken, and what was expected instead."""

    claim: str
    expected: str


CRASH_CLAIMS = {
    "CR-02": CrashClaim(
        "a process killed at any system call of a mutation leaves the state before it or after it",
        _OLD_OR_NEW,
    ),
    "CR-03": CrashClaim(
        "power lost at any point of a mutation leaves the state before it or after it", _OLD_OR_NEW
    ),
    "CR-04": CrashClaim(
        "a mutation that has returned survives loss of power", "the state after all that was acknowledged"
    ),
    "CR-05": CrashClaim(
        "loss of power is survived under the strict persistence model, too",
        f"{_OLD_OR_NEW}, and all that was acknowledged",
    ),
    "CR-06": CrashClaim(
        "the files that a crash left behind do not disturb later mutations",
        "after reopening, the next mutation succeeds and is all that changes",
    ),
    "CR-08": CrashClaim(
        "a system call that fails is reported as the backend's error, and the stored state agrees",
        "SchedulerPersistenceError with the old or the new state, or success that lasts",
    ),
    "CR-09": CrashClaim("EINTR and short writes are absorbed", "success with complete data"),
    "CR-10": CrashClaim(
        "after a failed mutation the same open backend goes on working", "later mutations succeed"
    ),
    "CR-11": CrashClaim("the temporary file lies in the document's own directory", "a rename within _system"),
    "CR-12": CrashClaim(
        "a mutation that failed has taken effect by the time it returns, or never",
        "the open backend, a reopened one and later mutations agree on what the failed mutation did",
    ),
    "CR-13": CrashClaim(
        "a mutation that failed leaves no temporary file behind",
        "no file that was not there before, unless the new state is in place",
    ),
    "CR-15": CrashClaim(
        "a failed sync of the directory is reported, and an interrupted sync repeated",
        "SchedulerPersistenceError for an error from the directory's sync, and EINTR absorbed",
    ),
}
