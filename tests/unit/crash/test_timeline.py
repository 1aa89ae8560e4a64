from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from conformance.crash.filesystem.units import History
from conformance.crash.persistence import MODELS
from conformance.crash.persistence.states import CrashState, kill_states, power_states
from conformance.crash.telling.protocol import crash_sentence, protocol
from conformance.crash.telling.timeline import timeline

from .hand import Script

OLD = frozenset({("doc", b"old")})


def without_directory_sync() -> History:
    script = Script().request("save <it> & answer").write_file("tmp", b"new").sync().close()
    return script.rename("tmp", "doc").acknowledge().call("mkdir", "later", 0o700).history(OLD)


def having_lost_the_rename(history: History) -> CrashState:
    rename = history.units[3].number
    return next(
        state
        for state in power_states(history, [MODELS["posix"]])
        if state.lost == {rename} and state.point.at < history.end
    )


def test_the_protocol_marks_what_was_lost_and_what_was_not_executed() -> None:
    history = without_directory_sync()

    lines = [str(line) for line in protocol(history, having_lost_the_rename(history))]

    assert lines == [
        "-> save <it> & answer",
        "openat('tmp', O_WRONLY|O_CREAT|O_TRUNC, 0600) = 3",
        "write(3 tmp, 3 bytes) = 3",
        "fsync(3 tmp) = 0",
        "close(3 tmp) = 0",
        "rename('tmp', 'doc') = 0   <-- LOST",
        "<- ok",
        "**** power lost here, having lost the rename ****",
        "mkdir('later', 0700) = 0   <-- not executed",
    ]


def test_a_kill_is_told_by_the_call_that_it_prevented() -> None:
    history = without_directory_sync()
    state = next(state for state in kill_states(history) if state.point.at == history.calls[4].start)

    assert crash_sentence(history, state) == "killed here, before rename('tmp', 'doc')"


def test_lost_units_of_one_kind_are_counted() -> None:
    script = Script().write_file("f", b"x" * 9000)
    history = script.history()
    everything = frozenset(unit.number for unit in history.units)
    state = next(state for state in power_states(history, [MODELS["posix"]]) if state.lost)

    sentence = crash_sentence(history, CrashState(state.tree, state.point, everything, "posix"))

    lost = "the creation of the file, written data (3 units), the new size"
    assert sentence == f"power lost here, having lost {lost}"


@pytest.mark.parametrize("with_crash", [False, True])
def test_the_picture_is_well_formed_and_has_a_lane_for_each_file(with_crash: bool) -> None:
    history = without_directory_sync()
    crash = having_lost_the_rename(history) if with_crash else None

    root = ElementTree.fromstring(timeline(history, crash))
    texts = [element.text for element in root.iter() if element.text]

    assert {"tmp", "later"} <= set(texts)
    assert ("power lost here, having lost the rename" in texts) is with_crash
    assert ("rename (entry): lost" in texts) is with_crash
    assert "sync that succeeded" in texts


def test_a_name_that_is_cut_shows_that_it_is() -> None:
    name = "beginning." + "x" * 40 + ".end"
    picture = timeline(Script().write_file(name, b"x").history(), None)

    assert "…xxx" in picture
    assert "xxx.end</text>" in picture


def test_a_long_caption_is_wrapped_and_whole() -> None:
    words = " ".join(f"word{number}" for number in range(120))
    picture = timeline(Script().write_file("f", b"x").history(), None, words)
    shown = ElementTree.fromstring(picture)
    texts = [element.text or "" for element in shown.iter() if element.tag.endswith("text")]

    assert words in " ".join(texts)
