"""The pytest door: the suite inside a pytest session, in which the installed plugin is found by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Finished, run_python

BACKENDS = """
import os
from conformance import target
from reference_impl import open_backend, open_null_backend


def forgets(data_path):
    backend = open_backend(data_path)
    backend.cancel = lambda id: None
    return backend


@target(conformance_class="memory", capabilities=[])
def keeps_nothing(data_path):
    backend = open_null_backend(data_path)
    backend.cancel = lambda id: 1 / 0
    return backend


def leaves(data_path):
    backend = open_backend(data_path)
    backend.cancel = lambda id: os._exit(0)
    return backend
"""


QUICK = ("--sidecar-profile", "quick")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "backends.py").write_text(BACKENDS)
    return tmp_path


def suite(folder: Path, *options: str) -> Finished:
    return run_python(folder, "pytest", "-p", "no:cacheprovider", "--pyargs", "conformance.suite", *options)


def test_a_whole_right_backend_gets_the_code_of_the_command(folder: Path) -> None:
    finished = suite(folder, "--sidecar-backend=reference_impl:open_null_backend", "--sidecar-profile=quick")

    assert 0 == finished.code
    assert "conformant: " in finished.output


def test_a_selection_is_incomplete(folder: Path) -> None:
    finished = suite(folder, "--sidecar-backend=reference_impl:open_backend", *QUICK, "-k", "CX_01 or CX_02")

    assert 5 == finished.code
    assert ("passed", "passed") == (finished.verdicts()["CX-01"], finished.verdicts()["CX-02"])
    assert " deselected" in finished.output


def test_the_settings_file_names_what_the_suite_judges(folder: Path) -> None:
    settings = 'target = "backends:forgets"\nseed = 5\nprofile = "quick"\nworkers = 1\n'
    (folder / "sidecar-conformance.toml").write_text(settings)
    (folder / "test_own.py").write_text("def test_own():\n    pass\n")
    finished = suite(folder, "-k", "CX_01", "--sidecar-seed=6")
    own = run_python(folder, "pytest", "-p", "no:cacheprovider", "test_own.py")

    assert (1, 6, "quick") == (
        finished.code,
        finished.results()["run"]["seed"],
        finished.results()["run"]["profile"],
    )
    assert (0, False) == (own.code, "sidecar-conformance" in own.output.partition("plugins")[0])


def test_a_wrong_backend_fails_with_an_explanation(folder: Path) -> None:
    finished = suite(folder, "--sidecar-backend=backends:forgets", *QUICK, "-k", "CX_01")

    assert 1 == finished.code
    for part in ("CX-01 (MUST)", "expected:", "observed:", "sidecar-conformance replay"):
        assert part in finished.output


def test_the_replay_of_a_session_that_stopped_early_is_named_where_it_lies(folder: Path) -> None:
    whole = suite(folder, "--sidecar-backend=backends:keeps_nothing", *QUICK)
    stopped = suite(folder, "--sidecar-backend=backends:keeps_nothing", *QUICK, "--sidecar-maxfail=1")

    assert "replay sidecar-conformance-report/replays/FS-01-1.json" in whole.output
    assert "replay sidecar-conformance-report-partial/replays/FS-01-1.json" in stopped.output
    assert (folder / "sidecar-conformance-report-partial" / "replays" / "FS-01-1.json").is_file()


def test_a_backend_that_ends_the_process_cannot_end_pytest_green(folder: Path) -> None:
    finished = suite(folder, "--sidecar-backend=backends:leaves", *QUICK, "-k", "CX_01")

    assert 1 == finished.code
    assert "exited with code 0" in finished.output


def test_without_a_target_there_is_one_usage_error(folder: Path) -> None:
    finished = suite(folder)

    assert 4 == finished.code
    assert ["ERROR: name a backend"] == [line[:21] for line in finished.errors.splitlines() if line]


def test_the_checks_can_be_listed_without_a_target(folder: Path) -> None:
    finished = suite(folder, "--collect-only", "-q", "-k", "CX_01")

    assert 0 == finished.code
    assert "test_CX_01_" in finished.output


def test_what_the_users_settings_call_tests_does_not_change_what_is_collected(folder: Path) -> None:
    usual = suite(folder, "--collect-only", "-q").output.splitlines()
    (folder / "pytest.ini").write_text("[pytest]\npython_files = check_*.py\npython_functions = check_*\n")
    others = suite(folder, "--collect-only", "-q").output.splitlines()

    assert [line for line in usual if "::" in line] == [line for line in others if "::" in line]


def test_no_fixture_of_a_common_name_is_there(folder: Path) -> None:
    (folder / "test_mine.py").write_text("def test_mine(backend): pass\n")
    finished = run_python(folder, "pytest", "test_mine.py")

    assert "fixture 'backend' not found" in finished.output


def test_a_target_and_no_check_is_incomplete(folder: Path) -> None:
    (folder / "test_mine.py").write_text("def test_mine(): pass\n")
    finished = run_python(folder, "pytest", "--sidecar-backend=reference_impl:open_backend", "test_mine.py")

    assert 5 == finished.code


def test_an_unreachable_target_is_a_usage_error(folder: Path) -> None:
    finished = suite(folder, "--sidecar-backend=no_such_module:open")

    assert 4 == finished.code
    assert "no_such_module" in finished.errors


def test_failures_of_other_tests_still_count(folder: Path) -> None:
    (folder / "test_mine.py").write_text("def test_mine(): assert False\n")
    finished = run_python(
        folder,
        "pytest",
        *("--sidecar-backend=reference_impl:open_null_backend", "--sidecar-profile=quick"),
        *("--pyargs", "conformance.suite", "test_mine.py"),
    )

    assert 1 == finished.code


def test_the_plugin_is_inert_without_a_target(folder: Path) -> None:
    (folder / "test_mine.py").write_text("def test_mine(): pass\n")
    finished = run_python(folder, "pytest", "test_mine.py")

    assert 0 == finished.code
    assert "conformant" not in finished.output
    assert not (folder / "sidecar-conformance-report").exists()
