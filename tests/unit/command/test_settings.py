"""Settings in files: what is read, from where, and what is refused with the right word."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.errors import UsageError
from conformance.execution.settings import find_settings


def written(folder: Path, text: str, name: str = "sidecar-conformance.toml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def test_settings_are_found_above_and_paths_are_taken_from_their_file(tmp_path: Path) -> None:
    text = 'target = "a.b:c"\nprofile = "quick"\n'
    text += 'only = ["CX", "UP-01"]\nknown-failures = "known.toml"\nseed = 7\n'
    file = written(tmp_path, text)
    inside = tmp_path / "inside"
    inside.mkdir()
    settings = find_settings(inside)

    assert (file, "a.b:c") == (settings.file, settings.target)
    assert {
        "profile": "quick",
        "only": "CX,UP-01",
        "known_failures": str(tmp_path / "known.toml"),
        "seed": "7",
    } == settings.default_map()


def test_a_table_of_the_project_is_read(tmp_path: Path) -> None:
    text = "[tool.other]\nx = 1\n[tool.sidecar-conformance]\n"
    text += 'command = ["./adapter", "a b"]\nlast-failed = true\n'
    settings = find_settings(written(tmp_path, text, "pyproject.toml").parent)

    assert (("./adapter", "a b"), {"last_failed": True}) == (settings.command, settings.default_map())


def test_a_project_without_a_table_says_nothing(tmp_path: Path) -> None:
    written(tmp_path, "[tool.other]\nx = 1\n", "pyproject.toml")

    assert "a.b:c" == find_settings(written(tmp_path, 'target = "a.b:c"').parent).target


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('profil = "quick"', "did you mean profile?"),
        ("known_failures = 'x'", "did you mean known-failures?"),
        ("zzz = 1", "there are allow-untested"),
        ("profile = 'quik'", "did you mean quick?"),
        ("last-failed = 'yes'", "takes true or false"),
        ("seed = true", "takes one value"),
        ("only = []", "text or a list of texts"),
        ("target = 'a:b'\ncommand = 'c'", "both name a backend"),
        ("target = 3", "target takes text"),
        ("command = [1]", "a list of words"),
        ("command = 1", "a list of words"),
        ("target = ", "cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        find_settings(tmp_path)

    assert said in str(caught.value)
    assert "sidecar-conformance.toml" in str(caught.value)


def test_two_places_are_one_too_many(tmp_path: Path) -> None:
    written(tmp_path, "seed = 1")
    written(tmp_path, "[tool.sidecar-conformance]\nseed = 2", "pyproject.toml")

    with pytest.raises(UsageError, match="keep one of them"):
        find_settings(tmp_path)
