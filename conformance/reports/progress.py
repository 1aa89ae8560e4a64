"""Progress while a run goes on: a live bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from threading import Event, Thread

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from conformance.contract.target import Description
from conformance.reports.causes import TOLD, likeness
from conformance.reports.remaining import Remaining
from conformance.reports.visible import visible
from conformance.results.known_failures import KnownFailure, claim_of
from conformance.results.verdict import BREACHES, CheckOutcome, Verdict
from conformance.results.wording import plural

_MOST_TOLD = 8
_LONGEST_NEWS = 120
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 20.0, 60.0  # between lines


class ConsoleAudience:
    """Shows a run on a console: `quiet` says nothing of it, `verbose` tells of each check."""

    def __init__(self, console: Console, *, quiet: bool = False, verbose: bool = False) -> None:
        self._console = console
        self._quiet = quiet
        self._verbose = verbose
        self._known: frozenset[tuple[str, str]] = frozenset()
        self._under_way: list[str] = []
        self._remaining = Remaining({}, 1)
        self._over = Event()
        self._told: set[tuple[str, str]] = set()
        self._progress = Progress(
            TextColumn("{task.completed}/{task.total}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )

    def begins(self, description: Description, tasks: int, known: Collection[KnownFailure] = ()) -> None:
        """Say who is judged."""
        self._known = frozenset((entry.requirement, entry.message) for entry in known)
        self._total, self._done, self._failed, self._known_seen = tasks, 0, 0, 0
        self._begun = time.monotonic()
        capabilities = ", ".join(sorted(description.capabilities)) or "none"
        if not self._quiet:
            self.tell(
                f"{visible(description.name)}: class {description.conformance_class.value}, "
                f"capabilities {capabilities}"
            )
            self.tell(f"{plural(tasks, 'check')}")
        self._bar = self._progress.add_task("", total=tasks)
        self._progress.start()
        if not self._quiet and not self._console.is_terminal:
            Thread(target=self._now_and_then, daemon=True).start()

    def expects(self, seconds: Mapping[str, float], workers: int) -> None:
        """Keep what each check should take, for what is said of the time to go."""
        self._remaining = Remaining(seconds, workers)

    def tell(self, words: str) -> None:
        """Say what the user must do, to the letter."""
        self._console.print(words, highlight=False, markup=False, soft_wrap=True)

    def check_begins(self, test: str) -> None:
        """Show what is under way."""
        self._under_way.append(test)
        self._remaining.begins(test, time.monotonic())
        self._progress.update(self._bar, description=", ".join(self._under_way))

    def check_ended(self, test: str, outcome: CheckOutcome) -> None:
        """Show what came of it; a failure at once, so that nobody waits for the end to see it."""
        self._under_way.remove(test)
        self._done += 1
        self._remaining.ended(test, time.monotonic())
        is_known = (outcome.requirement, claim_of(outcome)) in self._known
        self._failed += outcome.verdict in BREACHES and not is_known
        self._known_seen += is_known
        self._progress.update(self._bar, advance=1, description=", ".join(self._under_way))
        if self._quiet:
            return
        if outcome.verdict is Verdict.PASSED:
            if self._verbose:
                self.tell(f"{outcome.requirement} ok  {test}  {outcome.effort.seconds:.2f} s")
        elif self._verbose or (outcome.verdict in TOLD and not is_known and self._is_new(outcome)):
            self._console.print(self._line(outcome, is_known), soft_wrap=True)

    def _is_new(self, outcome: CheckOutcome) -> bool:
        """Whether it is another failure than those told before: the end has a line for each requirement."""
        like = likeness(outcome)
        if like in self._told:
            return False
        self._told.add(like)
        if len(self._told) == _MOST_TOLD + 1:
            self.tell("more fails; the end has a line for each requirement")
        return len(self._told) <= _MOST_TOLD

    def _line(self, outcome: CheckOutcome, is_known: bool) -> Text:
        message = visible(outcome.message.partition("\n")[0])
        if not self._verbose and len(message) > _LONGEST_NEWS:
            message = f"{message[:_LONGEST_NEWS]}..."  # the end has it whole
        if is_known:
            return Text.assemble((f"{outcome.requirement} known failure", "yellow"), " ", message)
        style = "red" if outcome.verdict in BREACHES else "yellow"
        return Text.assemble((f"{outcome.requirement} {outcome.verdict.value}", style), " ", message)

    def _now_and_then(self) -> None:
        """Say how far it is, until it is over: also while one check takes long."""
        for pause in _pauses():
            if self._over.wait(pause):
                return
            self.tell(self._standing(time.monotonic()))

    def _standing(self, now: float) -> str:
        known = f" and {self._known_seen} as is known" if self._known_seen else ""
        return (
            f"{self._done} of {plural(self._total, 'check')}, {self._failed} failed{known}, "
            f"{duration(now - self._begun)} so far, about {duration(self._remaining.seconds(now))} to go"
        )

    def ends(self) -> None:
        """Take the bar away."""
        self._over.set()
        self._progress.stop()


def _pauses() -> Iterator[float]:
    """The seconds between lines: no silence that might be a run that hangs."""
    pause = _FIRST_PAUSE_S
    while True:
        yield pause
        pause = min(2 * pause, _LONGEST_PAUSE_S)


def duration(seconds: float) -> str:
    """So many seconds, minutes or hours."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
