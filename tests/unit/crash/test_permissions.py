"""Who may read what, by traces written by hand."""

from __future__ import annotations

import pytest

from conformance.crash.filesystem.tree import DIRECTORY, Tree
from conformance.crash.judging.permissions import exposures

from .hand import CREATE, Script

PRIVATE: Tree = frozenset({("d", DIRECTORY), ("d/doc", b"old")})
MODES = {"d/doc": 0o600}


def exposed(script: Script, modes: dict[str, int] | None = None, mask: int = 0) -> list[tuple[str, str]]:
    found = exposures(script.trace(), PRIVATE, MODES if modes is None else modes, mask)
    return list(dict.fromkeys((exposure.path, f"{exposure.mode:o}") for exposure in found))


def saved(mode: int) -> Script:
    script = Script().call("openat", "d/tmp", CREATE, mode, result=3)
    return script.call("write", 3, b"new", result=3)


def test_calls_without_arguments_say_nothing() -> None:
    assert exposed(Script().call("sync")) == []


def test_what_is_private_throughout_is_no_exposure() -> None:
    assert exposed(saved(0o600).close().rename("d/tmp", "d/doc")) == []


def test_a_temporary_file_with_the_usual_mode_is_one_once_it_holds_something() -> None:
    assert exposed(saved(0o666)) == [("d/tmp", "644")]


def test_so_is_what_becomes_private_after_the_rename_only() -> None:
    script = saved(0o666).close().rename("d/tmp", "d/doc").call("chmod", "d/doc", 0o600)

    assert exposed(script) == [("d/tmp", "644"), ("d/doc", "644")]


def test_a_mode_set_before_anything_is_written_is_none() -> None:
    script = Script().call("openat", "d/tmp", CREATE, 0o666, result=3).call("fchmod", 3, 0o600)

    assert exposed(script.call("write", 3, b"new", result=3)) == []


@pytest.mark.parametrize("error", [0, 1])
def test_a_chmod_counts_where_it_succeeds(error: int) -> None:
    script = Script().call("chmod", "d/doc", 0o644, errno=error)

    assert exposed(script) == ([] if error else [("d/doc", "644")])


def test_a_directory_that_lets_nobody_in_hides_what_is_in_it() -> None:
    assert exposed(saved(0o666), {"d/doc": 0o600, "d": 0o700}) == []


def test_who_could_read_before_may_read_now() -> None:
    assert exposed(saved(0o640), {"d/doc": 0o640}, 0o040) == []
