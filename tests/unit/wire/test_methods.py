"""The table of methods, and the schemas beside it: two writings of one protocol."""

from __future__ import annotations

import json
from copy import deepcopy
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from conformance.contract.classes import CAPABILITIES
from conformance.contract.faults import WIRE_FAULTS
from conformance.contract.records import QName, SchedulerJobRecord, SystemTime
from conformance.wire.codec import CodecError, encode_record
from conformance.wire.messages import Answer, Failure, Request, to_json
from conformance.wire.methods import METHODS
from conformance.wire.schemas import SHARED, schema_text, violation

ID = {"namespace": "a", "local": "b"}
INSTANT = {"secs_since_epoch": 2**63 - 1, "nanos_since_epoch": 999_999_999}
RECORD = encode_record(SchedulerJobRecord(QName("a", "b"), next_fire_at=SystemTime(1, 2)))
DESCRIPTION = {
    "protocol": 1,
    "name": "a",
    "version": "",
    "language": "Go",
    "class": "store",
    "capabilities": ["clock"],
}
STATEMENT = {"executor": 1, "cypher": "MERGE", "parameters": None}
LOG_LINE = {"logger": "a", "level": "debug", "message": "m"}

RIGHT: dict[str, tuple[dict[str, Any], Any]] = {
    "initialize": ({"protocol": 1, "kit": {"name": "k", "version": "1"}}, DESCRIPTION),
    "open": ({"data_path": "/d"}, {"handle": 1, "sink": False}),
    "record_scheduled": ({"handle": 1, "id": ID, "schedule": {"Once": INSTANT}}, None),
    "record_started": ({"handle": 1, "id": ID, "started_at": INSTANT}, None),
    "record_finished": ({"handle": 1, "id": ID, "finished_at": INSTANT, "success": True}, None),
    "cancel": ({"handle": 1, "id": ID}, None),
    "load_all": ({"handle": 1}, [RECORD]),
    "flush_checkpoint": ({"handle": 1}, None),
    "close": ({"handle": 1}, None),
    "set_clock": ({"now": INSTANT}, None),
    "plant_rows": ({"handle": 1, "rows": [{"qname": "a.b", "anything": [None, 1.5]}]}, None),
    "mirror": ({"handle": 1, "mode": "fail"}, None),
    "mirror_statements": ({"handle": 1}, {"statements": [STATEMENT], "log": [LOG_LINE]}),
    "crash": ({}, None),
    "shutdown": ({}, None),
}
ODD: tuple[Any, ...] = (None, True, -1, 2**64, 1.5, "", "x", [], [None], {}, {"x": 1})


def _spoiled(value: Any) -> list[Any]:
    """`value` with each part, one at a time, replaced by something odd, left out, or joined by another."""
    spoiled = [deepcopy(odd) for odd in ODD]
    if isinstance(value, dict):
        spoiled.append(value | {"unknown": 1})
        for name, part in value.items():
            spoiled.append({other: rest for other, rest in value.items() if other != name})
            spoiled += [value | {name: changed} for changed in _spoiled(part)]
    if isinstance(value, list):
        spoiled += [[changed] for part in value for changed in _spoiled(part)]
    return spoiled


def _params_refused(name: str, params: Any) -> bool:
    if not isinstance(params, dict):
        return True
    try:
        METHODS[name].decode_params(params)
    except CodecError:
        return True
    return False


def _result_refused(name: str, result: Any) -> bool:
    try:
        METHODS[name].decode_result(result)
    except CodecError:
        return True
    return False


def test_every_method_has_one_schema_file_and_no_file_is_left_over() -> None:
    folder = files("conformance.wire").joinpath("schema")
    found = {path.name for path in folder.iterdir()}

    assert found == {f"{name}.json" for name in (*METHODS, *SHARED)}


def test_every_method_has_an_example_here() -> None:
    assert RIGHT.keys() == METHODS.keys()


@pytest.mark.parametrize("name", [*METHODS, *SHARED])
def test_a_schema_is_a_schema(name: str) -> None:
    schema = json.loads(schema_text(name))

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(f"/{name}.json")


@pytest.mark.parametrize("name", METHODS)
def test_schema_and_codec_both_take_what_is_right(name: str) -> None:
    params, result = RIGHT[name]

    assert violation(name, "request", to_json(Request(1, name, params))) is None
    assert violation(name, "answer", to_json(Answer(1, result))) is None
    assert not _params_refused(name, params)
    assert not _result_refused(name, result)


@pytest.mark.parametrize("name", METHODS)
def test_schema_and_codec_refuse_the_same_params(name: str) -> None:
    disagreements = [
        params
        for params in _spoiled(RIGHT[name][0])
        if _params_refused(name, params)
        != (
            violation(name, "request", {"jsonrpc": "2.0", "id": 1, "method": name, "params": params})
            is not None
        )
    ]

    assert disagreements == []


@pytest.mark.parametrize("name", METHODS)
def test_schema_and_codec_refuse_the_same_results(name: str) -> None:
    disagreements = [
        result
        for result in _spoiled(RIGHT[name][1])
        if _result_refused(name, result)
        != (violation(name, "answer", to_json(Answer(1, result))) is not None)
    ]

    assert disagreements == []


@pytest.mark.parametrize("fault", WIRE_FAULTS, ids=lambda fault: fault.name)
def test_every_fault_is_an_answer_to_every_method(fault: Any) -> None:
    refused = [name for name in METHODS if violation(name, "answer", to_json(Failure(1, fault, "why")))]

    assert refused == []


def test_the_schemas_know_every_capability_and_status() -> None:
    described = json.loads(schema_text("initialize"))["$defs"]["answer"]["anyOf"][0]["properties"]["result"]
    known = described["properties"]["capabilities"]["items"]["enum"]

    assert set(known) == CAPABILITIES.keys()
