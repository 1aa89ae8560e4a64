"""The suite as one assertion."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from rich.console import Console

from conformance.contract.requirements import load_ruleset
from conformance.embedded.asked import Names, OpenBackend, described, plan_of, selected
from conformance.embedded.host import Host
from conformance.execution.judging import RunCourse, attributed, conclude_run
from conformance.execution.plan import Plan
from conformance.execution.preparing import prepare_run
from conformance.reports.reasons import explain_verdict
from conformance.reports.terminal import all_failures
from conformance.reports.visible import visible
from conformance.results.run_record import RunRecord
from conformance.results.verdict import Verdict


def assert_conformant(
    open_backend: OpenBackend,
    *,
    profile: str = "quick",
    only: Names = (),
    skip: Names = (),
    conformance_class: str | None = None,
    capabilities: Iterable[str] | None = None,
    level: str = "must",
    seed: int | None = None,
) -> RunRecord:
    """Run the suite on a backend in this process; raise AssertionError where it is not conformant.

    `open_backend` is called with a data path, a directory that exists, and returns a backend: any callable
    will do. Its class and capabilities are those that `conformance.target` declared, else those of class
    sidecar; `conformance_class` and `capabilities` (all of them) say otherwise.

    `only` and `skip` take ids and chapters of requirements, `["CX-03", "UP"]` or `"CX-03,UP"`. `profile` is
    quick, default or thorough. `level` is the weakest level whose breach counts: must, should or may. `seed`
    repeats the examples of a run; without one they are new each time, and the error tells the seed.

    The error tells each failure as the command does. A MUST that is owed and could not be tested, or whose
    precondition never came up, is no pass, and raises too; `skip` it where that is meant. A selection of
    which nothing could be tested raises as well.

    The checks run in the calling thread, so a debugger stops in the backend. Nothing guards your process:
    a backend that kills it, or never returns, ends or blocks your tests; judge such a one with the command
    `sidecar-conformance run`. Chapter CR runs the backend in children: they import `open_backend` where it
    stands at the top of a module, and are forked from this process where it does not.

    Returns the results; `.results` has a verdict for each requirement of the rule set and `.judgement` the
    verdict on the whole, which with `only` or `skip` is never "conformant". Raises ValueError for an argument
    that it cannot take.
    """
    __tracebackhide__ = True
    plan = plan_of(
        open_backend,
        profile=profile,
        only=only,
        skip=skip,
        conformance_class=conformance_class,
        capabilities=capabilities,
        level=level,
        seed=seed,
    )
    wanted = {check.requirement for check in selected(plan)}
    record = _run(plan, open_backend)
    complaint = _complaint(record, wanted)
    if complaint:
        raise AssertionError(complaint)
    return record


def _run(plan: Plan, open_backend: OpenBackend) -> RunRecord:
    begun, started_at = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    ruleset = load_ruleset()
    preparation = prepare_run(plan, ruleset, described(plan, open_backend))
    host = Host(open_backend, preparation.description)
    try:
        outcomes = [attributed(host.judge(task.check, plan.dose), preparation) for task in preparation.tasks]
    finally:
        host.close()
    course = RunCourse(started_at, time.monotonic() - begun)
    return conclude_run(plan, preparation, outcomes, ruleset, course)


def _complaint(record: RunRecord, wanted: set[str]) -> str:
    """Why the assertion does not hold, in plain text; empty if it does."""
    missing = [result for result in record.results if result.id in {*record.judgement.missing} & wanted]
    nothing = not any(result.id in wanted and result.verdict is Verdict.PASSED for result in record.results)
    if not (record.judgement.breaches or missing or nothing):
        return ""
    description = record.description
    name = visible(f"{description.name} {description.version}".strip())
    told = io.StringIO()
    console = Console(file=told, width=120, highlight=False, color_system=None)
    headline = "not conformant" if record.judgement.breaches else "not seen to be conformant"
    console.print(f"{name}, class {description.conformance_class.value}: {headline}\n", markup=False)
    for renderable in all_failures(record):
        console.print(renderable, soft_wrap=True)
    lines = [f"{result.id} {result.verdict.value}: {visible(result.reason)}" for result in missing]
    if record.judgement.breaches:
        lines.append(explain_verdict(record)[0])
    elif nothing:
        lines.append("nothing was tested, which is no pass")
    lines.append(f"again: profile={record.profile!r}, seed={record.seed}")
    return told.getvalue() + "\n".join(lines)
