"""What is installed from a wheel does what README and guide say, where the source is gone."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ci_scripts import action_script
from whole import only_whole

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "conformance" / "guide").glob("*.md")))
COMMAND = re.compile(
    r"^(?:    )?(?:\$ )?(sidecar-conformance [^#\n]*)|`(sidecar-conformance [^`]*)`", re.MULTILINE
)
PLACEHOLDER = re.compile(r"\b(ID|FILE|TOPIC|NAME|DIR|TARGET|HTML)\b|\.\.\.")
ELSEWHERE = {
    "sidecar-conformance run": "only named",
    "sidecar-conformance selftest": "test_kill_matrix.py: hours",
    "sidecar-conformance run --attach": "test_attach.py: somebody must start an adapter by hand",
    "sidecar-conformance serve my_backend:open_backend": "behind ./my-adapter",
    "sidecar-conformance run --known-failures known-failures.toml"
    " -- ../../target/debug/uni-sidecar-conformance": "test_verdicts.py: builds uni-db",
}
CLUSTER = "--cluster"  # test_cluster.py: an extra that this environment is without
USABLE = {0, 1, 5}  # conformant, not conformant, incomplete: only a part is run here
QUICK = {"SIDECAR_CONFORMANCE_PROFILE": "quick"}
A_PART = QUICK | {"SIDECAR_CONFORMANCE_ONLY": "RT-01,CX-01,CC-02"}
WRITES_KNOWN_FAILURES = {"first-backend"}  # pages: a part of the rule set cannot
MY_BACKEND = "from reference_impl import open_backend\n"
MY_ADAPTER = "#!/bin/sh\nexec sidecar-conformance serve my_backend:open_backend\n"
BROKEN = "from reference_impl import open_null_backend as open_backend\n"  # quickly judged, whole


def commands_of(page: Path) -> list[str]:
    """The commands that a page shows, without those that hold a placeholder or are run by another test."""
    found = ["".join(each).strip() for each in COMMAND.findall(page.read_text("utf-8"))]
    plain = [command.partition(" > ")[0] for command in found if not PLACEHOLDER.search(command)]
    return [
        command for command in dict.fromkeys(plain) if command not in ELSEWHERE and CLUSTER not in command
    ]


@pytest.fixture(scope="module")
def binaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The programs of a fresh environment that holds the wheel; the source that it was built of is gone."""
    home = tmp_path_factory.mktemp("wheel")
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        (home / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, home / "source" / name)
    run_in(home, sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", "dist", "./source")
    shutil.rmtree(home / "source")
    run_in(home, sys.executable, "-m", "venv", "fresh")
    [wheel] = (home / "dist").glob("*.whl")
    run_in(home, str(home / "fresh" / "bin" / "pip"), "install", "--quiet", str(wheel))
    yield home / "fresh" / "bin"
    shutil.rmtree(home)


def run_in(folder: Path, *words: str, code: int | None = 0, **environment: str) -> str:
    """What a command prints. It must end with `code`, or be of use where none is given."""
    inherited = {
        k: v for k, v in os.environ.items() if not k.startswith(("SIDECAR_", "PYTHONPATH", "VIRTUAL_ENV"))
    }
    process = subprocess.run(
        words,
        cwd=folder,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    allowed = USABLE if code is None else {code}
    assert process.returncode in allowed, (words, process.returncode, process.stdout, process.stderr)
    return process.stdout


def prepared(folder: Path, binaries: Path, environment: dict[str, str]) -> Path:
    """A folder that holds what the commands name."""
    (folder / "my_backend.py").write_text(MY_BACKEND, "utf-8")
    (folder / "broken.py").write_text(BROKEN, "utf-8")
    (folder / "my-adapter").write_text(MY_ADAPTER, "utf-8")
    (folder / "my-adapter").chmod(0o755)
    (folder / "DB" / "_system").mkdir(parents=True)
    (folder / "DB" / "_system" / "background_jobs.json").write_text("[]", "utf-8")
    command = (str(binaries / "sidecar-conformance"), "run", "my_backend:open_backend", "--report")
    for name in ("before", "after"):
        run_in(folder, *command, name, code=5, **environment | A_PART)
    return folder


@only_whole
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_the_page_works_from_a_wheel(page: Path, binaries: Path, tmp_path: Path) -> None:
    part = QUICK if page.stem in WRITES_KNOWN_FAILURES else A_PART
    environment = part | {"PATH": f"{binaries}:{os.environ['PATH']}"}
    commands = commands_of(page)
    folder = prepared(tmp_path, binaries, environment) if commands else tmp_path

    for command in commands:
        _, *words = shlex.split(command)
        run_in(folder, str(binaries / "sidecar-conformance"), *words, code=None, **environment)


@only_whole
def test_what_is_installed_is_the_wheel(binaries: Path, tmp_path: Path) -> None:
    place = run_in(
        tmp_path, str(binaries / "python"), "-c", "import conformance; print(conformance.__file__)"
    )

    assert str(binaries.parent) in place


@only_whole
def test_the_pytest_door_works_from_a_wheel(binaries: Path, tmp_path: Path) -> None:
    (tmp_path / "my_backend.py").write_text(MY_BACKEND, "utf-8")
    words = (
        "-m",
        "pytest",
        "-q",
        "--pyargs",
        "conformance.suite",
        "--sidecar-backend",
        "my_backend:open_backend",
    )
    printed = run_in(tmp_path, str(binaries / "python"), *words, code=5, **A_PART)

    assert "only a part of the rule set was run" in printed


@only_whole
def test_the_action_installs_the_kit(binaries: Path, tmp_path: Path) -> None:
    run_in(tmp_path, sys.executable, "-m", "venv", "job")
    python = str(tmp_path / "job" / "bin" / "python")
    run_in(tmp_path, "bash", "-c", action_script(0), PYTHON=python, KIT=str(ROOT))

    assert "Usage: " in run_in(tmp_path, python, "-m", "conformance", "run", "--help")


def test_no_command_of_the_documents_is_forgotten() -> None:
    assert len([command for page in PAGES for command in commands_of(page)]) > 20
