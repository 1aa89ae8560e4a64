"""Messages and their lines."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.faults import FAULT_BY_NAME, WIRE_FAULTS
from conformance.wire.messages import (
    Answer,
    Failure,
    Message,
    MessageError,
    Request,
    decode_object,
    encode_line,
    parse_answer,
    parse_request,
)


def _read(line: bytes) -> Message:
    found = decode_object(line)
    return parse_request(found) if "method" in found else parse_answer(found)


@pytest.mark.parametrize(
    "message",
    [
        Request(2**63 - 1, "load_all", {"handle": 2**64 - 1}),
        Answer(0, None),
        Answer(1, {"text": 'ключ "\\\n😀\u2028', "large": 2**64 - 1}),
        *(Failure(1, fault, "why") for fault in WIRE_FAULTS),
        Failure(None, FAULT_BY_NAME["parse-error"], ""),
    ],
)
def test_a_message_comes_back_from_its_line(message: Message) -> None:
    line = encode_line(message)

    assert _read(line) == message
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"hello",
        b"[]",
        b"1",
        b'{"a":NaN}',
        b'{"a":1} x',
        b'{"a":"\xff"}',
        b"\xef\xbb\xbf{}",
        b"[" * 99_999,
    ],
)
def test_a_line_that_is_no_json_object_is_a_parse_error(line: bytes) -> None:
    with pytest.raises(MessageError) as caught:
        decode_object(line)

    assert caught.value.fault.name == "parse-error"


@pytest.mark.parametrize(
    "found",
    [
        {"jsonrpc": "2.0", "method": "close"},
        {"jsonrpc": "2.0", "id": "1", "method": "close"},
        {"jsonrpc": "2.0", "id": True, "method": "close"},
        {"jsonrpc": "1.0", "id": 1, "method": "close"},
        {"id": 1, "method": "close"},
        {"jsonrpc": "2.0", "id": 1, "method": 5},
        {"jsonrpc": "2.0", "id": 1, "method": "close", "params": []},
        {"jsonrpc": "2.0", "id": 1, "method": "close", "parms": {}},
    ],
)
def test_a_wrong_request_is_an_invalid_request(found: dict[str, Any]) -> None:
    with pytest.raises(MessageError) as caught:
        parse_request(found)

    assert caught.value.fault.name == "invalid-request"


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({"jsonrpc": "2.0", "id": 1}, "either result or error"),
        ({"jsonrpc": "2.0", "id": 1.0, "result": None}, "id"),
        ({"jsonrpc": "2.0", "id": 1, "result": None, "extra": 1}, "exactly"),
        ({"jsonrpc": "2.0", "id": 1, "result": None, "error": {"code": 1, "message": ""}}, "exactly"),
        ({"jsonrpc": "2.0", "id": 1, "error": "no"}, "error must be an object"),
        ({"jsonrpc": "2.0", "id": 1, "error": {"code": 99, "message": ""}}, "99 is not in the table"),
        ({"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": None}}, "message must be a string"),
        (
            {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "", "data": {"definite": False}}},
            "definite must be True",
        ),
        ({"result": None, "id": 1}, "jsonrpc"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_reason(found: dict[str, Any], message: str) -> None:
    with pytest.raises(MessageError, match=message):
        parse_answer(found)


def test_the_data_of_a_failure_may_be_left_out() -> None:
    failure = parse_answer({"jsonrpc": "2.0", "id": 1, "error": {"code": 2, "message": "late"}})

    assert failure == Failure(1, FAULT_BY_NAME["uncertain"], "late")
