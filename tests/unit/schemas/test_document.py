"""The published schema of the document and the oracle's reader agree, save for what no schema can say."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from conformance.golden import load_cases, released_documents
from conformance.oracle.document import DocumentRefused, read_document
from conformance.schemas import schema_text

SCHEMA = json.loads(schema_text("document"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
CASES = {case.name: case.input for case in load_cases() if case.input is not None}

BEYOND_A_SCHEMA = {
    # what the schema's comment lists, with the reader's answer
    "zero_byte": "accepted",  # no JSON, and no rows
    "duplicate_keys_other_value": "refused",  # parsers keep one of two members
    "duplicate_keys_in_schedule": "refused",
    "failures_float_zero": "refused",  # 0.0 and 1e0 are integers to a schema
    "failures_exponent": "refused",
    "schedule_periodic_float_secs": "refused",
    "qname_lone_surrogate": "refused",  # text that Python's parser lets through
    "qname_lone_low_surrogate": "refused",
    "invalid_utf8_in_extra_field": "accepted",  # no UTF-8, yet read over inside an unknown member
}
AS_DEEP_AS_THE_PARSER_GOES = "deep_unknown_field_5000"


def by_schema(data: bytes) -> str:
    """accepted, refused, or no json: what no schema can be asked about."""
    try:
        document = json.loads(data.decode("utf-8"), parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return "no json"
    return "accepted" if VALIDATOR.is_valid(document) else "refused"


def refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON, though Python reads it")


def by_reader(data: bytes) -> str:
    try:
        read_document(data)
    except DocumentRefused as refused:
        return "no json" if refused.requirement == "ER-01" else "refused"
    return "accepted"


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert "https://json-schema.org/draft/2020-12/schema" == SCHEMA["$schema"]


@pytest.mark.parametrize("name", sorted(CASES.keys() - BEYOND_A_SCHEMA.keys() - {AS_DEEP_AS_THE_PARSER_GOES}))
def test_schema_and_reader_agree_on_a_hand_made_document(name: str) -> None:
    assert by_reader(CASES[name]) == by_schema(CASES[name])


@pytest.mark.parametrize("name", BEYOND_A_SCHEMA)
def test_the_exceptions_are_exactly_these(name: str) -> None:
    answer = "accepted" if by_reader(CASES[name]) == "accepted" else "refused"

    assert BEYOND_A_SCHEMA[name] == answer
    assert by_reader(CASES[name]) != by_schema(CASES[name]) or by_schema(CASES[name]) == "no json"


def test_deep_nesting_is_up_to_the_parser() -> None:
    data = CASES[AS_DEEP_AS_THE_PARSER_GOES]

    assert "accepted" == by_reader(data)
    assert by_schema(data) in {"accepted", "no json"}


def test_every_released_document_fits() -> None:
    assert {"accepted"} == {by_schema(document.content) for document in released_documents()}


EDGES = [
    *(0, 1, 999_999_999, 1_000_000_000, 1_999_999_999, 2_000_000_000, 3_999_999_999, 4_000_000_000),
    *(2**32 - 1, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -1),
    *(2**63 - 1 - carry for carry in range(1, 6)),
    *(2**64 - 1 - carry for carry in range(1, 6)),
]  # fmt: skip
numbers = st.sampled_from(EDGES) | st.integers(-5, 2**64 + 5)
strings = st.sampled_from(["", "a.b", "nodot", "Manual", "Once", "日.語", "\x00"])
odds: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), numbers, strings, st.sampled_from([0.5, [], {}, [0, 0, 0]])
)


def mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """`usual`, with an odd value now and then."""
    return st.integers(0, 19).flatmap(lambda dice: odds if dice == 0 else usual)


def objects(
    members: dict[str, st.SearchStrategy[Any]], optional: tuple[str, ...] = ()
) -> st.SearchStrategy[Any]:
    """Objects of these members, at times with one too few or too many, in any order."""
    needed = {name: value for name, value in members.items() if name not in optional}
    left_out = {name: members[name] for name in optional}
    whole = st.fixed_dictionaries(needed, optional=left_out)
    shuffled = whole.flatmap(lambda value: st.permutations(list(value.items())).map(dict))
    lacking = st.fixed_dictionaries({}, optional=members)
    extended = st.builds(
        lambda value, name: {**value, name: 0}, whole, st.sampled_from(["x", "secs", "qname"])
    )
    return st.one_of(whole, whole, shuffled, lacking, extended)


def pairs(secs: str, nanos: str) -> st.SearchStrategy[Any]:
    return st.one_of(
        objects({secs: mostly(numbers), nanos: mostly(numbers)}),
        st.lists(mostly(numbers), min_size=2, max_size=2),
        st.lists(numbers, max_size=3),
    )


instants = pairs("secs_since_epoch", "nanos_since_epoch")
durations = pairs("secs", "nanos")
schedules = st.one_of(
    strings,
    st.just("Manual"),
    st.just({"Manual": None}),
    instants.map(lambda at: {"Once": at}),
    durations.map(lambda every: {"Periodic": every}),
    strings.map(lambda text: {"Cron": text}),
    objects({"Once": mostly(instants)}),
    st.builds(lambda name, value: {name: value}, st.sampled_from(["Manual", "Once", "Cron", "Hourly"]), odds),
)
MEMBERS = {
    "qname": mostly(strings),
    "status": mostly(strings),
    "consecutive_failures": mostly(st.sampled_from([0, 1, 2**32 - 1, 2**32])),
    "schedule": mostly(schedules),
    "next_fire_at": mostly(st.none() | instants),
}
rows = st.one_of(
    objects(MEMBERS, optional=("schedule", "next_fire_at")),
    st.tuples(*MEMBERS.values()).flatmap(
        lambda row: st.integers(2, 5).map(lambda length: list(row[:length]))
    ),
    st.tuples(*MEMBERS.values(), odds).map(list),
)
documents = mostly(st.lists(mostly(rows), max_size=3))


@settings(max_examples=1000)
@given(documents)
def test_schema_and_reader_agree_on_generated_documents(document: Any) -> None:
    data = json.dumps(document).encode()

    assert by_reader(data) == by_schema(data)


def spelled(number: str) -> bytes:
    return b'[{"qname":"a.b","status":"","consecutive_failures":' + number.encode() + b"}]"


@pytest.mark.parametrize("number", ["-0", "-0.0", "0.0", "60.0", "1e0", "6E1", "10e-1"])
def test_a_number_spelled_otherwise_is_an_integer_to_a_schema_only(number: str) -> None:
    assert ("refused", "accepted") == (by_reader(spelled(number)), by_schema(spelled(number)))


@pytest.mark.parametrize(
    "number", ["0", "4294967295", "4294967296", "0.5", "-1", "1e99", "null", "01", "NaN"]
)
def test_any_other_number_is_the_same_to_both(number: str) -> None:
    assert by_reader(spelled(number)) == by_schema(spelled(number))


@pytest.mark.parametrize("answer", ["accepted", "refused"])
def test_generated_documents_fall_on_both_sides(answer: str) -> None:
    found = find(
        documents, lambda document: bool(document) and by_schema(json.dumps(document).encode()) == answer
    )

    assert answer == by_reader(json.dumps(found).encode())
