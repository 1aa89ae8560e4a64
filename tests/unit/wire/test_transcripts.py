"""The shipped transcripts: current, and right by the schemas."""

from __future__ import annotations

import json

import pytest

from conformance.wire.methods import METHODS
from conformance.wire.schemas import violation

from .transcripts import CONVERSATIONS, FOLDER, record


def test_each_conversation_has_one_transcript() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == CONVERSATIONS.keys()


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_transcript_is_current(name: str) -> None:
    """Write them anew with `python tests/unit/wire/transcripts.py`."""
    shipped = (FOLDER / f"{name}.jsonl").read_text("utf-8")

    assert shipped == record(name)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_answers_of_a_transcript_keep_to_their_schemas(name: str) -> None:
    lines = [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]
    pairs = zip(lines[::2], lines[1::2], strict=True)
    violations = [
        violation(asked["message"]["method"], "answer", answered["message"])
        for asked, answered in pairs
        if asked["message"]["method"] in METHODS
    ]

    assert [one for one in violations if one] == []


def test_every_method_but_planting_is_shown() -> None:
    shown = {method for requests in CONVERSATIONS.values() for method, _ in requests}

    assert METHODS.keys() - shown == {"plant_rows", "crash"}
