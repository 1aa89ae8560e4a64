from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from conformance.crash.filesystem.tree import Tree
from conformance.crash.filesystem.units import History
from conformance.crash.persistence import MODELS, with_weaker
from conformance.crash.persistence.states import Cut, power_states

from .hand import CREATE, Script, right_protocol

OLD = frozenset({("doc", b"old")})


def states(history: History, *models: str) -> set[Tree]:
    chosen = [MODELS[name] for name in models]
    return {state.tree for state in power_states(history, chosen)}


def tree(**files: bytes) -> Tree:
    return frozenset(files.items())


def test_posix_allows_exactly_six_states_of_a_right_protocol_with_a_block_of_two_sectors() -> None:
    new = b"n" * 1024

    found = states(right_protocol(new).history(OLD), "posix")

    assert found == {
        tree(doc=b"old"),
        tree(doc=b"old", tmp=b""),
        tree(doc=b"old", tmp=bytes(1024)),
        tree(doc=b"old", tmp=new[:512] + bytes(512)),
        tree(doc=b"old", tmp=new),
        tree(doc=new),
    }


def test_ordered_allows_exactly_four_states_of_a_right_protocol() -> None:
    new = b"n" * 1024

    found = states(right_protocol(new).history(OLD), "ordered")

    assert found == {
        tree(doc=b"old"),
        tree(doc=b"old", tmp=b""),
        tree(doc=b"old", tmp=new),
        tree(doc=new),
    }


def test_strict_adds_garbage_and_tears_between_bytes() -> None:
    found = states(right_protocol(b"new!").history(OLD), "strict")

    assert found == {
        tree(doc=b"old"),
        tree(doc=b"old", tmp=b""),
        tree(doc=b"old", tmp=bytes(4)),
        tree(doc=b"old", tmp=b"\xa5" * 4),
        tree(doc=b"old", tmp=b"n\0\0\0"),
        tree(doc=b"old", tmp=b"ne\0\0"),
        tree(doc=b"old", tmp=b"new\0"),
        tree(doc=b"old", tmp=b"new!"),
        tree(doc=b"new!"),
    }


def test_after_the_acknowledgement_of_a_right_protocol_only_the_new_document_is_left() -> None:
    history = right_protocol(b"new").history(OLD)

    found = {
        state.tree
        for state in power_states(history, with_weaker("strict"))
        if state.point.cut is Cut.ACKNOWLEDGEMENT
    }

    assert found == {tree(doc=b"new")}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        pytest.param("ordered", {b"new"}, id="a rename over a name flushes its source in ordered"),
        pytest.param("posix", {b"", bytes(3), b"new"}, id="posix may lose the data or the size"),
    ],
)
def test_what_a_renamed_file_holds_without_its_own_sync(model: str, expected: set[bytes]) -> None:
    script = Script().write_file("tmp", b"new").close().rename("tmp", "doc").sync_directory().acknowledge()

    found = {
        dict(state.tree)["doc"]
        for state in power_states(script.history(OLD), [MODELS[model]])
        if state.point.cut is Cut.ACKNOWLEDGEMENT
    }

    assert found == expected


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        pytest.param("posix", {"_system/doc", "_system"}, id="posix forces the mkdir with the directory"),
        pytest.param("strict", {"_system/doc", "_system", ""}, id="strict may lose the directory"),
    ],
)
def test_what_is_left_of_a_new_directory_after_its_own_sync(model: str, expected: set[str]) -> None:
    script = Script().call("mkdir", "_system", 0o700).write_file("_system/doc", b"x").sync().close()
    script.sync_directory("_system").acknowledge()

    found = {
        path
        for state in power_states(script.history(), [MODELS[model]])
        if state.point.cut is Cut.ACKNOWLEDGEMENT
        for path in ({path for path, _ in state.tree} or {""})
    }

    assert found == expected


def test_ordered_forces_everything_before_a_sync_in_the_journal() -> None:
    script = Script().call("mkdir", "a", 0o700).call("mkdir", "b", 0o700).write_file("c", b"").sync()

    found = [
        {path for path, _ in state.tree}
        for state in power_states(script.acknowledge().history(), [MODELS["ordered"]])
        if state.point.cut is Cut.ACKNOWLEDGEMENT
    ]

    assert found == [{"a", "b", "c"}]


def test_ordered_keeps_a_prefix_of_appended_data_and_never_a_size_ahead_of_it() -> None:
    script = Script().write_file("doc", b"1", flags=0x401).call("write", 3, b"2", result=1).sync()

    assert states(script.history(OLD), "ordered") == {
        tree(doc=b"old"),
        tree(doc=b"old1"),
        tree(doc=b"old12"),
    }


def test_posix_keeps_any_subset_of_writes_over_old_bytes() -> None:
    script = Script().call("openat", "doc", 1, 0, result=3)
    script.call("pwrite64", 3, b"A", 0, result=1).call("pwrite64", 3, b"B", 1, result=1).sync()

    assert states(script.history(OLD), "posix") == {
        tree(doc=b"old"),
        tree(doc=b"Ald"),
        tree(doc=b"oBd"),
        tree(doc=b"ABd"),
    }


def test_a_synchronous_write_over_old_bytes_may_be_lost_or_torn_until_it_returns() -> None:
    script = Script().write_file("doc", b"n" * 1024, os.O_WRONLY | os.O_DSYNC).acknowledge()

    found = states(script.history(frozenset({("doc", b"o" * 1024)})), "posix")

    assert found == {
        tree(doc=b"o" * 1024),
        tree(doc=b"n" * 512 + b"o" * 512),
        tree(doc=b"n" * 1024),
    }


def test_data_is_cut_at_every_block_of_the_file() -> None:
    script = Script().write_file("doc", bytes(4095)).call("write", 3, b"xyz" * 2000, result=6000)

    sizes = [len(getattr(unit, "content", b"")) for unit in script.history().units]

    assert sizes == [0, 4095, 0, 1, 4096, 1903, 0]


def test_a_right_protocol_with_a_megabyte_has_few_states_and_all_of_them_whole() -> None:
    new = bytes(range(256)) * 4096

    found = states(right_protocol(new).history(OLD), "ordered", "posix")

    assert len(found) < 60
    assert {dict(state)["doc"] for state in found} == {b"old", new}


def test_losing_a_size_alone_is_tried_however_long_the_file() -> None:
    new = b"n" * 100_000
    script = Script().write_file("tmp", new).close().rename("tmp", "doc").sync_directory()

    documents = {dict(state).get("doc") for state in states(script.history(OLD), "posix")}

    assert documents >= {b"old", b"", bytes(100_000), new}


def test_the_states_of_weaker_models_are_added_to_those_of_stronger_ones() -> None:
    history = Script().write_file("doc", b"n" * 5000).close().acknowledge().history(OLD)

    by_model: Sequence[set[Tree]] = [
        {state.tree for state in power_states(history, with_weaker(name))} for name in MODELS
    ]

    assert by_model[0] <= by_model[1] <= by_model[2]


def test_an_unknown_model_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(KeyError, match=", ".join(MODELS)):
        with_weaker("lenient")


def test_a_rename_that_is_kept_without_the_creation_before_it_still_gives_the_file_its_name() -> None:
    script = Script().write_file("tmp", b"new").sync().close().rename("tmp", "doc").acknowledge()

    assert tree(doc=b"new") in states(script.history(OLD), "posix")
    assert tree(doc=b"old") in states(script.history(OLD), "posix")


def test_create_flags_truncate() -> None:
    history = Script().write_file("doc", b"n", flags=CREATE).history(OLD)

    assert [type(unit).__name__ for unit in history.units] == ["Size", "Data", "Size"]


def test_an_end_that_a_failed_sync_left_in_doubt_moves_anew_when_its_bytes_are_written_anew() -> None:
    script = Script().write_file("doc", b"new!", flags=os.O_WRONLY).sync(errno=5)
    script.call("pwrite64", 3, b"new!", 0, result=4).sync().acknowledge()
    history = script.history(OLD)

    found = {
        state.tree
        for state in power_states(history, [MODELS["posix"]])
        if state.point.cut is Cut.ACKNOWLEDGEMENT
    }

    assert {tree(doc=b"new!")} == found
