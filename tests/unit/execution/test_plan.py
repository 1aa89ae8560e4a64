"""What a target declares, and what a run says otherwise."""

from __future__ import annotations

from conformance.contract.classes import ConformanceClass
from conformance.contract.target import describe
from conformance.execution.plan import Plan, TargetSpec
from conformance.testing.profiles import Dose


def undecorated(data_path: object) -> None:
    raise NotImplementedError


def capabilities_as(kind: ConformanceClass, **said: bool) -> list[str]:
    plan = Plan(TargetSpec("a:b"), Dose("quick", 0), conformance_class=kind, capabilities=said)
    return sorted(plan.describe(describe(undecorated, "a:b")).capabilities)


def test_a_target_that_is_judged_as_a_store_never_declared_to_take_planted_rows() -> None:
    assert ["clock", "threads", "traceable"] == capabilities_as(ConformanceClass.STORE)


def test_a_store_takes_planted_rows_where_the_run_says_so() -> None:
    assert "planted_rows" in capabilities_as(ConformanceClass.STORE, planted_rows=True)
