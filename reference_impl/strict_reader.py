"""Reads documents as strictly and as leniently as the released product (LD-04, LD-08, LD-09, ER-02)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from conformance.contract.records import MAX_DURATION_SECS, MAX_INSTANT_SECS, NANOS_PER_SECOND
from reference_impl.json_scanner import JsonScanner
from reference_impl.rows import Row, StoredDuration, StoredInstant, StoredSchedule, StoredVariant

_U32_MAX = 2**32 - 1
_U64_MAX = 2**64 - 1


def read(document: bytes) -> list[Row]:
    """The rows of a document. Raises ValueError, which names the byte where reading stopped."""
    scanner = JsonScanner(document)
    rows = [_row(scanner) for _ in scanner.elements()]
    scanner.end()
    return rows


def _row(scanner: JsonScanner) -> Row:
    """A row: an object, or an array of 3 to 5 values in member order."""
    if scanner.accept("["):
        return Row(*_values(scanner, _ROW_MEMBERS.values(), at_least=3))
    known: dict[str, Any] = {}
    for name in scanner.members():
        read_value = _ROW_MEMBERS.get(name)
        if read_value is None:
            scanner.skip_value()
        elif name in known:
            scanner.fail(f"no second {name}")
        else:
            known[name] = read_value(scanner)
    if not known.keys() >= {"qname", "status", "consecutive_failures"}:
        scanner.fail("a row with qname, status and consecutive_failures")
    return Row(**known)


def _schedule(scanner: JsonScanner) -> StoredSchedule:
    """A schedule: "Manual", or an object with one member, the variant."""
    if not scanner.accept("{"):
        if scanner.string() != "Manual":
            scanner.fail("Manual, or an object with one schedule")
        return "Manual"
    read_variant = _VARIANTS.get(scanner.key())
    if read_variant is None:
        scanner.fail("one of Once, Periodic, Cron and Manual")
    schedule = read_variant(scanner)
    scanner.expect("}")
    return schedule


def _manual(scanner: JsonScanner) -> StoredSchedule:
    """The null of {"Manual": null}."""
    if not scanner.null():
        scanner.fail("null")
    return "Manual"


def _instant(scanner: JsonScanner) -> StoredInstant:
    return StoredInstant(*_time(scanner, "secs_since_epoch", "nanos_since_epoch", MAX_INSTANT_SECS))


def _instant_or_null(scanner: JsonScanner) -> StoredInstant | None:
    return None if scanner.null() else _instant(scanner)


def _duration(scanner: JsonScanner) -> StoredDuration:
    return StoredDuration(*_time(scanner, "secs", "nanos", MAX_DURATION_SECS))


def _time(scanner: JsonScanner, secs_name: str, nanos_name: str, most_secs: int) -> tuple[int, int]:
    """Seconds and nanoseconds: an object, or an array of the two.

    A thousand million nanoseconds or more are carried into the seconds.
    """
    if scanner.accept("["):
        secs, nanos = _values(scanner, (_u64, _u32), at_least=2)
    else:
        members = {secs_name: _u64, nanos_name: _u32}
        found: dict[str, int] = {}
        for name in scanner.members():
            if name not in members or name in found:
                scanner.fail(f"{secs_name} and {nanos_name}, each once")
            found[name] = members[name](scanner)
        if len(found) < len(members):
            scanner.fail(f"{secs_name} and {nanos_name}")
        secs, nanos = found[secs_name], found[nanos_name]
    carried, nanos = divmod(nanos, NANOS_PER_SECOND)
    if secs + carried > most_secs:
        scanner.fail(f"at most {most_secs} seconds")
    return secs + carried, nanos


def _values(
    scanner: JsonScanner, readers: Iterable[Callable[[JsonScanner], Any]], *, at_least: int
) -> list[Any]:
    """What follows the bracket of an array that holds one value for each reader, the last ones optional."""
    found: list[Any] = []
    for read_value in readers:
        if found and not scanner.accept(","):
            break
        found.append(read_value(scanner))
    scanner.expect("]")
    if len(found) < at_least:
        scanner.fail(f"an array of at least {at_least} values")
    return found


def _u32(scanner: JsonScanner) -> int:
    return scanner.integer(_U32_MAX)


def _u64(scanner: JsonScanner) -> int:
    return scanner.integer(_U64_MAX)


_ROW_MEMBERS: dict[str, Callable[[JsonScanner], Any]] = {
    "qname": JsonScanner.string,
    "status": JsonScanner.string,
    "consecutive_failures": _u32,
    "schedule": _schedule,
    "next_fire_at": _instant_or_null,
}
_VARIANTS: dict[str, Callable[[JsonScanner], StoredSchedule]] = {
    "Once": lambda scanner: StoredVariant(once=_instant(scanner)),
    "Periodic": lambda scanner: StoredVariant(periodic=_duration(scanner)),
    "Cron": lambda scanner: StoredVariant(cron=scanner.string()),
    "Manual": _manual,
}
