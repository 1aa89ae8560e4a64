"""A line of a story: in words, and as something to do again."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.records import Duration, Periodic, QName, SystemTime
from conformance.results.counterexample import decode_value
from conformance.testing.story import Blind, CallPlace, HeldAt, Planted, Story, StoryLine

JOB = QName("kit", "job")
PLAN = Periodic(Duration(60, 0))


def test_a_call_can_be_made_again() -> None:
    line = StoryLine("record_scheduled", (JOB, PLAN), " raised E: no", CallPlace(2, 1))
    step = line.step()

    assert "record_scheduled(QName('kit', 'job'), Periodic(Duration(60, 0))) raised E: no" == str(line)
    assert [JOB, PLAN] == decode_value(step.pop("arguments"))
    assert {"call": "record_scheduled", "ending": "raised E: no", "backend": 2, "path": 1} == step


def test_a_held_clock_and_a_document_can_be_put_there_again() -> None:
    clock = StoryLine("the clock is held", deed=HeldAt(SystemTime(7, 0))).step()
    document = StoryLine("the document is []", deed=Planted(1, b"[]")).step()

    assert SystemTime(7, 0) == decode_value(clock["clock"])
    assert (b"[]", 1) == (decode_value(document["document"]), document["path"])


def test_anything_else_is_a_note() -> None:
    large = StoryLine("the document is large", deed=Planted(1, b" " * 100_000))
    own = StoryLine("is_cancelled", ())
    foreign = StoryLine("cancel", (object,), place=CallPlace(1, 1))

    assert {"note": "the document is large"} == large.step()
    assert {"note": "is_cancelled()"} == own.step()
    assert ["note"] == [*foreign.step()]


def test_values_that_are_equal_and_not_the_same_are_told_apart() -> None:
    assert "record_finished(True)" == str(StoryLine("record_finished", (True,)))
    assert "record_finished(1)" == str(StoryLine("record_finished", (1,)))


def test_places_are_counted_anew_in_each_example() -> None:
    story = Story(Blind())
    first = [story.place(Path(name)) for name in ("a", "b", "a")]
    story.begin()

    assert [CallPlace(1, 1), CallPlace(2, 2), CallPlace(3, 1)] == first
    assert CallPlace(1, 1) == story.place(Path("b"))
