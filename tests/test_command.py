"""The command, as a user meets it: verdicts, exit codes, messages, the report."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
from commands import Finished, command_environment, hear_interrupts, sidecar_conformance

import conformance.errors
from conformance.contract.requirements import load_ruleset
from conformance.execution.processes import WORKER_VARIABLE

BACKENDS = """
import ctypes, os, sys, time
from conformance import target
from reference_impl import open_backend


class Wrapped:
    def __init__(self, data_path):
        self.inner = open_backend(data_path)

    def __getattr__(self, name):
        return getattr(self.inner, name)


class Nonsense(Wrapped):
    def load_all(self):
        return {"a": 1}


class Forgets(Wrapped):
    def cancel(self, id):
        pass


class Hangs(Wrapped):
    def load_all(self):
        time.sleep(3600)


class Leaves(Wrapped):
    def load_all(self):
        os._exit(0)


class Crashes(Wrapped):
    def cancel(self, id):
        ctypes.string_at(0)


class Exits(Wrapped):
    def cancel(self, id):
        sys.exit(0)


@target(conformance_class="memory")
def remembers(data_path):
    return open_backend(data_path)


def raises(data_path):
    raise RuntimeError("no database here")


def leaves_at_open(data_path):
    os._exit(0)


number = 3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "backends.py").write_text(BACKENDS)
    (tmp_path / "leaves_at_import.py").write_text("import os\nos._exit(0)\n")
    (tmp_path / "fails_at_import.py").write_text("raise SystemExit(0)\n")
    return tmp_path


def run(folder: Path, target: str, *options: str) -> Finished:
    return sidecar_conformance(folder, "run", target, "--profile", "quick", "--seed", "1", *options)


def test_the_null_backend_is_conformant_as_what_it_is(folder: Path) -> None:
    finished = run(folder, "reference_impl:open_null_backend")

    assert (0, "conformant") == (finished.code, finished.results()["verdict"])
    assert "passed" == finished.verdicts()["FS-01"]


def test_the_null_backend_is_not_conformant_as_a_sidecar_and_the_requirements_say_why(folder: Path) -> None:
    finished = run(folder, "reference_impl:open_null_backend", "--class", "sidecar", "--only", "RT")

    assert (1, "not_conformant") == (finished.code, finished.results()["verdict"])
    assert "failed" == finished.verdicts()["RT-01"]
    assert load_ruleset()["RT-01"].text in finished.output


def test_results_cover_the_rule_set_and_fit_their_schema(folder: Path) -> None:
    finished = run(folder, "reference_impl:open_backend", "--only", "UP-01")
    schema = json.loads(sidecar_conformance(folder, "schema", "results").output)
    jsonschema.validate(finished.results(), schema)

    assert list(load_ruleset().ids()) == [entry["id"] for entry in finished.results()["requirements"]]


def test_what_came_later_than_the_rule_set_is_reported_as_new_and_changes_no_verdict(folder: Path) -> None:
    options = ("--only", "SE-04", "--level", "should")
    mutant = f"{Path(__file__).parent}/mutants/a_device_loads_as_no_rows.py:open_backend"
    newest, older = (run(folder, mutant, *options, "--ruleset", version) for version in ("1.1", "1.0"))
    entry = next(each for each in older.results()["requirements"] if each["id"] == "SE-04")

    assert (1, 5) == (newest.code, older.code)
    assert ("1.0", "failed", True, "1.1") == (
        older.results()["kit"]["ruleset"],
        entry["verdict"],
        entry["new"],
        entry["since"],
    )
    assert "SE-04" in older.output


def test_a_filtered_run_is_never_conformant(folder: Path) -> None:
    finished = run(folder, "reference_impl:open_backend", "--only", "UP-01,UP-02")

    assert 5 == finished.code
    assert (True, False) == (finished.results()["run"]["filtered"], finished.results()["run"]["complete"])
    assert ("passed", "not_reached") == (finished.verdicts()["UP-01"], finished.verdicts()["UP-03"])


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("backends:raises", "no database here"),
        ("backends:leaves_at_open", "exited with code 0"),
        ("backends:number", "callable"),
        ("backends:absent", "absent"),
        ("no_such_module:open", "no_such_module"),
        ("leaves_at_import:open", "exited with code 0"),
        ("fails_at_import:open", "SystemExit"),
        ("nonsense", "package.module:attribute"),
    ],
)
def test_a_backend_that_cannot_be_reached_is_an_error_with_a_cause(
    folder: Path, target: str, said: str
) -> None:
    finished = run(folder, target)

    assert 4 == finished.code
    assert said in finished.errors
    assert "Traceback" not in finished.errors + finished.output
    assert "error" == finished.results()["verdict"]


def test_a_worker_that_never_comes_to_the_target_is_the_kits_fault(folder: Path) -> None:
    (folder / "sitecustomize.py").write_text(
        f"import os\nif {WORKER_VARIABLE!r} in os.environ: os._exit(9)\n", "utf-8"
    )
    search_path = f"{command_environment()['PYTHONPATH']}{os.pathsep}{folder}"

    finished = sidecar_conformance(folder, "run", "backends:Forgets", PYTHONPATH=search_path)

    assert 3 == finished.code
    assert "the kit is at fault: its worker came to its end before it came to the target" in finished.errors
    assert "error" == finished.results()["verdict"]


def test_an_unreachable_backend_leaves_the_older_report_alone(folder: Path) -> None:
    older = run(folder, "reference_impl:open_null_backend").results()
    finished = run(folder, "no_such_module:open")

    assert (4, older) == (finished.code, finished.results())


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("backends:Nonsense", "it must return a list of SchedulerJobRecord"),
        ("backends:Leaves", "the process exited with code 0"),
        ("backends:Crashes", "killed by SIGSEGV"),
        ("backends:Exits", "cancel raised SystemExit"),
        ("backends:Forgets", "a cancelled job is gone"),
    ],
)
def test_a_backend_that_misbehaves_is_not_conformant(folder: Path, target: str, said: str) -> None:
    finished = run(folder, target, "--only", "CX-01")

    assert 1 == finished.code
    assert "failed" == finished.verdicts()["CX-01"]
    assert said in finished.output
    assert "Traceback" not in finished.errors + finished.output


def test_a_backend_that_hangs_is_a_timeout_and_the_run_ends(folder: Path) -> None:
    finished = run(folder, "backends:Hangs", "--timeout-scale", "0.05")

    assert 1 == finished.code
    assert "timeout" in finished.verdicts().values()
    assert "the run ended early" in finished.output
    assert "which --timeout-scale stretches" in finished.output
    assert ") ... did not return" in finished.output
    assert not finished.results()["run"]["complete"]


def test_a_failure_tells_all_and_its_replay_file_reproduces_it(folder: Path) -> None:
    finished = run(folder, "backends:Forgets", "--only", "CX-01")
    failed = next(entry for entry in finished.results()["requirements"] if entry["id"] == "CX-01")
    replay = folder / "sidecar-conformance-report" / failed["checks"][0]["replay"]
    again = sidecar_conformance(folder, "replay", str(replay))
    cured = sidecar_conformance(folder, "replay", str(replay), "reference_impl:open_backend")

    for part in (
        "CX-01 (MUST)",
        "what was done",
        "cancel(",
        "expected:",
        "observed:",
        "sidecar-conformance replay",
    ):
        assert part in finished.output
    assert (1, True) == (again.code, "a cancelled job is gone" in again.output)
    assert 0 == cured.code


def test_junit_names_the_requirement_in_each_case(folder: Path) -> None:
    finished = run(folder, "backends:Forgets", "--only", "CX-01,CX-02")
    root = ET.parse(folder / "sidecar-conformance-report" / "junit.xml").getroot()
    cases = {case.get("name"): case for case in root.iter("testcase")}
    failed = cases["test_CX_01_a_cancelled_job_is_gone_and_stays_gone"]

    assert 1 == finished.code
    assert "CX-01" == {p.get("name"): p.get("value") for p in failed.iter("property")}["requirement"]
    failure = failed.find("failure")
    assert failure is not None
    assert "a cancelled job is gone, and stays gone after closing and reopening" == failure.get("message")


@pytest.mark.parametrize(
    "options",
    [
        ("--only", "XX-99"),
        ("--only", ""),
        ("--allow-untested", "XX-99"),
        ("--capability", "flight"),
        ("--capability", "clock=maybe"),
        ("--ruleset", "0.9"),
        ("--workers", "none"),
        ("--class", "castle"),
        ("--timeout-scale", "-1"),
        ("--no-such-option",),
        ("--known-failures", "missing.toml"),
        ("--fix-known-failures",),
    ],
)
def test_options_that_no_run_can_take_are_usage_errors(folder: Path, options: tuple[str, ...]) -> None:
    finished = run(folder, "reference_impl:open_null_backend", *options)

    assert 4 == finished.code
    assert "Traceback" not in finished.errors


def test_no_target_and_two_targets_are_usage_errors(folder: Path) -> None:
    assert 4 == sidecar_conformance(folder, "run").code
    assert 4 == sidecar_conformance(folder, "run", "reference_impl:open_backend", "--", "true").code


def test_an_unknown_environment_variable_is_an_error(folder: Path) -> None:
    finished = sidecar_conformance(folder, "list", SIDECAR_CONFORMANCE_PROFIL="quick")

    assert 4 == finished.code
    assert "SIDECAR_CONFORMANCE_PROFIL" in finished.errors


def test_environment_variables_mirror_the_options(folder: Path) -> None:
    finished = sidecar_conformance(
        folder,
        "run",
        "reference_impl:open_null_backend",
        SIDECAR_CONFORMANCE_PROFILE="quick",
        SIDECAR_CONFORMANCE_SEED="77",
    )

    assert ("quick", 77) == (finished.results()["run"]["profile"], finished.results()["run"]["seed"])


def test_one_seed_gives_one_counterexample(folder: Path) -> None:
    arguments = []
    for _ in range(2):
        run(folder, "backends:Forgets", "--only", "CX-01")
        replay = folder / "sidecar-conformance-report/replays/CX-01-1.json"
        arguments.append(json.loads(replay.read_text("utf-8"))["arguments"])

    assert arguments[0] == arguments[1]


def test_known_failures_excuse_what_they_pin_and_turn_stale(folder: Path) -> None:
    def verdict_with(target: str, *options: str) -> tuple[int, str]:
        finished = run(folder, target, "--known-failures", "known.toml", *options)
        return finished.code, finished.verdicts()["FS-01"]

    assert (0, "known_failure") == verdict_with("backends:remembers", "--fix-known-failures")
    assert (0, "known_failure") == verdict_with("backends:remembers")
    assert (1, "stale_known_failure") == verdict_with("reference_impl:open_null_backend")

    file = folder / "known.toml"
    file.write_text(file.read_text("utf-8").replace('message = "', 'message = "not '), "utf-8")

    assert (1, "stale_known_failure") == verdict_with("backends:remembers")


def test_fixing_refuses_a_filtered_run(folder: Path) -> None:
    finished = run(
        folder, "backends:Forgets", "--known-failures", "k.toml", "--fix-known-failures", "--only", "CX-01"
    )

    assert 4 == finished.code


def test_an_interrupted_run_says_so_and_is_not_complete(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "conformance",
        "run",
        "reference_impl:open_backend",
        "--profile",
        "thorough",
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(conformance.errors.__file__).parent.parent)}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=hear_interrupts,
    )
    journal = folder / "sidecar-conformance-report" / "journal.jsonl"
    while not (journal.exists() and '"check"' in journal.read_text()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    results = json.loads((folder / "sidecar-conformance-report" / "results.json").read_text())

    assert 2 == process.returncode
    assert (False, "incomplete") == (results["run"]["complete"], results["verdict"])
    assert b"Traceback" not in output + errors


def test_output_that_nobody_reads_any_more_is_no_verdict(folder: Path) -> None:
    command = [sys.executable, "-m", "conformance", "list"]
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(command, cwd=folder, env=command_environment(), stdout=writing, check=False)
    os.close(writing)

    assert ended.returncode == 3


def test_list_and_explain_speak_of_every_requirement(folder: Path) -> None:
    listed = sidecar_conformance(folder, "list").output
    explained = sidecar_conformance(folder, "explain", "CR-03")

    assert list(load_ruleset().ids()) == [line.split()[0] for line in listed.splitlines()]
    assert load_ruleset()["CR-03"].text.split()[0] in explained.output
    assert 4 == sidecar_conformance(folder, "explain", "XX-01").code
