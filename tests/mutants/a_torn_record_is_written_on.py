"""A store keeps a log, and what a crash left half written at its end stays there, before later records."""

from __future__ import annotations

from pathlib import Path

from _log_store import Log, opener

BREAKS = {"CR-04"}
MESSAGE = "a mutation that has returned survives loss of power"


class BrokenLog(Log):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.may_be_appended_to = True


open_backend = opener(BrokenLog)
