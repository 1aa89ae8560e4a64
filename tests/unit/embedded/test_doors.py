"""The doors of `conformance.testing`: what they take, what they let through, what they say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

import conformance.testing
import reference_impl
from conformance import target
from conformance.contract.records import QName
from conformance.contract.requirements import load_ruleset
from conformance.results.verdict import RunVerdict, Verdict
from conformance.testing import RequirementCheck, assert_conformant, requirements, state_machine

READERS = ("read_document", "write_document", "DocumentRefused", "Model", "strategies")


class CancelsTooMuch(reference_impl.SystemLabelSchedulerPersistence):
    def cancel(self, id: QName) -> None:
        for record in self.load_all():
            if str(record.id).startswith(str(id)):
                super().cancel(record.id)


def open_wrong(data_path: Path) -> CancelsTooMuch:
    return CancelsTooMuch(reference_impl.VecSidecar(data_path / "_system" / "background_jobs.json"))


class Escapes(reference_impl.SystemLabelSchedulerPersistence):
    def cancel(self, id: QName) -> None:
        raise ZeroDivisionError("by accident")


def open_escaping(data_path: Path) -> Escapes:
    return Escapes(reference_impl.VecSidecar(data_path / "_system" / "background_jobs.json"))


def checks_of(decorate: Callable[[Any], Any]) -> list[RequirementCheck]:
    """The checks that `requirements` gives to a test."""

    def test_it(check: RequirementCheck) -> None: ...

    [mark] = decorate(test_it).pytestmark
    return [parameters.values[0] for parameters in mark.args[1]]


def test_the_doors_are_those_that_are_documented() -> None:
    named = {name for name in conformance.testing.__all__ if f"`{name}`" in str(conformance.testing.__doc__)}

    assert {"assert_conformant", "requirements", "state_machine", *READERS} <= named
    assert all(getattr(conformance.testing, name) is not None for name in conformance.testing.__all__)


def test_what_only_reads_documents_imports_no_check() -> None:
    program = (
        f"import sys; from conformance.testing import {', '.join(READERS)};"
        "print([name for name in sys.modules if name.startswith(('conformance.suite', 'conformance.cli'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_who_looks_through_all_modules_opens_no_door() -> None:
    program = (
        "import sys, conformance.testing as t; [getattr(t, name) for name in dir(t)];"
        "print('conformance.suite.chapters' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "False\n" == done.stdout


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'assert_conform'"):
        conformance.testing.assert_conform  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"only": ["CX-99"]}, "only names CX-99: no requirement"),
        ({"skip": "XX"}, "skip names XX: no requirement"),
        ({"only": "CX-01", "skip": "CX"}, "leave no requirement to test"),
        ({"profile": "slow"}, "profile is one of quick"),
        ({"level": "perhaps"}, "PERHAPS"),
        ({"conformance_class": "castle"}, "castle"),
        ({"capabilities": ["flight"]}, "capabilities names flight"),
    ],
    ids=str,
)
@pytest.mark.parametrize("door", [assert_conformant, requirements])
def test_an_argument_that_means_nothing_is_refused(
    door: Callable[..., Any], arguments: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        door(reference_impl.open_backend, **arguments)


def test_what_passes_is_returned_and_a_part_is_never_conformant() -> None:
    record = assert_conformant(reference_impl.open_backend, only="cx-01,CX-03")
    passed = {result.id for result in record.results if result.verdict is Verdict.PASSED}

    assert {"CX-01", "CX-03"} == passed
    assert RunVerdict.INCOMPLETE is record.judgement.verdict


def test_a_whole_class_is_conformant() -> None:
    record = assert_conformant(reference_impl.open_null_backend)

    assert RunVerdict.CONFORMANT is record.judgement.verdict


def test_what_is_wrong_is_told_with_the_seed_and_repeats() -> None:
    with pytest.raises(AssertionError) as first:
        assert_conformant(open_wrong, only="CX", seed=5)
    with pytest.raises(AssertionError) as again:
        assert_conformant(open_wrong, only="CX", seed=5)
    text = str(first.value)

    assert text == str(again.value)
    for part in ("not conformant", "CX-03 (MUST)", "what was done:", "observed:", "breaks CX-03", "seed=5"):
        assert part in text


def test_what_cannot_be_tested_is_no_pass() -> None:
    with pytest.raises(AssertionError, match="LD-01 not_testable: needs the capability planted_rows"):
        assert_conformant(reference_impl.open_backend, capabilities=["clock"], only="LD-01")


def test_nothing_that_is_owed_is_no_pass() -> None:
    with pytest.raises(AssertionError, match="nothing was tested"):
        assert_conformant(reference_impl.open_null_backend, only="CX-03")


def test_a_should_counts_where_it_is_asked_for() -> None:
    @target(capabilities=["clock", "threads", "traceable"])
    def open_backend(data_path: Path) -> Any:
        return reference_impl.open_backend(data_path)

    assert_conformant(open_backend, only="CX-03,SE-04")
    with pytest.raises(AssertionError, match="SE-04"):
        assert_conformant(open_backend, only="CX-03,SE-04", level="should")


def test_an_item_is_named_after_the_requirement_and_the_claim() -> None:
    checks = checks_of(requirements(reference_impl.open_backend, only="CX"))
    names, ids = [check.name for check in checks], [check.requirement for check in checks]

    assert "CX_03-cancel_matches_the_whole_dotted_id" in names
    assert len(names) == len(set(names))
    assert sorted(ids) == ids


def test_all_requirements_of_the_rule_set_are_items() -> None:
    found = {check.requirement for check in checks_of(requirements(reference_impl.open_backend))}

    assert set(load_ruleset().ids()) == found


def judged(check: RequirementCheck, *backend: Any) -> BaseException | None:
    try:
        check(*backend)
    except BaseException as error:
        return error
    return None


def test_a_breach_fails_the_item_and_a_debugger_finds_the_backend() -> None:
    [check, *_] = checks_of(requirements(open_escaping, only="CX-01"))
    error = judged(check)
    assert isinstance(error, pytest.fail.Exception)
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next

    assert "ZeroDivisionError: by accident" in str(error)
    assert traceback is not None
    assert ("cancel", __file__) == (traceback.tb_frame.f_code.co_name, traceback.tb_frame.f_code.co_filename)


def test_what_is_not_owed_is_skipped_and_what_cannot_be_tested_fails() -> None:
    [not_owed, *_] = checks_of(requirements(reference_impl.open_null_backend, only="CX-03"))
    [untested, *_] = checks_of(
        requirements(reference_impl.open_backend, only="LD-01", capabilities=["clock"])
    )

    assert isinstance(judged(not_owed), pytest.skip.Exception)
    assert isinstance(judged(untested), pytest.fail.Exception)
    assert "LD-01 not_testable" in str(judged(untested))


def test_a_check_may_be_given_its_backend() -> None:
    [check, *_] = checks_of(requirements(only="CX-03"))

    assert judged(check, lambda path: reference_impl.open_backend(path)) is None
    assert isinstance(judged(check, open_wrong), pytest.fail.Exception)
    assert isinstance(judged(check), TypeError)


def test_a_state_machine_agrees_with_the_reference() -> None:
    cases = state_machine(reference_impl.open_backend).TestCase
    cases.settings = settings(cases.settings, max_examples=30)
    cases().runTest()


def test_a_state_machine_names_what_is_broken() -> None:
    cases = state_machine(open_wrong).TestCase
    cases.settings = settings(cases.settings, phases=(Phase.generate,))  # no smallest story: it takes long
    with pytest.raises(AssertionError, match=r"CX-0\d \(MUST\)"):
        cases().runTest()
