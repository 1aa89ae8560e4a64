"""What an earlier crash left behind, as the start of another run."""

from __future__ import annotations

from conformance.crash.filesystem.tree import names_in
from conformance.crash.judging.runs import RecordedRun
from conformance.crash.persistence.states import CrashState, kill_states


def leftover_state(run: RecordedRun) -> CrashState | None:
    """The latest of the kill states with most names that a run brings and takes away again.

    None where it makes no temporary files.
    """
    lasting = names_in(run.initial) | names_in(run.left)
    best, most = None, 0
    for state in kill_states(run.history):
        passing = len(names_in(state.tree) - lasting)
        if passing and passing >= most:
            best, most = state, passing
    return best
