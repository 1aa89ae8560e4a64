"""What is run on other machines: CI of the templates, the action, the GitLab job, the pre-commit hook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.execution.options import ENVIRONMENT_PREFIX
from conformance.templates import TEMPLATES, write_template

ROOT = Path(__file__).parents[2]
ACTION = ".github/actions/run/action.yml"
GITLAB = ".gitlab/sidecar-conformance.gitlab-ci.yml"


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


def test_a_template_ignores_what_runs_leave(template: Path) -> None:
    ignored = (template / ".gitignore").read_text("utf-8").splitlines()

    assert {"/sidecar-conformance-report*/", "/sidecar-conformance-crashes/"} <= set(ignored)


@pytest.mark.parametrize("name", [ACTION, GITLAB])
def test_no_variable_is_one_that_the_command_refuses(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")

    assert [] == re.findall(rf"\b{ENVIRONMENT_PREFIX}\w+", text)


def test_the_action_spells_no_input_into_its_script() -> None:
    script = (ROOT / ACTION).read_text("utf-8").partition("run: |")[2].partition("- if:")[0]

    assert "${{" not in script


def test_the_hook_checks_documents() -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    pattern = re.search(r"files: (.*)", hook)

    assert "entry: sidecar-conformance check" in hook
    assert pattern is not None
    assert re.search(pattern[1], "data/_system/background_jobs.json")
