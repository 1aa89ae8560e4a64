"""The rules of the linter: how grave a problem is, what follows from it, and which requirement says so.

An error loses something: the document, the database, a row, the graph. A warning is read, and does not do
what it seems to say. A note is only spelled otherwise than the product would.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class ProblemLevel(Enum):
    """How grave a problem is, gravest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Consequence(Enum):
    """What follows, in a word for programs."""

    REFUSED = "refused"
    UNOPENABLE = "unopenable"
    DROPPED = "dropped"
    MIRROR = "mirror"
    NEVER_FIRES = "never_fires"
    RUNS_AT_OPEN = "runs_at_open"
    AMBIGUOUS = "ambiguous"
    NORMALISED = "normalised"
    SLOW = "slow"


CONSEQUENCES = {
    Consequence.REFUSED: "the whole document is refused: no row of it is loaded",
    Consequence.UNOPENABLE: "released versions of uni-db cannot open the database",
    Consequence.DROPPED: "the row is dropped on load",
    Consequence.MIRROR: "the mirror in the graph goes wrong",
    Consequence.NEVER_FIRES: "the job never fires by its schedule",
    Consequence.RUNS_AT_OPEN: "released versions of uni-db run the job whenever they open the database",
    Consequence.AMBIGUOUS: "several rows claim to be the job",
    Consequence.NORMALISED: "loads, and is written back in the usual form",
    Consequence.SLOW: "released versions of uni-db take long to open the database",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of problem. `follows` is the whole consequence, as a sentence without its full stop."""

    name: str
    level: ProblemLevel
    requirement: str
    consequence: Consequence
    title: str
    follows: str


_REFUSED = (
    "the whole document is refused: none of its jobs is loaded, and no change is stored until it is put "
    "right; uni-db opens the database all the same, and says nothing"
)
_PANICS = "uni-db up to 5.0.0 panics whenever it opens this database"
_AT_OPEN = "uni-db up to 5.0.0 runs the job whenever it opens this database"
_REWRITTEN = "loads, and the next write puts it into the usual form"
_LAST_ROW_COUNTS = (
    "uni-db goes by the schedule of the last of these rows when it opens the database (2.3.0 by that of "
    "each), and changes the first; a cancel removes all of them"
)

_TABLE = (
    Rule(
        "unreadable",
        ProblemLevel.ERROR,
        "ER-01",
        Consequence.REFUSED,
        "The document is not JSON in UTF-8.",
        _REFUSED,
    ),
    Rule(
        "wrong-shape",
        ProblemLevel.ERROR,
        "ER-02",
        Consequence.REFUSED,
        "The document is JSON of the wrong shape.",
        _REFUSED,
    ),
    Rule(
        "empty-name-part",
        ProblemLevel.ERROR,
        "QN-04",
        Consequence.UNOPENABLE,
        "The namespace or the local name of a qname is empty.",
        f"{_PANICS}; a backend that is right drops the row, and the job is lost",
    ),
    Rule(
        "period-too-long",
        ProblemLevel.ERROR,
        "NF-07",
        Consequence.UNOPENABLE,
        "Now plus the period is no instant that can be represented.",
        f"{_PANICS}; with a backend that is right the job never fires",
    ),
    Rule(
        "no-dot",
        ProblemLevel.ERROR,
        "QN-03",
        Consequence.DROPPED,
        "A qname has no dot.",
        "the row is dropped on load: the job is never registered and no call can name it; the row stays",
    ),
    Rule(
        "cypher-injection",
        ProblemLevel.ERROR,
        "CM-06",
        Consequence.MIRROR,
        "A backslash in a qname lets a part of it run as Cypher.",
        "uni-db up to 5.0.0 runs a part of the name as Cypher whenever it mirrors a change of this job",
    ),
    Rule(
        "cypher-altered",
        ProblemLevel.WARNING,
        "CM-06",
        Consequence.MIRROR,
        "A backslash in a qname changes the name that is mirrored.",
        "uni-db up to 5.0.0 mirrors this job under another name, or not at all",
    ),
    Rule(
        "no-schedule",
        ProblemLevel.WARNING,
        "LD-01",
        Consequence.RUNS_AT_OPEN,
        "A row has no schedule.",
        f"loads as Manual, and is written back so; {_AT_OPEN}",
    ),
    Rule(
        "manual",
        ProblemLevel.WARNING,
        "NF-03",
        Consequence.RUNS_AT_OPEN,
        "A job is Manual, which is due at once.",
        _AT_OPEN,
    ),
    Rule(
        "period-zero",
        ProblemLevel.WARNING,
        "NF-01",
        Consequence.RUNS_AT_OPEN,
        "A period is zero.",
        f"{_AT_OPEN}, and again at every tick of its scheduler",
    ),
    Rule(
        "once-past",
        ProblemLevel.WARNING,
        "NF-02",
        Consequence.NEVER_FIRES,
        "The instant of a Once has passed.",
        f"the job never fires again by its schedule, and yet {_AT_OPEN}",
    ),
    Rule(
        "cron-unparsable",
        ProblemLevel.WARNING,
        "NF-06",
        Consequence.NEVER_FIRES,
        "A cron expression cannot be parsed.",
        "the job never fires",
    ),
    Rule(
        "cron-never",
        ProblemLevel.WARNING,
        "NF-06",
        Consequence.NEVER_FIRES,
        "A cron expression never matches again.",
        "the job never fires",
    ),
    Rule(
        "repeated-qname",
        ProblemLevel.WARNING,
        "UP-07",
        Consequence.AMBIGUOUS,
        "Several rows have one qname.",
        _LAST_ROW_COUNTS,
    ),
    Rule(
        "unknown-member",
        ProblemLevel.WARNING,
        "LD-04",
        Consequence.NORMALISED,
        "A row has a member that the format does not have.",
        "ignored on load, and gone with the next write",
    ),
    Rule(
        "not-utf8",
        ProblemLevel.WARNING,
        "ER-01",
        Consequence.NORMALISED,
        "A member that is ignored holds bytes that are not UTF-8.",
        "uni-db reads over it and the next write drops it; another backend may refuse the whole document",
    ),
    Rule(
        "many-rows",
        ProblemLevel.WARNING,
        "SE-03",
        Consequence.SLOW,
        "The document has very many rows.",
        "uni-db 3.0.0 to 5.0.0 opens it in quadratic time: 30,000 rows took 4.1.1 2 seconds, 100,000 took 34",
    ),
    Rule(
        "no-next-fire",
        ProblemLevel.NOTE,
        "LD-02",
        Consequence.NORMALISED,
        "A row has no next_fire_at.",
        "loads as null, and the next write says so",
    ),
    Rule(
        "member-order",
        ProblemLevel.NOTE,
        "LD-08",
        Consequence.NORMALISED,
        "Members stand in another order than the usual one.",
        _REWRITTEN,
    ),
    Rule(
        "other-spelling",
        ProblemLevel.NOTE,
        "LD-09",
        Consequence.NORMALISED,
        "A value is spelled otherwise than usual.",
        _REWRITTEN,
    ),
    Rule(
        "unknown-status",
        ProblemLevel.NOTE,
        "LD-07",
        Consequence.NORMALISED,
        "A status is none that a released version writes.",
        "loads as Pending, like every status, and stays in the document until the job's next change",
    ),
    Rule(
        "layout",
        ProblemLevel.NOTE,
        "FM-04",
        Consequence.NORMALISED,
        "The bytes are laid out otherwise than the product's.",
        _REWRITTEN,
    ),
    Rule(
        "empty",
        ProblemLevel.NOTE,
        "LD-05",
        Consequence.NORMALISED,
        "The file is empty.",
        "means that nothing is persisted yet: no rows",
    ),
)
RULES = {rule.name: rule for rule in _TABLE}
