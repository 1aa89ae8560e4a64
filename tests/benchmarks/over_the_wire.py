"""How much longer the suite takes over the wire than in process, measured in turn within one run.

python tests/benchmarks/over_the_wire.py [TARGET] [PROFILE] [ROUNDS]

Exit code 1 if it takes more than twice as long, or if the verdicts differ.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from conformance.drivers.spawning import serve_command
from conformance.execution.plan import Plan, TargetSpec
from conformance.execution.run import Nobody, execute
from conformance.results.run_record import RunRecord
from conformance.testing.profiles import Dose

LONGEST = 2.0


def measure(target: TargetSpec, profile: str) -> tuple[float, RunRecord]:
    """The seconds of a run with one worker, so that nothing competes; and its record."""
    with tempfile.TemporaryDirectory() as report:
        plan = Plan(target, Dose(profile, 0), report=Path(report), search_path=(".",))
        begun = time.monotonic()
        record = execute(plan, Nobody())
        return time.monotonic() - begun, record


def seconds_of(record: RunRecord) -> dict[str, float]:
    """The seconds that each requirement's checks took."""
    return {result.id: sum(check.effort.seconds for check in result.checks) for result in record.results}


def main(target: str = "reference_impl:open_backend", profile: str = "quick", rounds: str = "3") -> int:
    """Measure and print; the exit code."""
    here, there = TargetSpec(target), TargetSpec(command=tuple(serve_command(target)))
    pairs = [(measure(here, profile), measure(there, profile)) for _ in range(int(rounds))]
    (fastest_here, record_here), (fastest_there, record_there) = (
        min(side, key=lambda measured: measured[0]) for side in zip(*pairs, strict=True)
    )
    table = Table("requirement", "in process", "over the wire", "times", title=f"{target}, {profile} (s)")
    one, other = seconds_of(record_here), seconds_of(record_there)
    for id in sorted(one, key=lambda id: one[id] - other[id]):
        if max(one[id], other[id]) > 0.05:
            table.add_row(id, f"{one[id]:.2f}", f"{other[id]:.2f}", f"{other[id] / max(one[id], 1e-3):.1f}")
    ratio = fastest_there / fastest_here
    table.add_section()
    table.add_row("the run", f"{fastest_here:.2f}", f"{fastest_there:.2f}", f"{ratio:.2f}")
    Console().print(table)
    differing = [
        mine.id
        for mine, theirs in zip(record_here.results, record_there.results, strict=True)
        if mine.verdict is not theirs.verdict
    ]
    print(f"verdicts differ on: {', '.join(differing) or 'nothing'}")
    return int(ratio > LONGEST or bool(differing))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
