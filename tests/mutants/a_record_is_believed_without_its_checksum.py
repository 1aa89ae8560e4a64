"""A store keeps a log, and a record counts as soon as the log is long enough for it."""

from __future__ import annotations

from _log_store import Log, opener

BREAKS = {"CR-03", "CR-05"}
MESSAGE = "power lost at any point"


class BrokenLog(Log):
    def is_whole(self, content: bytes, checksum: int) -> bool:
        return bool(content)


open_backend = opener(BrokenLog)
