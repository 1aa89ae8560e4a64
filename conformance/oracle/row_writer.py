"""Stored rows to the bytes of the released product."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.contract.records import Cron, Manual, Once, Periodic, Schedule, SystemTime
from conformance.oracle.json_style import quote
from conformance.oracle.rows import DURATION_MEMBERS, INSTANT_MEMBERS, StoredRow

_MEMBER = "\n    "  # where the members of a row stand
_VARIANT = "\n      "  # where the kind of a schedule stands


def write_document(rows: Iterable[StoredRow]) -> bytes:
    """The document as the product writes it, byte for byte (FM-02, FM-03, FM-04)."""
    written = ",\n".join(map(_row_text, rows))
    return f"[\n{written}\n]".encode() if written else b"[]"


def _row_text(row: StoredRow) -> str:
    return (
        "  {"
        f'{_MEMBER}"qname": {quote(row.qname)},'
        f'{_MEMBER}"status": {quote(row.status)},'
        f'{_MEMBER}"consecutive_failures": {row.consecutive_failures},'
        f'{_MEMBER}"schedule": {_schedule_text(row.schedule)},'
        f'{_MEMBER}"next_fire_at": {_instant_text(row.next_fire_at, _MEMBER)}'
        "\n  }"
    )


def _schedule_text(schedule: Schedule) -> str:
    match schedule:
        case Manual():
            return '"Manual"'
        case Once(at):
            variant = f'"Once": {_instant_text(at, _VARIANT)}'
        case Periodic(every):
            variant = f'"Periodic": {_pair_text(DURATION_MEMBERS, (every.secs, every.nanos), _VARIANT)}'
        case Cron(expr):
            variant = f'"Cron": {quote(expr)}'
    return f"{{{_VARIANT}{variant}{_MEMBER}}}"


def _instant_text(instant: SystemTime | None, line: str) -> str:
    if instant is None:
        return "null"
    return _pair_text(INSTANT_MEMBERS, (instant.secs_since_epoch, instant.nanos_since_epoch), line)


def _pair_text(names: tuple[str, str], values: tuple[int, int], line: str) -> str:
    """`line` is a line break with the indent at which the object stands."""
    members = ",".join(f'{line}  "{name}": {value}' for name, value in zip(names, values, strict=True))
    return f"{{{members}{line}}}"
