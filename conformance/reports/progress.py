"""Progress while a run goes on: a live bar on a terminal, a line a chapter elsewhere."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from conformance.contract.target import Description
from conformance.reports.visible import visible
from conformance.results.verdict import BREACHES, CheckOutcome, Verdict


class ConsoleAudience:
    """Shows a run on a console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._under_way: list[str] = []
        self._progress = Progress(
            TextColumn("{task.completed}/{task.total}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def begins(self, description: Description, tasks: int) -> None:
        """Say who is judged."""
        capabilities = ", ".join(sorted(description.capabilities)) or "none"
        self._console.print(
            f"{visible(description.name)}: class {description.conformance_class.value}, "
            f"capabilities {capabilities}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
        self._bar = self._progress.add_task("", total=tasks)
        self._progress.start()

    def tell(self, words: str) -> None:
        """Say what the user must do, to the letter."""
        self._console.print(words, highlight=False, markup=False, soft_wrap=True)

    def check_begins(self, test: str) -> None:
        """Show what is under way."""
        self._under_way.append(test)
        self._progress.update(self._bar, description=", ".join(self._under_way))

    def check_ended(self, test: str, outcome: CheckOutcome) -> None:
        """Show what came of it; a failure at once, so that nobody waits for the end to see it."""
        self._under_way.remove(test)
        self._progress.update(self._bar, advance=1, description=", ".join(self._under_way))
        if outcome.verdict is not Verdict.PASSED:
            style = "red" if outcome.verdict in BREACHES else "yellow"
            message = visible(outcome.message.partition("\n")[0])
            words = Text.assemble((f"{outcome.requirement} {outcome.verdict.value}", style), " ", message)
            self._console.print(words, soft_wrap=True)
        elif not self._console.is_terminal:
            self._console.print(
                f"{outcome.requirement} ok  {test}", highlight=False, markup=False, soft_wrap=True
            )

    def ends(self) -> None:
        """Take the bar away."""
        self._progress.stop()
