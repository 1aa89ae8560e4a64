"""The shell scripts that other machines run: the steps of the action, the lines of the GitLab job."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parent.parent
ACTION = ROOT / ".github" / "actions" / "run" / "action.yml"
GITLAB = ROOT / ".gitlab" / "sidecar-conformance.gitlab-ci.yml"
_STEP = re.compile(r"^ +run: (?:\|\n((?: {8}.*\n)+)|'(.*)'\n)", re.MULTILINE)
_LINE = re.compile(r"^    - (\S.* .*)$", re.MULTILINE)


def action_script(number: int) -> str:
    """The script of a step of the action."""
    block, line = _STEP.findall(ACTION.read_text("utf-8"))[number]
    return line or textwrap.dedent(block)


def gitlab_script(number: int) -> str:
    """A line of the GitLab job's script."""
    line: str = _LINE.findall(GITLAB.read_text("utf-8"))[number]
    return line
