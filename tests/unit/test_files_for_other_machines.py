"""What is run on other machines: CI of the templates, the action, the GitLab job, the pre-commit hook."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ci_scripts import ACTION, GITLAB, ROOT, action_script, gitlab_script
from commands import command_environment

from conformance.execution.options import ENVIRONMENT_PREFIX
from conformance.templates import TEMPLATES, write_template

FORGETFUL = """
from reference_impl import open_null_backend

def open_backend(data_path):
    null = open_null_backend(data_path)
    return type("Forgetful", (), {"__getattr__": lambda self, name: getattr(null, name)})()
"""
PART = "--profile quick --only CX-01,RT-01 --workers 1"


@pytest.fixture(params=list(TEMPLATES))
def template(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    write_template(request.param, tmp_path / "new")
    return tmp_path / "new"


def test_a_template_installs_the_kit_from_where_its_owner_says_and_keeps_the_report(template: Path) -> None:
    workflow = (template / ".github" / "workflows" / "conformance.yml").read_text("utf-8")

    assert "pip install sidecar-conformance" not in workflow
    assert "vars.CONFORMANCE_KIT" in workflow
    assert "if: always()" in workflow
    assert "path: sidecar-conformance-report" in workflow


def test_a_template_tells_which_variable_its_workflow_needs(template: Path) -> None:
    workflow = (template / ".github" / "workflows" / "conformance.yml").read_text("utf-8")
    told = (template / "README.md").read_text("utf-8")
    needed = set(re.findall(r"\bvars\.(\w+)", workflow))

    assert {"CONFORMANCE_KIT"} == needed == {name for name in needed if f"`{name}`" in told}


def test_a_template_tells_what_each_of_its_commands_asks(template: Path) -> None:
    told = (template / "README.md").read_text("utf-8")

    assert "`smoke` asks whether the adapter is right, `run` whether the backend is." in told


def test_a_template_ignores_what_runs_leave(template: Path) -> None:
    ignored = (template / ".gitignore").read_text("utf-8").splitlines()

    assert {"/sidecar-conformance-report*/", "/sidecar-conformance-crashes/"} <= set(ignored)


@pytest.mark.parametrize("file", [ACTION, GITLAB], ids=str)
def test_no_variable_is_one_that_the_command_refuses(file: Path) -> None:
    text = file.read_text("utf-8")

    assert [] == re.findall(rf"\b{ENVIRONMENT_PREFIX}\w+", text)


def test_the_action_spells_no_input_into_its_script() -> None:
    assert "${{" not in action_script(0) + action_script(1)


def test_the_hook_checks_documents() -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    pattern = re.search(r"files: (.*)", hook)

    assert "entry: sidecar-conformance check" in hook
    assert pattern is not None
    assert re.search(pattern[1], "data/_system/background_jobs.json")


def run_script(folder: Path, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A step as GitHub and GitLab run it, with the kit's own command on the path."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=command_environment() | {"PATH": path} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def job(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(FORGETFUL, "utf-8")
    adapter = tmp_path / "sidecar-adapter"
    adapter.write_text(f"#!/bin/sh\nexec {sys.executable} -m conformance serve mine:open_backend\n", "utf-8")
    adapter.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(("target", "command"), [("mine:open_backend", ""), ("", "./sidecar-adapter")])
def test_the_action_runs_the_kit_and_tells_the_verdict(job: Path, target: str, command: str) -> None:
    said = {
        "PYTHON": sys.executable,
        "TARGET": target,
        "COMMAND": command,
        "OPTIONS": PART,
        "REPORT": "a report",
    }
    done = run_script(job, action_script(1), **said, GITHUB_OUTPUT=str(job / "output"))

    assert (1, "verdict=not_conformant\n") == (done.returncode, (job / "output").read_text("utf-8")), done
    assert (job / "a report" / "junit.xml").exists()


def test_the_action_tells_of_a_run_that_came_to_nothing(job: Path) -> None:
    said = {
        "PYTHON": sys.executable,
        "TARGET": "no:where",
        "COMMAND": "",
        "OPTIONS": PART,
        "REPORT": "report",
    }
    done = run_script(job, action_script(1), **said, GITHUB_OUTPUT=str(job / "output"))

    assert (4, "verdict=error\n") == (done.returncode, (job / "output").read_text("utf-8")), done


@pytest.mark.parametrize(
    "named", [{"CONFORMANCE_TARGET": "mine:open_backend"}, {"CONFORMANCE_COMMAND": "./sidecar-adapter"}]
)
def test_the_gitlab_job_runs_the_kit(job: Path, named: dict[str, str]) -> None:
    unset = {"CONFORMANCE_TARGET": "", "CONFORMANCE_COMMAND": ""}
    done = run_script(job, gitlab_script(1), **(unset | {"CONFORMANCE_OPTIONS": PART} | named))

    assert 1 == done.returncode, done
    assert (job / "sidecar-conformance-report" / "junit.xml").exists()


def test_the_hook_refuses_a_document_that_is_none(job: Path) -> None:
    entry = re.search(r"entry: (.*)", (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert entry is not None
    (job / "right.json").write_text("[]", "utf-8")
    (job / "wrong.json").write_text('[{"qname": 1}]', "utf-8")

    assert [0, 1] == [run_script(job, f"{entry[1]} {name}.json").returncode for name in ("right", "wrong")]
