"""Hypothesis strategies for the values of the interface: they reach the awkward corners, and plain values.

| strategy | draws |
|---|---|
| `qnames`, `plain_ids` | a job's id (QName): of every kind; that no careless comparison confuses |
| `lookalikes`, `families` | ids that a careless comparison takes for one another |
| `instants`, `durations`, `periods` | SystemTime; any Duration; one whose next instant can be represented |
| `cron_expressions` | text for Cron: expressions, and what is none |
| `schedules`, `plain_schedules` | Once, Periodic, Cron, Manual: that record_scheduled must take; small ones |
| `rows`, `plain_rows` | a stored row (StoredRow) |
| `documents`, `plain_documents` | the rows of a document, each of another job, for `write_document` |
| `legacy_rows`, `legacy_documents` | raw rows (JSON objects) as released versions wrote them |
| `mutations`, `programs`, `long_programs` | an operation, such as RecordScheduled; a list of them |

They are drawn from short lists of corners as often as at random: a corner that is never drawn checks nothing,
and a strategy that is slow is half the run. A check draws awkward values where its requirement is about them
and plain ones elsewhere, so that a defect is told by the requirement that it breaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, islice, product
from random import Random
from typing import Any, TypeAlias

from hypothesis import strategies as st

from conformance.contract.records import (
    MAX_DURATION_SECS,
    MAX_INSTANT_SECS,
    NANOS_PER_SECOND,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SystemTime,
)
from conformance.oracle.document import StoredRow
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Mutation,
    Operation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    Reopen,
)
from conformance.testing.planting import raw_row

__all__ = [
    "cron_expressions",
    "documents",
    "durations",
    "families",
    "instants",
    "legacy_documents",
    "legacy_rows",
    "long_programs",
    "lookalikes",
    "mutations",
    "periods",
    "plain_documents",
    "plain_ids",
    "plain_rows",
    "plain_schedules",
    "programs",
    "qnames",
    "rows",
    "schedules",
]

AWKWARD_NAMES = (
    "job",
    "Job",
    "JOB",
    " job",
    "job ",
    "jo b",
    "jobs",
    "jo",
    "é",
    "e\u0301",
    "\u212b",
    "\u00c5",
    "ß",
    "ss",
    "ﬁ",
    "İ",
    "ı",
    "日本",
    "עברית",
    "\u202ejob",
    "\u200b",
    "\ufeffjob",
    "\ufffe",
    "😀",
    "👩\u200d👩\u200d👧",
    "\U0010ffff",
    "\U00012345",
    "'",
    "''",
    '"',
    "\\",
    "\\'",
    "\\\\",
    "\\u0041",
    "\\n",
    "a'b\"c\\d",
    "`",
    "$1",
    "%s",
    "{}",
    "/",
    "..",
    "../x",
    "\x00",
    "\t",
    "\n",
    "\r\n",
    "\x1f",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "null",
    "true",
    "0",
    "-1",
    "1e5",
    "NaN",
    "a．b",
    "a。b",
    "a..b",
    "multi.part.name",
    ".a",
    "*",
    "?",
    "[x]",
    "x" * 300,
    "é" * 300,
    "\u2764\ufe0f",
    "so\u00adft",
    "job\n",
    "job\u00a0",
    "\u3000job",
    "\u212a",
    "ẞ",
    "\ue000",
    "\U000f0000",
    "\ufffd",
    "a+b",
    "%25",
    "&lt;",
    "&#65;",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "__class__",
    "__dict__",
    "\x08",
    "\x0c",
    "\x1b[1m",
)

StatusChange: TypeAlias = RecordStarted | RecordFinished

_scalars = st.characters(exclude_categories=["Cs"])  # quicker to set up than codec="utf-8", and the same
names = st.one_of(st.sampled_from(AWKWARD_NAMES), st.text(_scalars, min_size=1, max_size=6))


def _keeps_its_local_part(name: str) -> bool:
    return not name.endswith(".")


@st.composite
def _qnames(draw: st.DrawFn) -> QName:
    namespace, local = draw(names), draw(names)
    if not _keeps_its_local_part(local):
        local += "x"
    return QName(namespace, local)


def qnames() -> st.SearchStrategy[QName]:
    """Ids of every kind that is still a job after a restart: its local name does not end with a dot."""
    return _QNAMES


_QNAMES = _qnames()


def differing(id: QName) -> tuple[QName, ...]:
    """Ids that a careless comparison takes for `id`: case, normal form, blanks, prefixes, suffixes."""
    namespace, local = id.namespace, id.local
    others = (
        QName(namespace, local + "x"),
        QName(namespace + "x", local),
        QName("x" + namespace, local),
        QName("x." + namespace, local),
        QName(namespace, "x" + local),
        QName(namespace, local + ".x"),
        QName(namespace, local.swapcase()),
        QName(namespace.swapcase(), local),
        QName(namespace, local + " "),
        QName(" " + namespace, local),
        QName(namespace, local + "\u0301"),
        QName(namespace, local + "é"),
        QName(namespace, local + "e\u0301"),
        QName(namespace, local + "\x00"),
        QName(namespace + " ", local),
        QName(namespace, local[:-1] or "y"),
        QName(namespace[1:] or "y", local),
        QName(namespace, local.replace("_", "x").replace("%", "y") + "%"),
    )
    unlike = {str(other): other for other in others if str(other) != str(id)}
    return tuple(other for other in unlike.values() if _keeps_its_local_part(other.local))


@st.composite
def _lookalikes(draw: st.DrawFn) -> tuple[QName, list[QName]]:
    id = draw(_QNAMES)
    others = differing(id)
    few = st.lists(st.sampled_from(others), min_size=1, max_size=2, unique=True)
    return id, draw(st.one_of(few, st.just(list(others))))


def lookalikes() -> st.SearchStrategy[tuple[QName, list[QName]]]:
    """An id, and others that a careless comparison takes for it: all, or few (the smallest example)."""
    return _LOOKALIKES


_LOOKALIKES = _lookalikes()
# Spellings that one careless comparison or another takes for one: fold, normal form, width, blanks, patterns.
_ALIKE: tuple[tuple[str, ...], ...] = (
    ("k", "K", "\u212a", "ｋ"),
    ("ss", "SS", "ß", "ẞ", "ſs"),
    ("i", "I", "ı", "İ", "i\u0307"),
    ("fi", "FI", "ﬁ"),
    ("e", "é", "e\u0301", "É"),
    ("Å", "\u212b", "A\u030a", "å"),
    ("σ", "ς", "Σ"),
    ("ǆ", "ǅ", "Ǆ"),
    ("a", "ａ", "а", "ª"),
    ("한", "\u1112\u1161\u11ab"),
    ("か", "カ", "ｶ", "が", "か\u3099"),
    ("x", "x ", "x\t", "x\n", "x\r\n", "x\u00a0", "x\u3000", "x\x00", "x\x00y", "x\x00z"),
    ("x", " x", "\tx", "\nx", "\u2003x", "\ufeffx", "\u200bx", "\u202ex"),
    ("x", "x\u200b", "x\u200d", "x\u2060", "x\u00ad", "x\ufe0f", "x\u034f", "x\u0301", "x\x7f"),
    ("a_b", "aXb", "a%b", "a*b", "a?b", "a[X]b", "a[^Y]b", "axb"),
    ("a%", "ab", "abc", "a", "a*", "a|b"),
    ("a b", "a  b", "a+b", "a%20b", "a\u00a0b", "a\tb"),
    ("a/b", "a//b", "a\\b", "a\\\\b", "a:b", "a;b"),
    ("a-b", "a–b", "a‐b", "a−b", "ab"),
    ("'", "’", "\\'", "''", "`", '"'),
    ("&", "&amp;", "&#38;", "%26"),
    ("1", "１", "01", "+1", "1e0", "١", "¹"),
    ("😀", "😀\ufe0f", "\ufffd", "\ufffd\ufffd"),
    ("\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"),
    ("Aa", "BB", "az", "bY", "abba", "baab", "plumless", "buckeroo"),  # pairs of one hash: 31, 33, Adler, CRC
    ("x" * 63, "x" * 64, "x" * 65),
    ("x" * 254, "x" * 255, "x" * 256, "x" * 255 + "y"),
    ("x" * 1_023, "x" * 1_024, "x" * 1_024 + "y"),
    ("x" * 65_535, "x" * 65_536, "x" * 65_536 + "y"),
)
_ALIKE_WITH_A_DOT = (
    (QName("a.b", "c"), QName("aXb", "c"), QName("a_b", "c"), QName("a%b", "c"), QName("a", "c")),
    (QName("a.b", "c"), QName("b", "c"), QName("a.b.c", "c"), QName("x.a.b", "c"), QName("a..b", "c")),
    (QName("a.b", "c"), QName("a.b", "c.d"), QName("a.bb", "c"), QName("a.b", "cc"), QName("c.b", "a")),
)
FAMILIES: tuple[tuple[QName, ...], ...] = (
    *(tuple(QName("kit", name) for name in family) for family in _ALIKE),
    *(tuple(QName(name, "job") for name in family) for family in _ALIKE),
    *_ALIKE_WITH_A_DOT,
)


def families() -> st.SearchStrategy[tuple[QName, ...]]:
    """Ids that one careless comparison or another takes for one, each with its family."""
    return _FAMILIES


_FAMILIES = st.sampled_from(FAMILIES)
_SECONDS = (
    0,
    1,
    59,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**53 - 1,
    2**53,
    2**53 + 1,
    10**17 + 1,
    253_402_300_799,
    253_402_300_800,
    1_795_409_110,
)
_NANOS = (
    *(0, 1, 90, 999, 1_000, 54_321, 999_999, 1_000_000, 12_345_678, 98_765_430, 100_000_000, 123_456_789),
    *(500_000_000, 999_999_999),
)
"""Of every number of digits, with and without zeros at the end."""
nanos = st.one_of(st.sampled_from(_NANOS), st.integers(0, NANOS_PER_SECOND - 1))


def _corners(highest: int) -> list[int]:
    return sorted({*(second for second in _SECONDS if second <= highest), highest - 1, highest})


def _seconds(highest: int) -> st.SearchStrategy[int]:
    return st.one_of(st.sampled_from(_corners(highest)), st.integers(0, highest))


def corner_seconds(highest: int) -> list[tuple[int, int]]:
    """Every corner of the seconds up to `highest` with every corner of the nanoseconds."""
    return list(product(_corners(highest), _NANOS))


def instants() -> st.SearchStrategy[SystemTime]:
    """Instants from the epoch to 2^63-1 seconds after it."""
    return _INSTANTS


_INSTANTS = st.builds(SystemTime, _seconds(MAX_INSTANT_SECS), nanos)
_LONGEST_SAFE_PERIOD = 2**62
_PERIODS = st.builds(Duration, _seconds(_LONGEST_SAFE_PERIOD), nanos)
_ALL_DURATIONS = st.builds(Duration, _seconds(MAX_DURATION_SECS), nanos)


def periods() -> st.SearchStrategy[Duration]:
    """Periods whose next instant can be represented, whatever the clock says in this millennium."""
    return _PERIODS


def durations() -> st.SearchStrategy[Duration]:
    """Any duration of the format."""
    return _ALL_DURATIONS


VALID_CRONS = (
    "0 0 3 * * SUN",
    "* * * * * *",
    "0 0 0 1 1 *",
    "*/15 * * * * *",
    "0 30 9,17 * * MON-FRI",
    "0 0 0 29 2 * 2028",
    "@daily",
    " @hourly ",
    "0 0 0 ? * 1",
    "0 0 0 1 1 * 2100",
)
_AWKWARD_CRONS = (
    "0  0   3 * * SUN",
    "0 0 3 * * sun",
    "0 0 3 * * Sunday",
    "00 000 03 * * *",
    "0\t0 3 * * *",
    "0 0 3 ? * *",
    "0 0 3 * * *\n",
    "0 0 3 * * *\r\n",
    "\r\n0 0 3 * * * ",
    "0 0 3 * * *\x00",
    "\ufeff0 0 3 * * *",
    "０ ０ ３ * * *",
    "0,0,0 0 3 * * *",
    "e\u0301",
    "\u212b",
    "@DAILY",
    "0 0 3 * * * # at three",
    "'; DROP TABLE jobs; --",
    '"\\',
    "%41 &lt; %s {} $1",
    "null",
    "Manual",
    "1e5",
    "\u2028",
    "😀",
    "0 " * 150,
    "x" * 70_000,
)
_UNPARSABLE = (
    "",
    " ",
    "every day",
    "* * * * *",
    "60 * * * * *",
    "0 0 0 * * 0",
    "0 0 0 30 2 *",
    "@midnight",
    "é",
)
CRON_TEXTS = (*VALID_CRONS, *_UNPARSABLE, *_AWKWARD_CRONS)
"""Expressions, and texts that are none: those, too, that somebody might tidy."""


def cron_expressions() -> st.SearchStrategy[str]:
    """Cron expressions, and texts that are none."""
    return _CRONS


_CRONS = st.one_of(
    st.sampled_from(VALID_CRONS), st.sampled_from(_UNPARSABLE), st.text(_scalars, max_size=8), names
)


def schedules() -> st.SearchStrategy[Schedule]:
    """Schedules of every kind that record_scheduled has to take."""
    return _SCHEDULES


_SCHEDULES: st.SearchStrategy[Schedule] = st.one_of(
    st.just(Manual()),
    st.builds(Cron, _CRONS),
    st.builds(Once, _INSTANTS),
    st.builds(Periodic, _PERIODS),
)


def distinct_ids(count: int) -> st.SearchStrategy[list[QName]]:
    """So many ids, no two with one dotted form."""
    return st.lists(_QNAMES, min_size=count, max_size=count, unique_by=str)


KNOWN_STATUSES = ("Pending", "Running", "Idle", "FailedRetrying", "Cancelled")
known_statuses = st.sampled_from(KNOWN_STATUSES)
STRANGE_STATUSES = (
    *("", "pending", "RUNNING", "Bogus", "Idle ", " Idle", "é\n\x00", "Failed", "Scheduled", "null", "0"),
    *("Succeeded at last " * 20, "e\u0301 \u212b", "'quoted' \"\\", "\u2028"),
)
strange_statuses = st.text(_scalars, max_size=5).filter(lambda text: text not in KNOWN_STATUSES)
FAILURES = (0, 1, 2, 255, 256, 2**16, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)
failures = st.one_of(st.sampled_from(FAILURES), st.integers(0, 2**32 - 1))


@st.composite
def _rows(draw: st.DrawFn, ids: st.SearchStrategy[QName]) -> StoredRow:
    schedule = draw(st.one_of(_SCHEDULES, st.builds(Periodic, _ALL_DURATIONS)))
    next_fire_at = draw(st.one_of(st.none(), _INSTANTS))
    return StoredRow(str(draw(ids)), draw(known_statuses), draw(failures), schedule, next_fire_at)


def rows(ids: st.SearchStrategy[QName] | None = None) -> st.SearchStrategy[StoredRow]:
    """A stored row with any values the format allows, but a status that the product writes."""
    return _rows(_QNAMES if ids is None else ids)


def documents(
    *, min_size: int = 0, max_size: int = 4, ids: st.SearchStrategy[QName] | None = None
) -> st.SearchStrategy[list[StoredRow]]:
    """The rows of a document, each of another job; `write_document` makes its bytes."""
    return st.lists(rows(ids), min_size=min_size, max_size=max_size, unique_by=lambda row: row.qname)


_OMISSIONS: Sequence[tuple[str, ...]] = ((), ("schedule",), ("next_fire_at",), ("schedule", "next_fire_at"))


def legacy_shapes(row: StoredRow) -> tuple[dict[str, Any], ...]:
    """A row as each version may have written it: current first, then without what came later."""
    whole = raw_row(row)
    return tuple({name: whole[name] for name in whole if name not in missing} for missing in _OMISSIONS)


def legacy_rows(ids: st.SearchStrategy[QName] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """A raw row, a JSON object, as a released version wrote it: whole, or without what came later."""
    return rows(ids).flatmap(lambda row: st.sampled_from(legacy_shapes(row)))


@st.composite
def _legacy_documents(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [draw(st.sampled_from(legacy_shapes(row))) for row in draw(documents(max_size=3))]


def legacy_documents() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Raw rows, current and legacy ones mixed, each of another job."""
    return _legacy_documents()


def status_changes(ids: Sequence[QName]) -> st.SearchStrategy[StatusChange]:
    """record_started or record_finished on one of these jobs."""
    chosen = st.sampled_from(ids)
    return st.one_of(
        st.builds(RecordStarted, chosen, _INSTANTS),
        st.builds(RecordFinished, chosen, _INSTANTS, st.booleans()),
    )


def upserts(ids: Sequence[QName]) -> st.SearchStrategy[RecordScheduled | StatusChange]:
    """Any mutation but cancel of one of these jobs."""
    return st.one_of(st.builds(RecordScheduled, st.sampled_from(ids), _SCHEDULES), status_changes(ids))


def mutations(ids: Sequence[QName]) -> st.SearchStrategy[Mutation]:
    """A mutation of one of these jobs."""
    return st.one_of(upserts(ids), st.builds(Cancel, st.sampled_from(ids)))


PLAIN_IDS = (
    QName("kit", "job"),
    QName("kit", "two"),
    QName("kit", "job.x"),
    QName("kit.job", "x"),
    QName("other", "job"),
)
PLAIN_SCHEDULES: tuple[Schedule, ...] = (
    Manual(),
    Cron("0 0 0 1 1 *"),
    Cron("no expression"),
    Once(SystemTime(1_000_000_000, 0)),
    Once(SystemTime(2_000_000_000, 0)),
    Periodic(Duration(60, 0)),
)
_LONG_PAST = SystemTime(1_000_000_000, 0)
_IN_FUTURE = SystemTime(2_000_000_000, 0)
_EVERY_KIND = product(KNOWN_STATUSES, (0, 3), PLAIN_SCHEDULES, (None, _LONG_PAST, _IN_FUTURE))
ROWS_OF_ALL_KINDS = tuple(
    StoredRow(f"kit.row.n{number}", status, count, schedule, next_fire_at)
    for number, (status, count, schedule, next_fire_at) in enumerate(_EVERY_KIND)
)
"""Plain rows: every status, with and without failures, each kind of schedule, overdue, due and never due."""
_PLAIN_SCHEDULES = st.sampled_from(PLAIN_SCHEDULES)
_PLAIN_INSTANTS = st.sampled_from((SystemTime(2_000_000_000, 0), SystemTime(2_000_000_060, 0)))


def plain_ids() -> st.SearchStrategy[QName]:
    """Ids that no careless comparison confuses."""
    return st.sampled_from(PLAIN_IDS)


def plain_schedules() -> st.SearchStrategy[Schedule]:
    """Schedules of every kind that come back even where corners are cut: whole seconds, small numbers."""
    return _PLAIN_SCHEDULES


@st.composite
def _plain_rows(draw: st.DrawFn, ids: st.SearchStrategy[QName]) -> StoredRow:
    next_fire_at = draw(st.one_of(st.none(), _PLAIN_INSTANTS))
    count = draw(st.integers(0, 3))
    return StoredRow(str(draw(ids)), "Pending", count, draw(_PLAIN_SCHEDULES), next_fire_at)


def plain_rows(ids: st.SearchStrategy[QName] | None = None) -> st.SearchStrategy[StoredRow]:
    """A stored row of plain values, due in the future if ever."""
    return _plain_rows(plain_ids() if ids is None else ids)


def plain_documents(*, min_size: int = 0, max_size: int = 4) -> st.SearchStrategy[list[StoredRow]]:
    """Plain rows, each of another job."""
    return st.lists(plain_rows(), min_size=min_size, max_size=max_size, unique_by=lambda row: row.qname)


_POOLS = (PLAIN_IDS[:1], PLAIN_IDS[:2], PLAIN_IDS[2:4], PLAIN_IDS)


@st.composite
def _programs(draw: st.DrawFn, max_size: int) -> list[Operation]:
    return draw(st.lists(_step(draw(st.sampled_from(_POOLS))), min_size=1, max_size=max_size))


def _step(ids: Sequence[QName]) -> st.SearchStrategy[Operation]:
    chosen, at = st.sampled_from(ids), st.just(SystemTime(1_700_000_000, 1))
    return st.one_of(
        st.builds(RecordScheduled, chosen, _PLAIN_SCHEDULES),
        st.builds(RecordStarted, chosen, at),
        st.builds(RecordFinished, chosen, at, st.booleans()),
        st.builds(Cancel, chosen),
        st.sampled_from((Reopen(), FlushCheckpoint())),
    )


_LONG = 40
_KINDS_OF_STEP = 12


def long_programs() -> st.SearchStrategy[list[Operation]]:
    """Sequences of many operations on a few jobs, drawn at random by a seed: for volume."""
    return st.integers(0, 2**32 - 1).map(_seeded_program)


def _seeded_program(seed: int) -> list[Operation]:
    chance = Random(seed)
    ids = chance.choice(_POOLS)
    return [_seeded_step(chance, chance.choice(ids)) for _ in range(_LONG)]


def tireless_program(length: int) -> Iterator[Operation]:
    """So many operations on a few jobs, always the same ones, without a pause."""
    chance = Random(0)
    steps = (_seeded_step(chance, chance.choice(PLAIN_IDS)) for _ in count())
    return islice((step for step in steps if not isinstance(step, FlushCheckpoint | Reopen)), length)


def _seeded_step(chance: Random, id: QName) -> Operation:
    """Cancels and pauses are rarer than the rest, so that jobs live long enough."""
    at = SystemTime(1_700_000_000, 1)
    kind = chance.randrange(_KINDS_OF_STEP)
    match kind:
        case 0 | 1 | 2:
            return RecordScheduled(id, chance.choice(PLAIN_SCHEDULES))
        case 3 | 4 | 5:
            return RecordStarted(id, at)
        case 6 | 7 | 8:
            return RecordFinished(id, at, chance.random() < 0.5)
        case 9:
            return Cancel(id)
        case 10:
            return Reopen()
    return FlushCheckpoint()


def programs(max_size: int = 20, *, cancelling_unknown: bool = False) -> st.SearchStrategy[list[Operation]]:
    """Sequences of operations on a few jobs. Names and values are plain: the order is what is tried.

    With `cancelling_unknown` some cancel a job that is not there.
    """
    steps = _programs(max_size)
    return steps if cancelling_unknown else steps.map(_without_unknown_cancels)


def _without_unknown_cancels(program: Sequence[Operation]) -> list[Operation]:
    known: set[str] = set()
    kept = []
    for operation in program:
        if isinstance(operation, Cancel):
            if str(operation.id) not in known:
                continue
            known.discard(str(operation.id))
        elif not isinstance(operation, FlushCheckpoint | Reopen):
            known.add(str(operation.id))
        kept.append(operation)
    return kept
