"""The flight recorder: what its reader sees of what was written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.execution.blackbox import BlackBox


@pytest.fixture
def box() -> Iterator[BlackBox]:
    made = BlackBox.make()
    yield made
    made.close()


def test_the_operation_under_way_is_told_with_its_example_and_story(box: BlackBox) -> None:
    box.example({"name": "x"})
    box.told("the clock is held")
    box.told("load_all")
    box.began("load_all", 1.0)
    seen = box.read()
    assert (seen.operation, seen.arguments) == ("load_all", {"name": "x"})
    assert seen.story == ("the clock is held", "load_all")
    assert seen.under_way
    assert not seen.overdue


def test_an_operation_that_returned_is_not_under_way(box: BlackBox) -> None:
    box.began("cancel", 1.0)
    box.ended()
    assert (box.read().operation, box.read().under_way) == ("cancel", False)


def test_an_operation_is_overdue_once_its_time_is_up(box: BlackBox) -> None:
    box.began("cancel", -1.0)
    assert box.read().overdue


def test_the_story_of_an_example_ends_with_it(box: BlackBox) -> None:
    box.told("load_all")
    box.example({})
    box.told("cancel")
    box.began("cancel", 1.0)
    assert box.read().story == ("cancel",)


def test_of_a_very_long_story_the_end_is_kept(box: BlackBox) -> None:
    for number in range(10_000):
        box.told(f"step {number}")
    box.began("cancel", 1.0)
    story = box.read().story
    assert story[0] == "..."
    assert story[-1] == "step 9999"
    assert len(story) < 2_000


def test_a_step_of_several_lines_is_one_line(box: BlackBox) -> None:
    box.told("the document is\n[]")
    box.began("cancel", 1.0)
    assert box.read().story == ("the document is []",)


def test_a_step_that_tells_a_document_is_kept_whole(box: BlackBox) -> None:
    step = f"the document is {b'r' * 4_000!r}"
    box.told(step)
    box.began("cancel", 1.0)
    assert box.read().story == (step,)
