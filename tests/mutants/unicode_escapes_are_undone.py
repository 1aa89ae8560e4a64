"""What looks like a Unicode escape in a mirrored qname becomes the character."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-06"}
MESSAGE = "means what it means for a plain one"


class BrokenSink(LazyCypherSink):
    def execute(self, statement: MirrorStatement) -> None:
        qname = re.sub(r"\\u([0-9a-f]{4})", _character, statement.parameters["qname"])
        super().execute(replace(statement, parameters={**statement.parameters, "qname": qname}))


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
