# ruff: noqa: E501 - tables of texts are read in rows
"""Instants for a held clock, and cron expressions: plain ones, every corner of the dialect, and its borders.

Whether an expression is accepted is left to the oracle; here texts are only made likely to matter.
"""

from __future__ import annotations

from calendar import monthrange, timegm
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import gmtime
from typing import Any

from hypothesis import strategies as st

from conformance.contract.records import SystemTime
from conformance.testing.covering import Factors, covering_array
from conformance.testing.profiles import Dose

HALF = 500_000_000
_EDGES = (
    (1970, 1, 1, 0, 0, 0),
    (1999, 12, 31, 23, 59, 59),
    (2000, 2, 28, 23, 59, 59),
    (2026, 1, 31, 23, 59, 59),
    (2026, 2, 28, 23, 59, 59),
    (2026, 3, 8, 6, 59, 59),  # clocks go forward in New York
    (2026, 3, 29, 1, 0, 0),  # and in Berlin
    (2026, 11, 1, 5, 59, 59),  # clocks go back in New York
    (2027, 4, 30, 23, 59, 59),
    (2027, 12, 31, 23, 59, 59),
    (2028, 2, 28, 23, 59, 59),
    (2028, 2, 29, 23, 59, 59),
    (2038, 1, 19, 3, 14, 7),
    (2089, 12, 31, 23, 59, 59),
)
_EDGE_SECONDS = tuple(timegm(edge) for edge in _EDGES)
FRACTIONS = (
    *(0, HALF, 2_000, 123_456_000, 499_999_000, 500_001_000, 600_000_000, 750_000_000, 876_543_000),
    *(999_000_000, 999_998_000),
)
"""Fractions of a second in whole microseconds, which every held clock can show.

None is so near to a whole second that a clock which is read as a float could show another second.
"""
_FRACTIONS = (0, 0, 0, HALF, HALF, *FRACTIONS)
_YEAR_2090 = timegm((2090, 1, 1, 0, 0, 0))
_YEAR_2200 = timegm((2200, 1, 1, 0, 0, 0))


def _moments(last_second: int, fractions: Sequence[int]) -> st.SearchStrategy[SystemTime]:
    near_edges = st.builds(int.__add__, st.sampled_from(_EDGE_SECONDS), st.integers(0, 2))
    seconds = st.one_of(near_edges, st.integers(0, last_second))
    return st.builds(SystemTime, seconds, st.sampled_from(fractions))


def moments() -> st.SearchStrategy[SystemTime]:
    """Whole microseconds up to the year 2200; many lie where every clock can be read exactly."""
    return _MOMENTS


_MOMENTS = _moments(_YEAR_2200, _FRACTIONS)


def exact_moments() -> st.SearchStrategy[SystemTime]:
    """Instants that every held clock shows exactly: whole and half seconds up to the year 2200."""
    return _EXACT_MOMENTS


_EXACT_MOMENTS = _moments(_YEAR_2200, (0, HALF))


def half_moments() -> st.SearchStrategy[SystemTime]:
    """Half seconds, so that no instant is itself a match, up to the year 2090."""
    return _HALF_MOMENTS


_HALF_MOMENTS = _moments(_YEAR_2090, (HALF,))

_PLAIN_FIELDS = (
    ("*", "0", "*/15", "59"),
    ("*", "0", "*/7", "30-35"),
    ("*", "0", "6,18", "23"),
    ("*", "1", "28", "29", "31"),
    ("*", "1", "2", "12", "3-5"),
)
_PLAIN_MOMENTS = _moments(_YEAR_2090, _FRACTIONS)


@st.composite
def _plain_crons(draw: st.DrawFn) -> tuple[SystemTime, str]:
    now = draw(_PLAIN_MOMENTS)
    here = gmtime(now.secs_since_epoch)
    own = [str(part) for part in (here.tm_sec, here.tm_min, here.tm_hour, here.tm_mday, here.tm_mon)]
    if draw(st.booleans()):
        stars = draw(st.integers(0, 2 ** len(own) - 1))
        fields = ["*" if stars >> place & 1 else part for place, part in enumerate(own)]
    else:
        fields = [draw(st.sampled_from(plain)) for plain in _PLAIN_FIELDS]
        if fields[3] in {"29", "31"}:
            fields[4] = "*"
    return now, " ".join((*fields, "*"))


def plain_crons() -> st.SearchStrategy[tuple[SystemTime, str]]:
    """An instant up to the year 2090 and an expression of the usual six fields that fires after it.

    Often it matches the instant itself. Nothing in it is peculiar to one dialect.
    """
    return _PLAIN_CRONS


_PLAIN_CRONS = _plain_crons()


@dataclass(frozen=True, slots=True)
class _Field:
    lowest: int
    highest: int
    names: tuple[str, ...] = ()
    question: bool = False


_MONTHS_IN_FULL = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_DAYS_IN_FULL = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def _long_and_short(names: Sequence[str]) -> Iterable[str]:
    return dict.fromkeys((*names, *(name[:3] for name in names)))


_MONTHS = ("jan", "FEB", "Mar", "april", "MAY", "June", "jul", "august", "SEP", "october", "Nov", "december")
_DAYS = ("sun", "MON", "Tue", "tues", "wednesday", "THU", "thurs", "Friday", "sat")
_SECONDS = _Field(0, 59)
_HOURS = _Field(0, 23)
_DATES = _Field(1, 31, question=True)
_MONTH = _Field(1, 12, _MONTHS)
_WEEKDAYS = _Field(1, 7, _DAYS, question=True)
_YEARS = _Field(2020, 2100)

# Only some fields of an expression are of interest at a time: what they mean then shows in the next fires.
_FRAMES: tuple[tuple[str | _Field, ...], ...] = (
    (_SECONDS, "*", "*", "*", "*", "*"),
    ("0", _SECONDS, "*", "*", "*", "*"),
    ("0", "0", _HOURS, "*", "*", "*"),
    ("0", "0", "0", _DATES, "*", "*"),
    ("0", "0", "0", "1", _MONTH, "*"),
    ("0", "0", "0", "*", "*", _WEEKDAYS),
    ("0", "0", "0", _DATES, "*", _WEEKDAYS),
    ("0", "0", "0", "1", "1", "*", _YEARS),
    (_SECONDS, _SECONDS, _HOURS, _DATES, _MONTH, _WEEKDAYS),
    (_SECONDS, _SECONDS, _HOURS, "?", _MONTH, "?", "*"),
)
_BLANKS = ("", "", "", "", "", "", " ", "\t", "\r\n")
_SEPARATORS = (" ", " ", " ", "  ", "\t", "\n", "")
_KINDS = ("*", "number", "number", "range", "range", "*/", "number/", "range/", "name", "names", "?", "?/")


@st.composite
def _items(draw: st.DrawFn, field: _Field) -> str:
    numbers = _NUMBERS[field]
    kind = draw(_SOME_KIND)
    blank = draw(_SOME_BLANK)
    step = f"/{blank}{draw(_SOME_STEP if draw(st.booleans()) else numbers)}" if kind.endswith("/") else ""
    match kind.removesuffix("/"):
        case "?" if field.question:
            item = "?"
        case "name" if field.names:
            item = draw(st.sampled_from(field.names))
        case "names" if field.names:
            names = st.sampled_from(field.names)
            item = f"{draw(names)}{blank}-{blank}{draw(names)}"
        case "range":
            first, last = sorted((draw(numbers), draw(numbers)))
            item = f"{first}{blank}-{blank}{last}"
        case "number" | "name" | "names":
            item = draw(_SOME_ZEROS) + str(draw(numbers))
        case _:
            item = "*"
    return item + step


_SOME_KIND, _SOME_BLANK = st.sampled_from(_KINDS), st.sampled_from(_BLANKS)
_SOME_STEP, _SOME_ZEROS = st.integers(1, 5), st.sampled_from(("", "", "0", "00"))
_FIELDS = (_SECONDS, _HOURS, _DATES, _MONTH, _WEEKDAYS, _YEARS)
_NUMBERS = {field: st.integers(field.lowest, field.highest) for field in _FIELDS}
_SOME_ITEMS = {field: st.lists(_items(field), min_size=1, max_size=3) for field in _FIELDS}


@st.composite
def _expressions(draw: st.DrawFn) -> str:
    frame = draw(st.sampled_from(_FRAMES))
    comma = draw(st.sampled_from((",", ",", " , ")))
    fields = [field if isinstance(field, str) else comma.join(draw(_SOME_ITEMS[field])) for field in frame]
    separator = draw(st.sampled_from(_SEPARATORS))
    outside = draw(st.sampled_from(("", "", "", " ", "\t\r\n")))
    return outside + separator.join(fields) + outside


_STRAY = " \t\n\x0b\x0c\xa0*?/,-0123456789JANMONLW#@HRC~+.=_;é"


@st.composite
def _nearly(draw: st.DrawFn) -> str:
    """An expression after one slip of the pen."""
    text = draw(_expressions())
    place = draw(st.integers(0, len(text)))
    stray = draw(st.sampled_from(_STRAY))
    match draw(st.sampled_from(("insert", "replace", "drop", "cut"))):
        case "insert":
            return text[:place] + stray + text[place:]
        case "replace":
            return text[:place] + stray + text[place + 1 :]
        case "drop":
            return text[:place] + text[place + 1 :]
    return text.rpartition(" ")[0]


ACCEPTED = (
    *(f"0 0 0 1 {month} *" for month in _long_and_short(_MONTHS_IN_FULL)),
    *(f"0 0 0 * * {day}" for day in _long_and_short(_DAYS_IN_FULL)),
    *("@yearly", "@monthly", "@weekly", "@daily", "@hourly", " @daily\t", "******", "*******"),
    *("0 0 0 ? * ?", "0 0 0 ?,5 * ?", "0 0 0 ?/2 * *", "0 0 0 * * ?/3", "5-5 * * * * *", "1-5/10 * * * * *"),
    *("50/4 * * * * *", "*/59 * * * * *", "0 */59 * * * *", "0 0 */23 * * *", "0 0 0 */31 * *"),
    *("0 0 0 1 */12 *", "0 0 0 * * */7", "0 0 0 * * */2", "0 0 0 1 1 * */2100", "0 0 0 1 1 * */7"),
    *(
        "007 * * * * *",
        "0 0 0 00001 * *",
        "0 0 0 * * 1",
        "0 0 0 * * 7",
        "0 0 0 * * SUN",
        "0 0 0 * * sAtUrDaY",
    ),
    *("0 0 0 * * tues", "0 0 0 * * thurs", "0 0 0 * * MON-FRI", "0 0 0 * * MON-FRI/2", "0 0 0 1 jan-dec/5 *"),
    *(
        "0 0 0 1JAN*",
        "0 0 0 * JAN MON2030",
        "1 -5 * * * * *",
        "1 , 2 * * * * *",
        "*/ 5 * * * * *",
        "5/ 7 * * * * *",
    ),
    *(
        "0 0 0 13 * 6",
        "0 0 0 13 * FRI",
        "0 0 0 1 1 * 2100",
        "0 0 0 29 2 *",
        "0 0 0 29 2 1",
        "59 59 23 31 12 *",
    ),
    *("0 0 0 31 * *", "0 0 0 1,1,1 * *", "* * * * * * *", "0 0 0 1 1 * 2030-2040/3", "0 0 0 1 1 * 2031,2029"),
)
REFUSED = (
    *("* * * * *", "0 0 1 1 *", "* * * * * * * *", "0 0 0 * * 0", "0 0 0 * * 8", "0 0 0 * * 0-6", "60 * * * * *"),
    *("* 60 * * * *", "* * 24 * * *", "0 0 0 0 * *", "0 0 0 32 * *", "0 0 0 1 0 *", "0 0 0 1 13 *"),
    *("0 0 0 1 1 * 1969", "0 0 0 1 1 * 2101", "*/0 * * * * *", "*/60 * * * * *", "0 0 */24 * * *"),
    *("0 0 0 */32 * *", "0 0 0 1 */13 *", "0 0 0 * * */8", "? * * * * *", "0 ? * * * *", "0 0 0 1 ? *"),
    *("0 0 0 * * MON/2", "0 0 0 * * FRI-MON", "0 0 22-2 * * *", "0 0 0 * * MON-5", "0 0 0 * * 2-FRI"),
    *("0 0 0 * * thur", "0 0 0 * * weds", "0 0 0 1 sept *", "0 0 0 1 janu *", "@annually", "@midnight", "@reboot"),
    *("@every 1h", "@Daily", "@DAILY", "0 0 0 L * *", "0 0 0 15W * *", "0 0 0 * * 6#3", "0 0 0 * * 6L", "H * * * * *"),
    *("R * * * * *", "0 0 0 C * *", "~ * * * * *", "CRON_TZ=UTC 0 0 0 * * *", "TZ=UTC 0 0 0 * * *", "* /5 * * * * *"),
    *("0 0 0 * * * # daily", "0 0 0 * * *;", "-1 * * * * *", "+1 * * * * *", "1- * * * * *", ",1 * * * * *", "1, * * * * *"),
    *("1,,2 * * * * *", "1--2 * * * * *", "*/5/5 * * * * *", "*-5 * * * * *", "1-5-9 * * * * *", "0\u00a00 0 * * *"),
    *("256 * * * * *", "* 256 * * * *", "0 0 256 * * *", "0 0 0 257 * *", "65536 * * * * *", "0 0 0 1 1 * 67562"),
    *("4294967296 * * * * *", "18446744073709551616 * * * * *", "*/4294967297 * * * * *", "9" * 5_000 + " * * * * *"),
    *("0-99999999999999 * * * * *", "*/99999999999999 * * * * *", "0 0 0 1 1 * 1970-99999999999999"),
    *("0\x0b0 0 * * *", "0\x0c0 0 * * *", "٣ * * * * *", "1.0 * * * * *", "0 0 0 * * ＭＯＮ", "0 0 0 1 ma\u0131 *"),
)  # fmt: skip


def expressions() -> st.SearchStrategy[str]:
    """Cron expressions in every shape of the dialect, and texts that just miss it."""
    return _ALL


_ALL = st.one_of(_expressions(), _expressions(), _nearly())


def _turns_of_months() -> Iterator[tuple[int, ...]]:
    """Of every month, and of February in usual and leap years and at centuries of both kinds."""
    for month in range(1, 13):
        yield (2027, month, monthrange(2027, month)[1], 23, 59, 59)
        yield (2028, month, 28, 12, 0, 0)
    for year in (2000, 2027, 2028, 2100):
        yield (year, 2, 1, 0, 0, 0)
        yield (year, 2, 28, 23, 59, 59)


_MOMENTS_OF_TURNS = [SystemTime(timegm(moment), HALF) for moment in _turns_of_months()]
_LACKING: Factors = {
    "now": _MOMENTS_OF_TURNS,
    "days": ("29", "30", "31", "29,30", "31,1", "*/2", "1-31/3", "15-31/8", "?"),
    "months": ("*", "2", "2,3", "*/2", "4,6,9,11", "1-12/3", "2-12/5"),
}
_WEEKDAYS_BESIDE: Factors = {
    "now": _MOMENTS_OF_TURNS[::3],
    "days": ("*", "13", "29", "31", "1-7", "*/2", "29,30"),
    "weekdays": ("SUN", "7", "MON-FRI", "2,6", "*/2", "?", "1-7/3"),
    "months": ("*", "2", "*/3", "NOV"),
}


def calendar_cases(dose: Dose) -> Iterable[dict[str, Any]]:
    """Turns of months, and expressions that name days which some months lack: a covering array.

    Under the profile quick any two of now, days and months meet; else all three.
    """
    return map(_calendar_case, covering_array(_LACKING, _strength(dose)))


def weekday_cases(dose: Dose) -> Iterable[dict[str, Any]]:
    """The same with days of the week."""
    return map(_calendar_case, covering_array(_WEEKDAYS_BESIDE, _strength(dose)))


def _strength(dose: Dose) -> int:
    return 2 if dose.profile == "quick" else 3


def _calendar_case(case: Mapping[str, Any]) -> dict[str, Any]:
    expression = f"0 0 0 {case['days']} {case['months']} {case.get('weekdays', '*')}"
    return {"now": case["now"], "expression": expression}
