"""Where the time of a run goes: per requirement, and kit against backend, within one run.

python tests/benchmarks/where_time_goes.py [TARGET] [PROFILE] [--costs]

With `--costs` what each check took is written to `conformance/execution/costs.toml`, which orders them.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from conformance.execution.plan import Plan, TargetSpec
from conformance.execution.run import Nobody, execute
from conformance.results.verdict import CheckOutcome
from conformance.testing.profiles import Dose

COSTS = Path(__file__).parent.parent.parent / "conformance" / "execution" / "costs.toml"


@click.command()
@click.option("--costs", is_flag=True, help="write what each check took, by which a run orders them")
@click.argument("target", default="reference_impl:open_backend")
@click.argument("profile", default="default")
def main(target: str, profile: str, costs: bool) -> None:
    """Run once, with one worker so that nothing competes, and print the table."""
    with tempfile.TemporaryDirectory() as report:
        plan = Plan(target=TargetSpec(target), dose=Dose(profile, 0), report=Path(report), search_path=(".",))
        record = execute(plan, Nobody())
    if costs:
        write_costs(check for result in record.results for check in result.checks)
    sums: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0, 0.0])
    for result in record.results:
        for check in result.checks:
            effort = check.effort
            for key in (result.id, "all"):
                parts = (effort.examples, effort.operations, effort.seconds, effort.backend_seconds)
                sums[key] = [sum(pair) for pair in zip(sums[key], parts, strict=True)]
    table = Table("requirement", "examples", "operations", "seconds", "in the backend", "in the kit")
    for key, (examples, operations, seconds, backend) in sums.items():
        shares = (f"{seconds:.2f}", f"{backend:.2f}", f"{seconds - backend:.2f}")
        table.add_row(key, str(int(examples)), str(int(operations)), *shares)
    Console().print(table)


def write_costs(checks: Iterable[CheckOutcome]) -> None:
    """What each check took, in milliseconds."""
    lines = sorted(f"{check.test} = {max(1, round(check.effort.seconds * 1_000))}" for check in checks)
    head = "# Milliseconds of each check on the reference, by tests/benchmarks/where_time_goes.py --costs"
    COSTS.write_text("\n".join([head, *lines, ""]), "utf-8")


if __name__ == "__main__":
    main()
