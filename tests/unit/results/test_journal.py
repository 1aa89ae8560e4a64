"""The journal is written as the run goes; only a run that ended has an `end`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import SIDECAR, counterexample, outcome

from conformance.results.journal import (
    JournalWriter,
    description_from_json,
    description_to_json,
    outcome_from_json,
    outcome_to_json,
)
from conformance.results.verdict import CheckOutcome, Effort, Verdict

outcomes = st.builds(
    CheckOutcome,
    requirement=st.just("UP-01"),
    test=st.text(),
    verdict=st.sampled_from(Verdict),
    message=st.text(),
    exercised=st.integers(0),
    counterexample=st.none() | st.builds(lambda words: counterexample(observed=words), st.text()),
    replay=st.none() | st.text(),
    effort=st.builds(Effort, examples=st.integers(0), seconds=st.floats(0, 1e9)),
)


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


@given(outcomes)
def test_an_outcome_comes_back_from_json(found: CheckOutcome) -> None:
    assert found == outcome_from_json(json.loads(json.dumps(outcome_to_json(found))))


def test_a_description_comes_back_without_its_factory() -> None:
    assert SIDECAR == description_from_json(json.loads(json.dumps(description_to_json(SIDECAR))))


def test_every_event_is_on_the_disk_at_once(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with JournalWriter(path) as journal:
        journal.write("run", seed=7)
        journal.write("check", **outcome_to_json(outcome()))
        seen = [event["event"] for event in events(path)]

    assert ["run", "check"] == seen


def begin_and_be_interrupted(path: Path) -> None:
    with JournalWriter(path) as journal:
        journal.write("run", seed=7)
        raise KeyboardInterrupt


def test_a_run_that_was_cut_off_has_no_end(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with pytest.raises(KeyboardInterrupt):
        begin_and_be_interrupted(path)

    assert ["run"] == [event["event"] for event in events(path)]


def test_an_event_is_one_line_of_ascii_whatever_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with JournalWriter(path) as journal:
        journal.write("check", message="one\ntwo\u2028\ud800\x00")

    assert [{"event": "check", "message": "one\ntwo\u2028\ud800\x00"}] == events(path)
