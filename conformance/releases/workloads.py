"""The workloads that `golden record` plays: fixed, so that two versions can be compared.

Each starts on an empty data path with the clock held at `START`. They keep away from what the catalogue
leaves open, with one exception that says so. A workload, once released, is never changed: a new idea gets a
new name.
"""

from __future__ import annotations

from conformance.contract.records import (
    MAX_INSTANT_SECS,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SystemTime,
)
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    Reopen,
)
from conformance.releases.planted import (
    DOTLESS_ROWS,
    DUPLICATE_ROWS,
    EMPTY_PARTS,
    EXTREME_ROWS,
    LEGACY_ROWS,
    LONGEST_PERIOD,
    MIXED_ROWS,
    OTHER_SPELLINGS,
    STRANGE_STATUSES,
    UNKNOWN_MEMBERS,
)
from conformance.releases.steps import HoldClock, LoadAll, PlantDocument, Step, Workload

START = SystemTime(1_781_524_800, 123_456_000)
"""2026-06-15T12:00:00.123456Z: whole microseconds, because no Python process can hold a finer clock."""
LATER = SystemTime(1_781_528_400, 0)

_YEARLY = Cron("0 0 0 1 1 *")


def _job(local: str) -> QName:
    return QName("golden", local)


def _scheduled(local: str, schedule: Schedule) -> RecordScheduled:
    return RecordScheduled(_job(local), schedule)


def _started(local: str) -> RecordStarted:
    return RecordStarted(_job(local), START)


def _finished(local: str, *, success: bool) -> RecordFinished:
    return RecordFinished(_job(local), LATER, success)


def _cancelled(local: str) -> Cancel:
    return Cancel(_job(local))


def _workload(name: str, what: str, *steps: Step) -> Workload:
    return Workload(name, what, (HoldClock(START), *steps))


def _schedules(name: str, what: str, **jobs: Schedule) -> Workload:
    return _workload(name, what, *(_scheduled(local, schedule) for local, schedule in jobs.items()))


def _crons(name: str, what: str, *expressions: str) -> Workload:
    jobs = (_scheduled(f"c{number}", Cron(text)) for number, text in enumerate(expressions))
    return _workload(name, what, *jobs)


def _names(name: str, what: str, *dotted: str) -> Workload:
    return _workload(name, what, *(RecordScheduled(QName.parse(text), _YEARLY) for text in dotted))


def _planted(name: str, what: str, document: str, *steps: Step) -> Workload:
    return _workload(name, what, PlantDocument(document), *steps)


_KINDS = (
    _schedules("kind_manual", "a Manual job is due at once", manual=Manual()),
    _schedules("kind_periodic", "whole seconds", hour=Periodic(Duration(3600, 0))),
    _schedules("kind_periodic_zero", "a period of nothing", zero=Periodic(Duration(0, 0))),
    _schedules(
        "kind_periodic_large",
        "periods beyond 2^32 and 2^53 seconds",
        big32=Periodic(Duration(2**32, 0)),
        big53=Periodic(Duration(2**53 + 1, 0)),
        big62=Periodic(Duration(2**62, 0)),
    ),
    _schedules(
        "kind_periodic_nanos",
        "periods with nanoseconds, which are carried into the seconds of next_fire_at",
        one=Periodic(Duration(0, 1)),
        half=Periodic(Duration(0, 500_000_000)),
        carried=Periodic(Duration(59, 999_999_999)),
    ),
    _schedules(
        "kind_once",
        "in the future, exactly now, and passed",
        future=Once(SystemTime(1_893_456_000, 987_654_321)),
        now=Once(START),
        passed=Once(SystemTime(1_000_000_000, 1)),
    ),
    _schedules(
        "kind_once_extreme",
        "the epoch, beyond 2^53, beyond the year 9999, the last instant of all",
        epoch=Once(SystemTime(0, 0)),
        big53=Once(SystemTime(2**53 + 1, 1)),
        year10000=Once(SystemTime(253_402_300_800, 0)),
        last=Once(SystemTime(MAX_INSTANT_SECS, 999_999_999)),
    ),
    _crons("kind_cron", "six fields", "0 */5 * * * *", "0 0 3 * * SUN", "* * * * * *"),
    _crons("kind_cron_seven_fields", "with a year", "0 30 9 1 1 * 2031", "0 0 0 29 2 * 2028"),
    _crons(
        "kind_cron_shorthand",
        "shorthands are stored as given",
        *("@hourly", "@daily", "@weekly", "@monthly", "@yearly"),
    ),
    _crons(
        "kind_cron_blanks_kept",
        "the text is stored as given, blanks included",
        "  0   0 12 * *  MON-FRI  ",
        "0\t0\t12\t*\t*\t?\n",
    ),
    _crons("kind_cron_never", "expressions that never fire again", "0 0 0 30 2 *", "0 0 0 1 1 * 1999"),
    _crons(
        "kind_cron_unparsable",
        "texts that are no expression are kept all the same",
        *("", "every day", "* * * * *", "60 * * * * *", "q\"u'o\\te", "café \U0001f600"),
    ),
    _schedules(
        "all_kinds",
        "one job of each kind",
        manual=Manual(),
        once=Once(SystemTime(1_893_456_000, 5)),
        periodic=Periodic(Duration(86_400, 250_000_000)),
        cron=Cron("0 0 3 * * SUN"),
    ),
)

_STATUSES = (
    _workload("status_running", "a job that started", _scheduled("a", _YEARLY), _started("a")),
    _workload(
        "status_idle",
        "a job that ended well",
        _scheduled("a", _YEARLY),
        _started("a"),
        _finished("a", success=True),
    ),
    _workload(
        "status_failed_retrying",
        "a job that failed twice",
        _scheduled("a", Periodic(Duration(60, 0))),
        *(_started("a"), _finished("a", success=False)) * 2,
    ),
    _workload(
        "status_of_unknown_jobs",
        "status changes of jobs that were never scheduled make Manual rows without a fire time",
        _started("started"),
        _finished("succeeded", success=True),
        _finished("failed", success=False),
    ),
    _workload(
        "manual_run_fails",
        "a Manual job that ran and failed",
        _scheduled("manual", Manual()),
        _started("manual"),
        _finished("manual", success=False),
    ),
    _workload(
        "failed_job_rescheduled",
        "a job that failed and is scheduled anew: the status stays",
        _scheduled("flip", Manual()),
        _started("flip"),
        _finished("flip", success=False),
        _scheduled("flip", _YEARLY),
    ),
)

_CHANGES = (
    _workload(
        "upsert_schedule",
        "scheduled again otherwise: the rows keep their places",
        _scheduled("first", _YEARLY),
        _scheduled("second", Periodic(Duration(3600, 0))),
        _scheduled("third", Cron("0 0 6 * * *")),
        _scheduled("first", Periodic(Duration(7200, 0))),
        _scheduled("third", Cron("@daily")),
    ),
    _workload(
        "upsert_later",
        "the same schedule again, an hour later: next_fire_at moves",
        _scheduled("periodic", Periodic(Duration(3600, 0))),
        _scheduled("cron", Cron("0 */5 * * * *")),
        HoldClock(LATER),
        _scheduled("periodic", Periodic(Duration(3600, 0))),
        _scheduled("cron", Cron("0 */5 * * * *")),
    ),
    _workload(
        "upsert_to_manual",
        "a cron job becomes Manual",
        _scheduled("flop", _YEARLY),
        _scheduled("flop", Manual()),
    ),
    _schedules(
        "order_of_insertion",
        "rows stand in the order in which they came",
        zebra=_YEARLY,
        apple=_YEARLY,
        Zebra=_YEARLY,
        mango=_YEARLY,
    ),
    _workload(
        "cancel_one",
        "the middle one of three is cancelled",
        *(_scheduled(local, _YEARLY) for local in ("a", "b", "c")),
        _cancelled("b"),
    ),
    _workload(
        "cancel_all_empty",
        "the last job is cancelled",
        *(_scheduled(local, _YEARLY) for local in ("a", "b")),
        _cancelled("a"),
        _cancelled("b"),
    ),
    _workload(
        "cancel_then_schedule",
        "cancelled and scheduled again: the row comes last",
        *(_scheduled(local, _YEARLY) for local in ("a", "b")),
        _cancelled("a"),
        _scheduled("a", Periodic(Duration(60, 0))),
    ),
    _workload(
        "cancel_unknown_first",
        "an unknown job is cancelled on a fresh data path; the catalogue leaves open what is written (CX-02)",
        _cancelled("nobody"),
    ),
    _workload(
        "reopen",
        "closed and opened again between two calls",
        _scheduled("a", _YEARLY),
        FlushCheckpoint(),
        Reopen(),
        LoadAll(),
        _scheduled("b", Periodic(Duration(60, 0))),
    ),
    _workload(
        "many_jobs",
        "sixty jobs, every third of them cancelled",
        *(_scheduled(f"j{number:02}", _YEARLY) for number in range(60)),
        *(_cancelled(f"j{number:02}") for number in range(0, 60, 3)),
    ),
)

_QNAMES = (
    _names(
        "qname_multi_dot",
        "names with two and more dots",
        *("a.b", "ai.dragonscale.geo.haversine", "a.b.c.d.e.f.g.h", "a..b", "...a", "x. .y", "1.2.3"),
    ),
    _workload(
        "qname_two_ids_of_one_job",
        "one dotted form, split at two places, is one job",
        RecordScheduled(QName("a", "b.c"), _YEARLY),
        RecordScheduled(QName("a.b", "c"), Periodic(Duration(60, 0))),
    ),
    _names(
        "qname_unicode",
        "names outside ASCII: raw UTF-8, never normalised",
        *("é.café", "e\u0301.cafe\u0301", "日本.ジョブ", "пример.задача", "ß.ẞ", "\u212a.k", "a\u200bb.c"),
        *("rtl.אב\u202e", "bom.\ufeffx", "nb\u00a0sp.x", "ls.\u2028\u2029", "nonchar.\ufffe\uffff"),
    ),
    _names(
        "qname_emoji",
        "names outside the basic plane",
        *("😀.🚀", "flag.🇩🇪", "zwj.👩\u200d👩\u200d👧", "max.\U0010ffff"),
    ),
    _names(
        "qname_quotes",
        "names with quotes, backslashes and slashes",
        *("it's.x", "a.it''s", 'dq."x"', "bs.\\", "bs.a\\'b", "bs.\\n", "bs.\\u0041", "slash.a/b"),
        *("html.<&>", "back.`t`", "brace.{x: 1}"),
    ),
    _names(
        "qname_blanks_controls",
        "names with blanks and control characters",
        *("my org.my job", " lead.x", "trail.x ", "tab.\tx", "nl.a\nb", "cr.a\rb", "bsp.\b\f"),
        *("esc.\x1b[0m", "us.\x1f", "del.\x7f", "c1.\x85", "nul.a\x00b"),
    ),
    _names("qname_case_pairs", "names are case-sensitive", "Org.Job", "org.job", "ORG.JOB", "org.Job"),
    _names(
        "qname_long",
        "names of 23, 24, 255 and 5,000 characters",
        *("n." + "a" * 21, "n." + "b" * 22, "n." + "c" * 253, "d" * 2499 + "." + "é" * 2500),
    ),
)

_OTHER = _scheduled("added", _YEARLY)
_PLANTED = (
    _planted("legacy_completed", "rows of three members, then another job is scheduled", LEGACY_ROWS, _OTHER),
    _planted(
        "legacy_rescheduled",
        "rows of three members; one is scheduled anew, one changes its status, one is cancelled",
        LEGACY_ROWS,
        RecordScheduled(QName("old", "idle"), Periodic(Duration(60, 0))),
        RecordStarted(QName("old", "failed"), START),
        Cancel(QName("old", "pending")),
    ),
    _planted("legacy_loaded_only", "rows of three members that are only loaded", LEGACY_ROWS, LoadAll()),
    _planted(
        "mixed_versions", "rows as each version wrote them, then another job is scheduled", MIXED_ROWS, _OTHER
    ),
    _planted(
        "extreme_numbers_kept",
        "the largest numbers of the format survive a change of another job",
        EXTREME_ROWS,
        _OTHER,
    ),
    _planted(
        "longest_period_kept",
        "a period beyond all instants survives a change of another job",
        LONGEST_PERIOD,
        _OTHER,
    ),
    _planted(
        "strange_statuses_kept",
        "statuses, known or not, survive a change of another job",
        STRANGE_STATUSES,
        _OTHER,
    ),
    _planted(
        "unknown_members", "members that no version knows, then another job changes", UNKNOWN_MEMBERS, _OTHER
    ),
    _planted(
        "other_spellings",
        "what loads in another spelling is written in the usual one",
        OTHER_SPELLINGS,
        _OTHER,
    ),
    _planted(
        "dotless_rows_kept", "a row without a dot survives a change of another job", DOTLESS_ROWS, _OTHER
    ),
    _planted(
        "empty_parts_kept",
        "rows whose qname has an empty part survive a change of another job",
        EMPTY_PARTS,
        _OTHER,
    ),
    _planted(
        "duplicate_rows",
        "two rows of one qname: the first is changed",
        DUPLICATE_ROWS,
        RecordScheduled(QName("twice", "job"), Periodic(Duration(60, 0))),
    ),
    _planted("empty_file", "a file of no bytes holds no rows", "", _OTHER),
    _planted(
        "planted_statuses_change",
        "rows with failures and fire times change their status and nothing else",
        MIXED_ROWS,
        RecordStarted(QName("current", "cron"), START),
        RecordFinished(QName("current", "periodic"), LATER, success=True),
        RecordFinished(QName("older", "cron"), LATER, success=False),
    ),
)

WORKLOADS = (*_KINDS, *_STATUSES, *_CHANGES, *_QNAMES, *_PLANTED)
