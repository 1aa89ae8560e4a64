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

from conformance.testing.strategies.names import (
    families,
    lookalikes,
    plain_ids,
    qnames,
)
from conformance.testing.strategies.programs import (
    long_programs,
    mutations,
    programs,
)
from conformance.testing.strategies.rows import (
    documents,
    legacy_documents,
    legacy_rows,
    plain_documents,
    plain_rows,
    rows,
)
from conformance.testing.strategies.schedules import (
    cron_expressions,
    plain_schedules,
    schedules,
)
from conformance.testing.strategies.times import (
    durations,
    instants,
    periods,
)

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
