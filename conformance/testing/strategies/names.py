"""Ids of jobs: awkward ones, ones that a careless comparison confuses, and plain ones."""

from __future__ import annotations

from hypothesis import strategies as st

from conformance.contract.records import QName

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

scalars = st.characters(exclude_categories=["Cs"])  # quicker to set up than codec="utf-8", and the same
names = st.one_of(st.sampled_from(AWKWARD_NAMES), st.text(scalars, min_size=1, max_size=6))


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


def distinct_ids(count: int) -> st.SearchStrategy[list[QName]]:
    """So many ids, no two with one dotted form."""
    return st.lists(_QNAMES, min_size=count, max_size=count, unique_by=str)


PLAIN_IDS = (
    QName("kit", "job"),
    QName("kit", "two"),
    QName("kit", "job.x"),
    QName("kit.job", "x"),
    QName("other", "job"),
)


def plain_ids() -> st.SearchStrategy[QName]:
    """Ids that no careless comparison confuses."""
    return st.sampled_from(PLAIN_IDS)
