"""The qname stands in the format of the line: one with a percent sign cannot be logged."""

from __future__ import annotations

import logging
from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-07"}
MESSAGE = "a skipped mirror is logged"


class BrokenSink(LazyCypherSink):
    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        text = f"mirror of {statement.parameters['qname']} skipped: %r"
        logging.getLogger("reference_impl.mirror").debug(text, error)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
