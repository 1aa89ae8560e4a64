"""SQLite as a store: what the kit finds of each setting is what SQLite documents, as README.md tells.

One setting is tried in each run of the tests; all of them with --whole.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import sidecar_conformance
from ways_to_save import SQLITE, sqlite_settings
from whole import partly

HERE = Path(__file__).parent
CRASHES = ("CR-02", "CR-03", "CR-04", "CR-05", "CR-08", "CR-09", "CR-10", "CR-15")
ROW = re.compile(r"^\| `(open_\w+)` \|.*\| ([^|]+) \|$", re.MULTILINE)
SETTINGS = {
    name: frozenset(re.findall(r"CR-\d\d", breaks))
    for name, breaks in ROW.findall((HERE / "README.md").read_text("utf-8"))
}
ALWAYS = ["open_rollback_full"]
NEVER_COMES_UP = {"open_rollback_off": {"CR-15": "not_reached"}}  # what is never synced cannot fail to be


def test_the_table_names_every_setting() -> None:
    assert set(sqlite_settings()) == set(SETTINGS)


@pytest.mark.parametrize("setting", partly(sorted(SETTINGS), always=ALWAYS))
def test_a_setting_breaks_what_the_table_says(tmp_path: Path, setting: str) -> None:
    spelled = f"{SQLITE}:{setting}"
    options = ("--only", ",".join(CRASHES), "--profile", "quick")

    finished = sidecar_conformance(tmp_path, "run", spelled, *options, timeout=900)

    verdicts = {id: verdict for id, verdict in finished.verdicts().items() if id in CRASHES}
    expected = {id: "failed" if id in SETTINGS[setting] else "passed" for id in CRASHES}
    assert expected | NEVER_COMES_UP.get(setting, {}) == verdicts, finished.output
