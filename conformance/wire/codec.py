"""The values of the interface as JSON values, in the shape of the sidecar document.

Every decoder raises CodecError for a value of another shape or range; its message starts with the place.
Integers must be integers: 60.0 and 1e0 are none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from conformance.contract.connection import LogLine, Statement
from conformance.contract.records import (
    MAX_CONSECUTIVE_FAILURES,
    CancellationToken,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)

_Value = TypeVar("_Value")


class CodecError(ValueError):
    """A JSON value has not the shape or range that its place asks for."""


def members(value: object, *names: str) -> list[Any]:
    """What a JSON object with exactly the members `names` holds, in that order. Raises CodecError."""
    if type(value) is not dict:
        raise CodecError(f"must be an object of {', '.join(names)}, not {_quote(value)}")
    if value.keys() != set(names):
        raise CodecError(
            f"must have exactly the members {', '.join(names)}, not {', '.join(value) or 'none'}"
        )
    return [value[name] for name in names]


def at(place: str, decode: Callable[[Any], _Value], value: object) -> _Value:
    """Decode `value`; a refusal names `place`."""
    try:
        return decode(value)
    except CodecError as error:
        separator = "" if str(error).startswith(("[", ".")) else ": "
        raise CodecError(f"{place}{separator}{error}") from error.__cause__


def encode_id(id: QName) -> dict[str, str]:
    """An id in its two parts: joined by a dot they could not be told apart."""
    return {"namespace": id.namespace, "local": id.local}


def decode_id(value: object) -> QName:
    """Raises CodecError."""
    return _build(QName, members(value, "namespace", "local"))


def encode_instant(instant: SystemTime) -> dict[str, int]:
    """Whole seconds and nanoseconds since the epoch."""
    return {"secs_since_epoch": instant.secs_since_epoch, "nanos_since_epoch": instant.nanos_since_epoch}


def decode_instant(value: object) -> SystemTime:
    """Raises CodecError."""
    return _build(SystemTime, members(value, "secs_since_epoch", "nanos_since_epoch"))


def encode_optional_instant(instant: SystemTime | None) -> dict[str, int] | None:
    """Null for no instant."""
    return None if instant is None else encode_instant(instant)


def decode_optional_instant(value: object) -> SystemTime | None:
    """Raises CodecError."""
    return None if value is None else decode_instant(value)


def encode_schedule(schedule: Schedule) -> Any:
    """`"Manual"`, or an object whose one member is the kind: Once, Periodic or Cron."""
    match schedule:
        case Manual():
            return "Manual"
        case Once(instant):
            return {"Once": encode_instant(instant)}
        case Periodic(every):
            return {"Periodic": {"secs": every.secs, "nanos": every.nanos}}
        case Cron(expr):
            return {"Cron": expr}


def decode_schedule(value: object) -> Schedule:
    """Raises CodecError."""
    if value == "Manual":
        return Manual()
    if type(value) is dict and len(value) == 1:
        [(kind, inner)] = value.items()
        if kind == "Once":
            return Once(at(".Once", decode_instant, inner))
        if kind == "Periodic":
            return Periodic(at(".Periodic", _decode_duration, inner))
        if kind == "Cron":
            return Cron(at(".Cron", decode_text, inner))
    raise CodecError(
        f'must be "Manual", {{"Once": instant}}, {{"Periodic": duration}} or {{"Cron": string}}, '
        f"not {_quote(value)}"
    )


def encode_record(record: SchedulerJobRecord) -> dict[str, Any]:
    """A restored job; `cancelled` says whether its token is tripped."""
    return {
        "id": encode_id(record.id),
        "status": record.status.value,
        "next_fire_at": encode_optional_instant(record.next_fire_at),
        "last_started_at": encode_optional_instant(record.last_started_at),
        "last_finished_at": encode_optional_instant(record.last_finished_at),
        "consecutive_failures": record.consecutive_failures,
        "schedule": encode_schedule(record.schedule),
        "cancelled": bool(record.cancel.is_cancelled()),
    }


def decode_record(value: object) -> SchedulerJobRecord:
    """Raises CodecError."""
    job, status, fires, started, finished, failures, schedule, cancelled = members(value, *_RECORD_MEMBERS)
    token = CancellationToken()
    if at(".cancelled", decode_flag, cancelled):
        token.cancel()
    return SchedulerJobRecord(
        id=at(".id", decode_id, job),
        status=at(".status", _decode_status, status),
        next_fire_at=at(".next_fire_at", decode_optional_instant, fires),
        last_started_at=at(".last_started_at", decode_optional_instant, started),
        last_finished_at=at(".last_finished_at", decode_optional_instant, finished),
        consecutive_failures=at(".consecutive_failures", _decode_failures, failures),
        schedule=at(".schedule", decode_schedule, schedule),
        cancel=token,
    )


_RECORD_MEMBERS = (
    "id",
    "status",
    "next_fire_at",
    "last_started_at",
    "last_finished_at",
    "consecutive_failures",
    "schedule",
    "cancelled",
)


def encode_statement(statement: Statement) -> dict[str, Any]:
    """A mirror statement; parameters that are no JSON become their repr."""
    return {
        "executor": statement.executor,
        "cypher": statement.cypher,
        "parameters": None if statement.parameters is None else _plain(statement.parameters),
    }


def decode_statement(value: object) -> Statement:
    """Raises CodecError."""
    executor, cypher, parameters = members(value, "executor", "cypher", "parameters")
    if parameters is not None and type(parameters) is not dict:
        raise CodecError(f".parameters: must be an object or null, not {_quote(parameters)}")
    return Statement(at(".executor", decode_count, executor), at(".cypher", decode_text, cypher), parameters)


def encode_log_line(line: LogLine) -> dict[str, str]:
    """A line of the backend's log."""
    return {"logger": line.logger, "level": line.level, "message": line.message}


def decode_log_line(value: object) -> LogLine:
    """Raises CodecError."""
    parts = members(value, "logger", "level", "message")
    return LogLine(
        *(at(f".{name}", decode_text, part) for name, part in zip(_LOG_MEMBERS, parts, strict=True))
    )


_LOG_MEMBERS = ("logger", "level", "message")


def decode_list(decode: Callable[[Any], _Value], value: object) -> list[_Value]:
    """A JSON array, item by item. Raises CodecError."""
    if type(value) is not list:
        raise CodecError(f"must be an array, not {_quote(value)}")
    decoded = []
    for position, item in enumerate(value):
        try:
            decoded.append(decode(item))
        except CodecError:
            at(f"[{position}]", decode, item)
    return decoded


def decode_text(value: object) -> str:
    """A JSON string. Raises CodecError."""
    if type(value) is not str:
        raise CodecError(f"must be a string, not {_quote(value)}")
    return value


def decode_flag(value: object) -> bool:
    """A JSON boolean. Raises CodecError."""
    if type(value) is not bool:
        raise CodecError(f"must be true or false, not {_quote(value)}")
    return value


def decode_count(value: object) -> int:
    """A whole number from 0 to 2^63-1. Raises CodecError."""
    return _decode_integer(value, 2**63 - 1)


def _decode_failures(value: object) -> int:
    return _decode_integer(value, MAX_CONSECUTIVE_FAILURES)


def _decode_integer(value: object, highest: int) -> int:
    if type(value) is not int or not 0 <= value <= highest:
        raise CodecError(f"must be a whole number from 0 to {highest}, not {_quote(value)}")
    return value


def _decode_status(value: object) -> SchedulerJobStatus:
    try:
        return SchedulerJobStatus(value)
    except ValueError as error:
        wanted = ", ".join(status.value for status in SchedulerJobStatus)
        raise CodecError(f"must be one of {wanted}, not {_quote(value)}") from error


def _decode_duration(value: object) -> Duration:
    return _build(Duration, members(value, "secs", "nanos"))


def _build(make: Callable[..., _Value], parts: list[Any]) -> _Value:
    try:
        return make(*parts)
    except (TypeError, ValueError) as error:
        raise CodecError(str(error)) from error


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return repr(value)


def _quote(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:120]}..."
