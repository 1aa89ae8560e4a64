"""What a run tells while it goes on."""

from __future__ import annotations

import io

from making import failure, record
from rich.console import Console

from conformance.reports.progress import ConsoleAudience
from conformance.results.known_failures import KnownFailure
from conformance.results.verdict import CheckOutcome

KNOWN = [KnownFailure("CX-01", "we know", f"claim {number}") for number in range(20)]


def told(*outcomes: CheckOutcome, verbose: bool = False) -> str:
    text = io.StringIO()
    audience = ConsoleAudience(Console(file=text, width=200), verbose=verbose)
    audience.begins(record([]).description, len(outcomes), KNOWN)
    for each in outcomes:
        audience.check_begins(each.test)
        audience.check_ended(each.test, each)
    audience.ends()
    return text.getvalue()


def test_known_failures_are_no_news_and_hide_none() -> None:
    known = [failure("CX-01", f"claim {number}") for number in range(20)]
    text = told(*known, failure("CX-02", "something new"))

    assert "CX-02 failed something new" in text
    assert "CX-01" not in text


def test_a_verbose_run_tells_of_known_failures_as_such() -> None:
    assert "CX-01 known failure claim 1" in told(failure("CX-01", "claim 1"), verbose=True)
