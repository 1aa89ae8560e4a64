"""The methods of the wire: one row each. A row's name is also the name of its schema file.

A row reads and writes the `params` of a request (a dict of Python values by member) and the `result` of an
answer. The same row serves both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conformance.contract.classes import ConformanceClass, effective_capabilities
from conformance.contract.target import Description
from conformance.wire import codec
from conformance.wire.codec import CodecError, at

PROTOCOL = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """How a value is written as JSON and read back; `decode` raises CodecError."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Method:
    """A method, the capability a backend must declare for it, and the shapes of its two messages."""

    name: str
    params: dict[str, Shape]
    result: Shape
    needs: str | None = None
    optional: frozenset[str] = field(default_factory=frozenset)

    def encode_params(self, values: dict[str, Any]) -> dict[str, Any]:
        """The params of a request; `values` holds every member that is not optional."""
        return {name: self.params[name].encode(value) for name, value in values.items()}

    def decode_params(self, params: dict[str, Any]) -> dict[str, Any]:
        """The values of a request's params. Raises CodecError."""
        missing = self.params.keys() - params.keys() - self.optional
        unknown = params.keys() - self.params.keys()
        if missing or unknown:
            wanted = ", ".join(self.params) or "no members"
            raise CodecError(f"params: must have {wanted}; got {', '.join(params) or 'none'}")
        return {name: at(f"params.{name}", self.params[name].decode, value) for name, value in params.items()}

    def decode_result(self, result: Any) -> Any:
        """The value of an answer. Raises CodecError."""
        return at("result", self.result.decode, result)


def _same(value: Any) -> Any:
    return value


def _decode_nothing(value: Any) -> None:
    if value is not None:
        raise CodecError("must be null: this operation returns nothing")


def _list_of(encode: Callable[[Any], Any], decode: Callable[[Any], Any]) -> Shape:
    return Shape(
        lambda values: [encode(value) for value in values],
        lambda value: codec.decode_list(decode, value),
    )


def _decode_object(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise CodecError("must be an object")
    return value


def _optional_text(value: Any) -> str | None:
    return None if value is None else codec.decode_text(value)


def _one_of(*words: str) -> Callable[[Any], str]:
    def decode(value: Any) -> str:
        if value not in words:
            raise CodecError(f"must be one of {', '.join(words)}")
        return str(value)

    return decode


def _decode_protocol(value: Any) -> int:
    if type(value) is not int or value != PROTOCOL:
        raise CodecError(
            f"must be {PROTOCOL}, the version of the protocol that this kit speaks, not {value!r}"
        )
    return PROTOCOL


def _decode_kit(value: Any) -> dict[str, str]:
    name, version = codec.members(value, "name", "version")
    return {"name": codec.decode_text(name), "version": codec.decode_text(version)}


def _encode_description(description: Description) -> dict[str, Any]:
    return {
        "protocol": PROTOCOL,
        "name": description.name,
        "version": description.version,
        "language": description.language,
        "class": description.conformance_class.value,
        "capabilities": sorted(description.capabilities),
    }


def _decode_description(value: Any) -> Description:
    names = ("protocol", "name", "version", "language", "class", "capabilities")
    protocol, name, version, language, class_name, capabilities = codec.members(value, *names)
    at(".protocol", _decode_protocol, protocol)
    declared = at(".capabilities", lambda item: codec.decode_list(codec.decode_text, item), capabilities)
    kind = ConformanceClass(at(".class", _one_of(*(one.value for one in ConformanceClass)), class_name))
    try:
        effective = effective_capabilities(kind, frozenset(declared))
    except ValueError as error:
        raise CodecError(f".capabilities: {error}") from error
    return Description(
        at(".name", codec.decode_text, name),
        at(".version", codec.decode_text, version),
        at(".language", codec.decode_text, language),
        kind,
        effective,
    )


def _decode_opened(value: Any) -> dict[str, Any]:
    handle, sink = codec.members(value, "handle", "sink")
    return {
        "handle": at(".handle", codec.decode_count, handle),
        "sink": at(".sink", codec.decode_flag, sink),
    }


def _encode_mirrored(value: Any) -> dict[str, Any]:
    return {
        "statements": [codec.encode_statement(statement) for statement in value["statements"]],
        "log": [codec.encode_log_line(line) for line in value["log"]],
    }


def _decode_mirrored(value: Any) -> dict[str, Any]:
    statements, log = codec.members(value, "statements", "log")
    return {
        "statements": at(
            ".statements", lambda item: codec.decode_list(codec.decode_statement, item), statements
        ),
        "log": at(".log", lambda item: codec.decode_list(codec.decode_log_line, item), log),
    }


_NOTHING = Shape(_same, _decode_nothing)
_HANDLE = Shape(_same, codec.decode_count)
_ID = Shape(codec.encode_id, codec.decode_id)
_INSTANT = Shape(codec.encode_instant, codec.decode_instant)
_FLAG = Shape(_same, codec.decode_flag)

_TABLE = (
    Method(
        "initialize",
        {"protocol": Shape(_same, _decode_protocol), "kit": Shape(_same, _decode_kit)},
        Shape(_encode_description, _decode_description),
    ),
    Method(
        "open",
        {"data_path": Shape(_same, _optional_text), "factory": _FLAG},
        Shape(_same, _decode_opened),
        optional=frozenset({"factory"}),
    ),
    Method(
        "record_scheduled",
        {"handle": _HANDLE, "id": _ID, "schedule": Shape(codec.encode_schedule, codec.decode_schedule)},
        _NOTHING,
    ),
    Method("record_started", {"handle": _HANDLE, "id": _ID, "started_at": _INSTANT}, _NOTHING),
    Method(
        "record_finished",
        {"handle": _HANDLE, "id": _ID, "finished_at": _INSTANT, "success": _FLAG},
        _NOTHING,
    ),
    Method("cancel", {"handle": _HANDLE, "id": _ID}, _NOTHING),
    Method("load_all", {"handle": _HANDLE}, _list_of(codec.encode_record, codec.decode_record)),
    Method("flush_checkpoint", {"handle": _HANDLE}, _NOTHING),
    Method("close", {"handle": _HANDLE}, _NOTHING),
    Method(
        "set_clock",
        {"now": Shape(codec.encode_optional_instant, codec.decode_optional_instant)},
        _NOTHING,
        needs="clock",
    ),
    Method(
        "plant_rows",
        {"handle": _HANDLE, "rows": _list_of(dict, _decode_object)},
        _NOTHING,
        needs="planted_rows",
    ),
    Method(
        "mirror",
        {"handle": _HANDLE, "mode": Shape(_same, _one_of("record", "fail", "off"))},
        _NOTHING,
        needs="mirror",
    ),
    Method(
        "mirror_statements", {"handle": _HANDLE}, Shape(_encode_mirrored, _decode_mirrored), needs="mirror"
    ),
    Method("crash", {}, _NOTHING, needs="served"),
    Method("shutdown", {}, _NOTHING),
)

METHODS = {method.name: method for method in _TABLE}
