"""The smallest right and wrong sequence of a requirement, where one says more than its text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sequence:
    """Operations, and what load_all answers behind them: as it must be, and as it must not."""

    operations: tuple[str, ...]
    right: str
    wrong: str


_SCHEDULE = "record_scheduled(a.b, Periodic(60 s))"
_LOAD = "load_all()"

SEQUENCES = {
    "RT-01": Sequence(("record_started(a.b)", _LOAD), "one record, a.b", "none, or two"),
    "RT-02": Sequence((_SCHEDULE, "close()", "open()", _LOAD), "a.b, Periodic(60 s)", "nothing"),
    "RT-03": Sequence(
        ("record_scheduled(a.b, Periodic(1 s and 1 ns))", _LOAD), "1 s and 1 ns", "1 s: a float was between"
    ),
    "UP-01": Sequence(
        (_SCHEDULE, "record_scheduled(a.b, Manual)", _LOAD), "one record: Manual", "two records, or the first"
    ),
    "UP-02": Sequence(
        (_SCHEDULE, "record_started(a.b)", _LOAD), "Periodic(60 s), next_fire_at as before", "Manual"
    ),
    "UP-03": Sequence(
        ("record_finished(a.b, failed)", _SCHEDULE, _LOAD), "consecutive_failures stay", "failures 0 again"
    ),
    "UP-04": Sequence(
        ("record_started(a.b)", _LOAD), "a.b, Manual, no next_fire_at, failures 0", "an error, or nothing"
    ),
    "UP-05": Sequence((_SCHEDULE, "cancel(c.d)", _LOAD), "a.b as before", "a.b changed or gone"),
    "CX-01": Sequence((_SCHEDULE, "cancel(a.b)", "close()", "open()", _LOAD), "nothing", "a.b"),
    "CX-02": Sequence(("cancel(never.seen)", _LOAD), "it returns; nothing", "an error such as KeyError"),
    "NF-02": Sequence(("record_scheduled(a.b, Once(an hour ago))", _LOAD), "no next_fire_at", "an hour ago"),
    "NF-06": Sequence(
        ("record_scheduled(a.b, Cron('nonsense'))", _LOAD), "it returns; no next_fire_at", "an error"
    ),
    "RT-11": Sequence((_LOAD, _LOAD), "the document as it was", "a document written anew"),
}
