"""Replay files: what goes in comes out, and nothing else is taken for one."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import counterexample

from conformance.contract.records import QName
from conformance.results.counterexample import (
    REPLAYABLE,
    decode_value,
    encode_value,
    read_counterexample,
)
from conformance.testing.strategies import long_programs, qnames, rows, schedules

plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=12,
)


def over_the_file(value: object) -> object:
    return decode_value(json.loads(json.dumps(encode_value(value))))


@given(plain_values)
def test_plain_values_come_back(value: object) -> None:
    assert value == over_the_file(value)


@given(st.one_of(qnames(), schedules(), rows(), long_programs()))
def test_the_values_of_the_suite_come_back(value: object) -> None:
    assert value == over_the_file(value)


@pytest.mark.parametrize("name", sorted(REPLAYABLE))
def test_every_replayable_type_is_a_dataclass_and_told_by_its_name(name: str) -> None:
    kind = getattr(import_module(REPLAYABLE[name]), name)
    assert (name, REPLAYABLE[name]) == (kind.__name__, kind.__module__)
    hollow = object.__new__(kind)
    for number, member in enumerate(fields(kind)):
        object.__setattr__(hollow, member.name, number)
    form = encode_value(hollow)

    assert {"$": name, **{member.name: number for number, member in enumerate(fields(kind))}} == form


def test_numbers_beyond_two_to_the_53rd_are_exact() -> None:
    assert 2**64 - 1 == over_the_file(2**64 - 1)


def test_a_tuple_comes_back_as_a_list() -> None:
    assert [1, [2]] == over_the_file((1, (2,)))


def test_a_mapping_with_our_tag_is_no_value_of_ours() -> None:
    assert {"$": "QName"} == over_the_file({"$": "QName"})


@pytest.mark.parametrize("value", [object(), {1, 2}, 1.5, print])
def test_what_no_file_can_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        encode_value(value)


def test_a_stranger_of_a_known_name_is_refused() -> None:
    stranger = type("QName", (), {})()

    with pytest.raises(TypeError, match="cannot hold a QName"):
        encode_value(stranger)


@pytest.mark.parametrize(
    "form",
    [
        {"$": "Spaceship"},
        {"namespace": "a"},
        {"$": "QName", "namespace": "a"},
        {"$": "QName", "namespace": "a", "local": ""},
        {"$": "bytes"},
        {"$": "map", "items": 3},
        {"$": []},
    ],
)
def test_a_form_that_is_no_value_is_refused(form: Any) -> None:
    with pytest.raises(ValueError, match="not a value of a replay file"):
        decode_value(form)


def test_a_replay_file_reads_back() -> None:
    found = counterexample()

    assert found == read_counterexample(found.to_json())


def test_a_replay_file_is_ascii_whatever_is_in_it() -> None:
    found = counterexample(observed="\N{SNOWMAN}\ud800\x00")

    assert found == read_counterexample(found.to_json().encode("ascii").decode("ascii"))


def changed(**changes: Any) -> str:
    members = json.loads(counterexample().to_json()) | changes
    return json.dumps({name: value for name, value in members.items() if value is not ...})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "[]",
        "null",
        "{}",
        changed(schema="sidecar-conformance/replay/2"),
        changed(test=...),
        changed(another=1),
        changed(operations=3),
        changed(operations=[3]),
        changed(arguments=[]),
        changed(seed="7"),
        changed(requirement=None),
        changed(**{"class": "castle"}),
        changed(capabilities=["flight"]),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a replay file"):
        read_counterexample(text)


def test_a_name_is_told_by_its_members() -> None:
    assert {"$": "QName", "namespace": "a", "local": "b.c"} == encode_value(QName("a", "b.c"))


def test_a_story_of_a_crash_is_read_where_nothing_of_the_suite_is_imported() -> None:
    form = {"$": "CrashScenario", "start": "document", "operations": "cancel", "errors": 0}
    text = changed(arguments={"scenario": form})
    program = (
        "import sys; from conformance.results.counterexample import read_counterexample;"
        "found = read_counterexample(sys.stdin.read()); print(found.arguments['scenario']['start'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=text, capture_output=True, text=True, check=False
    )

    assert ("document\n", "") == (done.stdout, done.stderr)
