"""Names that a careless mirror would let into its statements."""

from __future__ import annotations

import random

from conformance.testing.strategies.names import AWKWARD_NAMES

FRAGMENTS = (
    "'",
    "''",
    '"',
    "\\",
    "\\\\",
    "\\'",
    "\\\\'",
    "`",
    "'})",
    "'}) DETACH DELETE job //",
    "'}) SET job.status = 'owned' //",
    "'}) WITH job MATCH (n) DETACH DELETE n //",
    "'}) WITH 1 AS one MATCH (p:Person) SET p.name = 'owned' //",
    "'}) CREATE (:Person {name: 'made up'}) //",
    "'}) MERGE (:Intruder {qname: 'x",
    "' OR '1'='1",
    "\\'}) MATCH (n) DETACH DELETE n //",
    "\\u0027}) MATCH (n) DETACH DELETE n //",
    "\\u005c",
    "\\x27",
    "\\n",
    "\\t",
    "\\0",
    "/*",
    "*/",
    "//",
    "--",
    ";",
    "$qname",
    "$status",
    "${qname}",
    "{qname}",
    "%s",
    "%(qname)s",
    "\x00",
    "\n",
    "\r\n",
    "\t",
    "\x1b[2J",
    "\u2028",
    "\u2019",
    "\uff07",
    "\u02bc",
    "\u202e",
    "\ufeff",
    "😀",
    "a" * 400,
)


def hostile_qnames(count: int, seed: int) -> list[str]:
    """So many different dotted names; each can be a job's."""
    source = random.Random(seed)
    pieces = [*FRAGMENTS, *FRAGMENTS, *AWKWARD_NAMES]
    found: dict[str, None] = {f"hostile.{fragment}": None for fragment in FRAGMENTS[: count // 2]}
    while len(found) < count:
        namespace = "".join(source.choices(pieces, k=source.randint(1, 3)))
        local = "".join(source.choices(pieces, k=source.randint(1, 3))).rstrip(".")
        if local:
            found[f"{namespace}.{local}"] = None
    return list(found)
