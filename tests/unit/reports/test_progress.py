"""What a run tells while it goes on."""

from __future__ import annotations

import io
import time
from itertools import islice

import pytest
from making import failure, record
from rich.console import Console

from conformance.reports import progress
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


def test_between_two_lines_there_is_at_most_a_minute() -> None:
    assert [20, 40, 60, 60, 60] == list(islice(progress._pauses(), 5))


def test_a_line_comes_while_one_check_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_FIRST_PAUSE_S", 0.01)
    text = io.StringIO()
    audience = ConsoleAudience(Console(file=text, width=200))
    audience.begins(record([]).description, 2)
    audience.expects({"long": 600.0, "longer": 6000.0}, 1)
    audience.check_begins("long")
    while "to go" not in text.getvalue():
        time.sleep(0.01)
    audience.ends()

    assert "0 of 2 checks, 0 failed, 0 s so far, about 1.8 h to go" in text.getvalue()
