"""Software that people keep jobs in: what the kit finds of it is what `stores/stores.toml` states beforehand.

Chapter CR of three stores is tried in every run; with --whole, all of every store.
"""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from conformance.contract.requirements import load_ruleset

if not all(map(find_spec, ("atomicwrites", "diskcache", "duckdb", "lmdb", "obstore", "redis", "sqlalchemy"))):
    pytest.skip("needs the extra `stores`", allow_module_level=True)

from stores.entries import Entry, entries
from stores.running import run
from stores.telling import markdown, picture
from whole import partly

ENTRIES = entries()
SAMPLE = ("lmdb", "redis-always", "redis-everysec")
CHAPTER = ",".join(id for id in load_ruleset().ids() if id.startswith("CR-"))
PROGRAMS = {"redis": "redis-server", "postgresql": "pg_ctlcluster"}
GUIDE = Path(__file__).parent.parent / "conformance" / "guide" / "stores.md"


def leave_out_what_cannot_run(entry: Entry) -> None:
    if entry.lacks:
        pytest.skip(entry.lacks)
    if entry.server and shutil.which(PROGRAMS[entry.server]) is None:
        pytest.skip(f"needs Debian's {entry.server} server")
    if "slow-disk" in entry.settings and shutil.which("strace") is None:
        pytest.skip("needs strace")


def test_the_table_speaks_of_requirements_that_exist() -> None:
    named = {id for entry in ENTRIES.values() for id in entry.breaks | entry.untested}

    assert set() == named - set(load_ruleset().ids())


def test_the_guide_shows_what_the_table_expects() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| ([^|]*) \|", GUIDE.read_text("utf-8"), re.MULTILINE)
    shown = {name: frozenset(re.findall(r"[A-Z]{2}-\d\d", breaks)) for name, breaks in rows}

    assert {name: entry.breaks for name, entry in ENTRIES.items()} == shown


@pytest.mark.parametrize("name", partly(ENTRIES, always=SAMPLE))
def test_a_store_breaks_what_the_table_says(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    leave_out_what_cannot_run(ENTRIES[name])
    whole = pytestconfig.getoption("--whole")
    options = () if whole else ("--only", CHAPTER)

    outcome = run(ENTRIES[name], tmp_path, "--profile", "quick", "--workers", "1", *options)

    looked_at = set(outcome.verdicts if whole else CHAPTER.split(","))
    assert ENTRIES[name].breaks & looked_at == set(outcome.breaks), outcome.output
    assert ENTRIES[name].untested & looked_at == set(outcome.untested) & looked_at, outcome.output


def test_the_table_and_the_picture_tell_of_a_store(tmp_path: Path) -> None:
    outcome = run(ENTRIES["json-os-replace"], tmp_path, "--profile", "quick", "--only", "CR-02,CR-04")

    table, drawn = markdown([outcome], [ENTRIES["dbm-sqlite3"]]), picture([outcome])

    assert "| json, os.replace without fsync (`json-os-replace`) |" in table
    assert "CR-04: power lost here, having lost the rename" in table
    assert f"{tmp_path}/replays/CR-04-1.json" in table
    assert "`dbm-sqlite3`" in table
    assert "<title>json-os-replace, CR-04: broken</title>" in drawn
    assert "<title>json-os-replace, CR-02: holds</title>" in drawn
