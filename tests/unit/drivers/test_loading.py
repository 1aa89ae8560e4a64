"""How a target is found, and what is said when it is not."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from conformance.errors import TargetUnreachableError
from conformance.hosting.loading import Opener, load_target, name_of, spelling_of

from .commands import OPEN_BACKEND


def test_a_path_and_an_attribute_name_a_target() -> None:
    opener = load_target(OPEN_BACKEND)

    assert opener.__name__ == "open_backend"


def test_the_same_file_is_loaded_once() -> None:
    first, second = load_target(OPEN_BACKEND), load_target(OPEN_BACKEND)

    assert first is second


def test_files_of_one_name_do_not_disturb_each_other(tmp_path: Path) -> None:
    openers = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same_name.py").write_text(f"def open(path): return {folder!r}\n")
        openers.append(load_target(f"{tmp_path / folder / 'same_name.py'}:open"))

    assert [opener(None) for opener in openers] == ["one", "two"]


@pytest.mark.parametrize(
    ("spelling", "message"),
    [
        ("no_colon", "a target is written package.module:attribute"),
        ("no_such_package.module:open", "there is no module 'no_such_package'"),
        ("json.no_such_part:open", "there is no module 'json.no_such_part'"),
        ("json:no_such_name", "json has no attribute 'no_such_name'.*it offers .*dumps"),
        ("json:__name__", "is a str, not a callable"),
        ("no/such/file.py:open", "there is no file"),
    ],
)
def test_a_target_that_is_not_there_is_unreachable(spelling: str, message: str) -> None:
    with pytest.raises(TargetUnreachableError, match=message):
        load_target(spelling)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("1 / 0", "raised ZeroDivisionError"),
        ("raise SystemExit(3)", "raised SystemExit: 3"),
        ("import no_such_dependency", "raised ModuleNotFoundError: .*no_such_dependency"),
        ("def", "raised SyntaxError"),
    ],
)
def test_a_module_that_fails_on_import_is_unreachable(tmp_path: Path, body: str, message: str) -> None:
    path = tmp_path / "fails_on_import.py"
    path.write_text(body)

    with pytest.raises(TargetUnreachableError, match=message):
        load_target(f"{path}:open")


class Holder:
    def open(self, data_path: Path) -> None: ...

    @staticmethod
    def open_static(data_path: Path) -> None: ...


def open_here(data_path: Path) -> None: ...


@pytest.mark.parametrize("opener", [open_here, Holder, Holder.open_static])
def test_what_stands_in_a_module_is_found_again_by_its_spelling(opener: Opener) -> None:
    spelling = spelling_of(opener)
    assert spelling is not None

    assert load_target(spelling).__qualname__ == opener.__qualname__


@pytest.mark.parametrize(
    "opener",
    [lambda path: None, Holder().open, partial(open_here)],
    ids=("a lambda", "a method", "a partial"),
)
def test_what_stands_in_no_module_has_no_spelling(opener: Opener) -> None:
    assert spelling_of(opener) is None
    assert name_of(opener)
