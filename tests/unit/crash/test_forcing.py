"""The rules R1 to R8, one by one."""

from __future__ import annotations

import errno
import os

import pytest

from conformance.crash.filesystem.history import history_of
from conformance.crash.filesystem.units import Data, Entry, History
from conformance.crash.persistence import MODELS
from conformance.crash.persistence.model import forced_at
from conformance.crash.recording.trace import Call, Trace

from .hand import CREATE, Script

POSIX = MODELS["posix"]


def forced_kinds(history: History) -> list[str]:
    """The kinds of the units that are durable at the end."""
    forced = forced_at(history, POSIX, history.end)
    return [type(unit).__name__ for unit in history.units if unit.number in forced]


@pytest.mark.parametrize("name", ["fsync", "fdatasync"])
def test_r1_a_sync_of_a_file_covers_its_data_and_sizes_and_not_its_name(name: str) -> None:
    assert forced_kinds(Script().write_file("f", b"x").call(name, 3).history()) == ["Data", "Size"]


def test_r1_a_sync_of_a_directory_covers_the_names_in_it() -> None:
    script = Script().write_file("f", b"x").close().sync_directory()

    assert forced_kinds(script.history()) == ["Entry"]


@pytest.mark.parametrize("directory", ["a", "b"])
def test_r1_a_sync_of_either_directory_covers_a_rename(directory: str) -> None:
    script = Script().call("mkdir", "a", 0o700).call("mkdir", "b", 0o700).write_file("a/f", b"").close()
    script.rename("a/f", "b/f").sync_directory(directory)
    history = script.history()
    rename = history.units[-1]

    assert rename.number in forced_at(history, POSIX, history.end)


@pytest.mark.parametrize("name", ["sync", "syncfs"])
def test_r1_a_sync_of_everything_covers_everything(name: str) -> None:
    arguments = (3,) if name == "syncfs" else ()
    script = Script().write_file("f", b"x").call(name, *arguments)

    assert forced_kinds(script.history()) == ["Entry", "Data", "Size"]


@pytest.mark.parametrize("flag", [os.O_SYNC, os.O_DSYNC])
def test_r1_a_synchronous_write_covers_its_own_data(flag: int) -> None:
    assert forced_kinds(Script().write_file("f", b"x", CREATE | flag).history()) == ["Data", "Size"]


@pytest.mark.parametrize("flag", [0x2, 0x4])
def test_r1_a_write_with_rwf_sync_covers_its_own_data_only(flag: int) -> None:
    script = Script().write_file("f", b"x").call("pwritev2", 3, b"y", 1, flag, result=1)
    history = script.history()

    durable = [history.units[number] for number in sorted(forced_at(history, POSIX, history.end))]

    assert [unit.content for unit in durable if isinstance(unit, Data)] == [b"y"]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(Script().write_file("f", b"x").close(), id="close"),
        pytest.param(Script().write_file("f", b"x").rename("f", "g"), id="rename"),
        pytest.param(
            Script().write_file("f", b"x").call("sync_file_range", 3, 0, 0, 7), id="sync_file_range"
        ),
    ],
)
def test_r2_nothing_else_makes_anything_durable(script: Script) -> None:
    assert forced_kinds(script.history()) == []


def test_r2_a_sync_of_another_file_forces_nothing() -> None:
    script = Script().write_file("f", b"x").write_file("g", b"").sync()

    assert forced_kinds(script.history()) == []


def test_r3_a_sync_forces_only_what_ended_before_it_began() -> None:
    events = (
        Call("openat", ("f", CREATE, 0), 3, 0, 1, 2),
        Call("write", (3, b"x"), 1, 0, 3, 6, thread=1),
        Call("fsync", (3,), 0, 0, 5, 8),
    )
    history = Script().history()
    from conformance.crash.filesystem.history import history_of

    history = history_of(Trace(events, "hand"), frozenset())

    assert forced_kinds(history) == []


def test_r3_nothing_is_forced_before_the_sync_has_returned() -> None:
    history = Script().write_file("f", b"x").sync().history()
    end = history.syncs[0].end

    assert forced_at(history, POSIX, end) == frozenset()
    assert len(forced_at(history, POSIX, end + 1)) == 2


def test_r7_after_a_failed_sync_no_later_one_covers_the_data() -> None:
    script = Script().write_file("f", b"x").sync(errno.EIO).sync()

    assert forced_kinds(script.history()) == []


def test_r7_what_is_written_anew_after_a_failed_sync_can_be_forced() -> None:
    script = Script().write_file("f", b"x").sync(errno.EIO).call("pwrite64", 3, b"y", 0, result=1).sync()

    assert forced_kinds(script.history()) == ["Data", "Size"]


def test_r7_a_failed_sync_of_a_directory_spoils_its_earlier_entries() -> None:
    script = Script().write_file("f", b"").close().sync_directory(errno=errno.EIO)
    script.rename("f", "g").sync_directory()
    history = script.history()

    durable = [history.units[number] for number in sorted(forced_at(history, POSIX, history.end))]

    assert [unit.changes[-1].name for unit in durable if isinstance(unit, Entry)] == ["g"]


@pytest.mark.parametrize("error", [errno.EINTR, errno.EBADF])
def test_r7_a_sync_that_was_interrupted_or_had_no_file_spoils_nothing(error: int) -> None:
    script = Script().write_file("f", b"x").sync(error).sync()

    assert forced_kinds(script.history()) == ["Data", "Size"]


@pytest.mark.parametrize("error", [errno.EINVAL, errno.ENOTSUP])
def test_a_directory_that_knows_no_sync_counts_as_synced(error: int) -> None:
    script = Script().write_file("f", b"").close().sync_directory(errno=error)

    assert forced_kinds(script.history()) == ["Entry"]


def test_r8_a_duplicate_shares_the_offset() -> None:
    script = Script().write_file("f", b"ab").call("dup", 3, result=4).call("write", 4, b"cd", result=2)

    assert dict(script.history().final)["f"] == b"abcd"


def test_r8_a_file_without_a_name_is_no_entry_until_it_is_linked() -> None:
    script = Script().call("openat", ".", os.O_TMPFILE | os.O_WRONLY, 0o600, result=3)
    script.call("write", 3, b"x", result=1)

    assert script.history().final == frozenset()
    assert dict(script.call("linkat", "/proc/self/fd/3", "f", 0x400).history().final) == {"f": b"x"}


def test_a_failed_sync_of_the_parent_does_not_keep_that_of_a_new_directory_from_forcing_its_mkdir() -> None:
    script = Script().call("mkdir", "_system", 0o700).sync_directory(errno=errno.EIO)
    script.sync_directory("_system")

    assert forced_kinds(script.history()) == ["Entry"]
    assert forced_at(script.history(), MODELS["strict"], script.history().end) == frozenset()


def test_a_failed_sync_of_a_new_directory_does_not_keep_a_later_one_from_forcing_its_mkdir() -> None:
    script = Script().call("mkdir", "_system", 0o700).sync_directory("_system", errno=errno.EIO)
    script.sync_directory("_system")

    assert forced_kinds(script.history()) == ["Entry"]


def test_a_number_that_is_given_again_before_the_close_has_returned_is_open() -> None:
    calls = (
        Call("openat", ("f", CREATE, 0o600), 3, 0, 1, 2),
        Call("close", (3,), 0, 0, 3, 6),
        Call("openat", (".", os.O_RDONLY, 0), 3, 0, 4, 5, thread=1),
        Call("fsync", (3,), 0, 0, 7, 8, thread=1),
    )

    assert forced_kinds(history_of(Trace(calls, "hand"), frozenset())) == ["Entry"]
