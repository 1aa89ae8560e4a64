"""The messages of JSON-RPC 2.0 as values, and their bytes.

Integers stay exact however large; NaN, Infinity and invalid UTF-8 are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from conformance.contract.faults import FAULT_BY_CODE, FAULT_BY_NAME, WireFault

VERSION = "2.0"


class MessageError(ValueError):
    """A line holds no message of this protocol. `fault` is the row of the wire's table to answer with."""

    def __init__(self, reason: str, fault: str = "invalid-request", id: int | None = None) -> None:
        super().__init__(reason)
        self.fault = FAULT_BY_NAME[fault]
        self.id = id


@dataclass(frozen=True, slots=True)
class Request:
    """Asks for one operation."""

    id: int
    method: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """An operation that succeeded."""

    id: int
    result: Any


@dataclass(frozen=True, slots=True)
class Failure:
    """An operation that failed; `id` is None where the request's could not be read."""

    id: int | None
    fault: WireFault
    message: str


Message: TypeAlias = Request | Answer | Failure

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


def to_json(message: Message) -> dict[str, Any]:
    """The JSON object of a message."""
    match message:
        case Request(id, method, params):
            return {"jsonrpc": VERSION, "id": id, "method": method, "params": params}
        case Answer(id, result):
            return {"jsonrpc": VERSION, "id": id, "result": result}
        case Failure(id, fault, text):
            data = {"name": fault.name, "definite": fault.definite}
            error = {"code": fault.code, "message": text, "data": data}
            return {"jsonrpc": VERSION, "id": id, "error": error}


def encode_line(message: Message) -> bytes:
    """The bytes of a message, its line feed included.

    Raises TypeError or UnicodeEncodeError for what JSON cannot hold.
    """
    return _encoder.encode(to_json(message)) + b"\n"


def decode_object(line: bytes) -> dict[str, Any]:
    """The JSON object on a line. Raises MessageError (parse-error)."""
    try:
        found = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MessageError(f"the line is not JSON: {error}", "parse-error") from error
    if type(found) is not dict:
        raise MessageError("the line is not one JSON object", "parse-error")
    return found


def parse_request(found: dict[str, Any]) -> Request:
    """The request that a JSON object is. Raises MessageError (invalid-request)."""
    number = found.get("id")
    if type(number) is not int:
        raise MessageError("id must be an integer")
    if found.get("jsonrpc") != VERSION:
        raise MessageError('jsonrpc must be "2.0"', id=number)
    method, params = found.get("method"), found.get("params", {})
    if type(method) is not str or type(params) is not dict or found.keys() - _REQUEST_MEMBERS:
        raise MessageError("a request has jsonrpc, id, method (a string) and params (an object)", id=number)
    return Request(number, method, params)


def parse_answer(found: dict[str, Any]) -> Answer | Failure:
    """The answer or failure that a JSON object is. Raises MessageError."""
    if found.get("jsonrpc") != VERSION:
        raise MessageError('jsonrpc must be "2.0"')
    number = found.get("id")
    if "error" in found:
        if found.keys() != _FAILURE_MEMBERS or not (number is None or type(number) is int):
            raise MessageError("a failure has exactly jsonrpc, id (an integer or null) and error")
        return _parse_failure(number, found["error"])
    if type(number) is not int or found.keys() != _ANSWER_MEMBERS:
        raise MessageError("an answer has exactly jsonrpc, id (an integer) and either result or error")
    return Answer(number, found["result"])


_REQUEST_MEMBERS = {"jsonrpc", "id", "method", "params"}
_ANSWER_MEMBERS = {"jsonrpc", "id", "result"}
_FAILURE_MEMBERS = {"jsonrpc", "id", "error"}


def _parse_failure(id: int | None, error: Any) -> Failure:
    if type(error) is not dict or error.keys() - {"code", "message", "data"}:
        raise MessageError("error must be an object of code, message and data")
    code, text, data = error.get("code"), error.get("message"), error.get("data")
    if type(code) is not int or code not in FAULT_BY_CODE:
        known = ", ".join(f"{fault.code} {fault.name}" for fault in FAULT_BY_CODE.values())
        raise MessageError(f"error code {code!r} is not in the table: {known}")
    if type(text) is not str:
        raise MessageError("error.message must be a string")
    fault = FAULT_BY_CODE[code]
    if data is not None:
        _check_data(fault, data)
    return Failure(id, fault, text)


def _check_data(fault: WireFault, data: Any) -> None:
    if type(data) is not dict:
        raise MessageError("error.data must be an object")
    wanted = {"name": fault.name, "definite": fault.definite}
    for member, value in wanted.items():
        if data.get(member, value) != value:
            raise MessageError(f"error.data.{member} must be {value!r} for code {fault.code}")
