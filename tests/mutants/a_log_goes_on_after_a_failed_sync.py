"""A store keeps a log, and after a failed sync the next record follows the one that may be lost."""

from __future__ import annotations

from _log_store import Log, opener

BREAKS = {"CR-08"}
MESSAGE = "reported as the backend's error"


class BrokenLog(Log):
    def replace(self, document: bytes) -> None:
        log = self.read_bytes()
        self.may_be_appended_to = self.last_record(log)[1] == len(log)
        super().replace(document)


open_backend = opener(BrokenLog)
