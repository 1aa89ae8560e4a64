"""What `conformance/guide/library.md` shows works as it says, in a folder with nothing but the package."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import Finished, run_python
from whole import only_whole

GUIDE = Path(__file__).parent.parent / "conformance" / "guide" / "library.md"
TEXT = GUIDE.read_text("utf-8")
BLOCKS = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", TEXT, re.DOTALL))
OUTCOME = re.compile(r"^(PASSED|FAILED|SKIPPED|XFAIL|ERROR)\b.*?(test_\w+\.py\S*)", re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in BLOCKS.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def run_pytest(folder: Path, *options: str) -> Finished:
    return run_python(folder, "pytest", "-W", "error", "--strict-markers", *options, timeout=1_200)


def outcomes(finished: Finished) -> set[tuple[str, ...]]:
    return set(OUTCOME.findall(finished.output))


def shown(command: str) -> list[str]:
    """What the guide shows below a command."""
    lines = TEXT.split(f"    $ {command}\n")[1].split("\n\n")[0].splitlines()
    return [line.strip() for line in lines if line.strip() != "..."]


@pytest.mark.parametrize(
    "part", [("-k", "CX or FS"), pytest.param((), marks=only_whole)], ids=["part", "whole"]
)
def test_the_reference_passes(folder: Path, part: tuple[str, ...]) -> None:
    assert len(BLOCKS["test_mine.py"].strip().splitlines()) <= 10
    finished = run_pytest(folder, "-n", "2", *part, "test_mine.py")

    assert 0 == finished.code, finished.output
    assert re.search(r"\d\d passed" if part else r"\d{3} passed", finished.output)
    assert "failed" not in finished.output.splitlines()[-1]


def test_the_items_are_listed_by_their_ids(folder: Path) -> None:
    command = "pytest --collect-only -q test_mine.py"
    finished = run_pytest(folder, *command.split()[1:])

    assert 0 == finished.code
    assert set() == set(shown(command)) - set(finished.output.splitlines())


def test_a_mutant_stops_at_one_failure_with_the_story(folder: Path) -> None:
    command = "pytest -k CX_03 -x test_too_eager.py"
    finished = run_pytest(folder, *command.split()[1:])

    assert 1 == finished.code
    assert "1 failed" in finished.output
    assert set() == set(shown(command)) - {line.strip() for line in finished.output.splitlines()}


def test_several_processes_find_the_same(folder: Path) -> None:
    options = ("-rA", "-k", "CX_02 or CX_03 or FS", "test_too_eager.py")
    alone = outcomes(run_pytest(folder, *options))
    together = outcomes(run_pytest(folder, "-n", "2", *options))

    assert alone == together
    assert {"PASSED", "FAILED", "SKIPPED"} >= {verdict for verdict, _ in alone} >= {"PASSED", "FAILED"}


def test_the_last_failures_run_again(folder: Path) -> None:
    first = run_pytest(folder, "-k", "CX_02 or CX_03", "test_too_eager.py")
    again = run_pytest(folder, "--lf", "test_too_eager.py")

    assert re.search(r"\d+ failed", first.output)[0] == re.search(r"\d+ failed", again.output)[0]  # type: ignore[index]


def test_a_level_is_a_marker(folder: Path) -> None:
    must = run_pytest(folder, "--collect-only", "-q", "-m", "must", "test_mine.py").output
    should = run_pytest(folder, "--collect-only", "-q", "-m", "should", "test_mine.py").output

    assert "CX_03-" in must
    assert "CX_03-" not in should
    assert "SE_02-" in should


@pytest.mark.parametrize(
    "name",
    [
        "test_by_fixture.py",
        "test_once.py",
        "test_any_order.py",
        "test_my_document.py",
        "test_beside_the_model.py",
    ],
)
def test_an_example_passes(folder: Path, name: str) -> None:
    finished = run_pytest(folder, name)

    assert 0 == finished.code, finished.output


def test_every_example_is_tried() -> None:
    named = {name for name in BLOCKS if f'"{name}"' in Path(__file__).read_text("utf-8")}
    served = {"my_backend.py", "test_mine.py", "test_too_eager.py"}

    assert set(BLOCKS) == named | served


def test_all_of_it_passes_mypy_strict_from_outside(folder: Path) -> None:
    pytest.importorskip("mypy", reason="needs mypy, of the extra dev")
    (folder / "other.py").write_text("from conformance.testing import no_such_name\n")
    right = run_python(folder, "mypy", "--strict", "typed.py", "test_mine.py", "test_once.py")
    wrong = run_python(folder, "mypy", "--strict", "other.py")

    assert 0 == right.code, right.output
    assert 'has no attribute "no_such_name"' in wrong.output
