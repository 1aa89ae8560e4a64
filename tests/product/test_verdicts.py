"""uni-db's own backend under the kit: what the page for its maintainers says, and the gate that it offers.

Every run of the tests judges the latest release by what it breaks, with one more defect. With --whole every
release is judged by every requirement, in the quick profile, and so is what the page proposes.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from commands import Finished, sidecar_conformance
from product.building import RELEASES, Change, build, build_example
from product.client import Unavailable, build_held_clock
from product.guide_page import as_pattern, blocks, by_hand, mends, table
from product.verdicts import BROKEN, judge
from whole import only_whole

from conformance.golden import recorded_folder

GATE = Path(__file__).parent / "gate"
LATEST = RELEASES[-1]
QUICK = ("--profile", "quick", "--seed", "0")
NEED_ALL_CAPABILITIES = {"FS-02", *(f"CM-0{n}" for n in range(1, 8)), *(f"NF-0{n}" for n in range(1, 8))}
A_RACE = {"CC-05"}
ONE_MORE_DEFECT = Change(
    "uni-plugin-host",
    "src/scheduler_persistence.rs",
    "rows.retain(|r| r.qname != qname_str)",
    "rows.retain(|r| !r.qname.starts_with(&qname_str))",
)


def built(release: str, *, program: str = "adapter", changes: Sequence[Change] = ()) -> tuple[str, ...]:
    try:
        return build(release, program=program, changes=changes)
    except Unavailable as reason:
        pytest.skip(f"uni-db's own backend was not judged: {reason}")


def through_the_gate(folder: Path, command: Sequence[str]) -> Finished:
    known = str(GATE / "known-failures.toml")
    options = (*QUICK, "--known-failures", known)
    return sidecar_conformance(folder, "run", *options, "--", *command, timeout=600)


def broken_by(release: str) -> set[str]:
    """As the page says."""
    return {id for id, verdict in table()[release].items() if verdict == "broken"}


def test_the_table_has_every_release() -> None:
    assert [*RELEASES] == list(table())


def test_the_readme_names_what_the_table_does() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    section = readme.partition("## uni-db's own backend")[2].partition("\n## ")[0]

    assert {frozenset(re.findall(r"[A-Z]{2}-\d\d", section))} == {
        frozenset(broken_by(each)) for each in RELEASES
    }
    assert [*RELEASES] == re.findall(r"\d\.\d\.\d", section)


@only_whole
def test_the_latest_release_goes_through_the_gate_and_breaks_what_the_page_says(tmp_path: Path) -> None:
    finished = through_the_gate(tmp_path, built(LATEST))

    verdicts = finished.verdicts()
    capabilities = {"clock", "document", "factory", "mirror", "planted_rows", "threads", "traceable"}
    judged = {id for id, verdict in verdicts.items() if verdict in ("passed", "known_failure")}
    known = {id for id, verdict in verdicts.items() if verdict == "known_failure"}
    new = {id for id, verdict in verdicts.items() if verdict in BROKEN}
    assert 0 == finished.code, finished.output
    assert (broken_by(LATEST) - A_RACE, broken_by(LATEST) & A_RACE) == (known, new)
    assert capabilities == set(finished.results()["backend"]["capabilities"])
    assert set() == NEED_ALL_CAPABILITIES - judged


@only_whole
@pytest.mark.parametrize("release", RELEASES[:-1])
def test_a_release_breaks_what_the_page_says(tmp_path: Path, release: str) -> None:
    built(release)

    judged = judge(release, tmp_path / "report", *QUICK)

    assert judged.complete
    assert broken_by(release) == set(judged.broken)
    assert {breach.requirement for breach in judged.breaches if breach.replay.exists()} == set(judged.broken)


def test_with_one_more_defect_the_latest_release_breaks_that_and_what_the_gate_knows(tmp_path: Path) -> None:
    command = built(LATEST, program="gate", changes=(ONE_MORE_DEFECT,))
    only = ",".join(sorted({*broken_by(LATEST), "CX"}))

    smoke = sidecar_conformance(tmp_path, "smoke", "--", *command)
    finished = sidecar_conformance(tmp_path, "run", *QUICK, "--only", only, "--", *command)

    entries = tomllib.loads((GATE / "known-failures.toml").read_text("utf-8"))["known_failure"]
    told = {entry["message"]: entry["requirement"] for entry in entries}
    found = {id for id, verdict in finished.verdicts().items() if verdict in BROKEN}
    assert 0 == smoke.code, smoke.output
    assert {"CX-03", *broken_by(LATEST)} - A_RACE == found - A_RACE, finished.output
    assert {*told.values()} - A_RACE == broken_by(LATEST) - A_RACE
    assert [] == [message for message, id in told.items() if id in found and message not in finished.output]


@only_whole
def test_the_gate_closes_when_one_more_thing_breaks(tmp_path: Path) -> None:
    command = built(LATEST, program="gate", changes=(ONE_MORE_DEFECT,))

    finished = through_the_gate(tmp_path, command)

    assert 1 == finished.code, finished.output
    assert {"CX-03"} == {id for id, verdict in finished.verdicts().items() if verdict in BROKEN} - A_RACE
    assert "cancel matches the whole dotted id" in finished.output


@only_whole
def test_what_the_page_proposes_mends_what_it_says(tmp_path: Path) -> None:
    command = built(LATEST, changes=mends())
    only = ",".join(sorted(broken_by(LATEST)))

    finished = sidecar_conformance(tmp_path, "run", *QUICK, "--only", only, "--", *command)

    assert {"passed"} == {finished.verdicts()[id] for id in broken_by(LATEST)}, finished.output


def test_the_latest_release_leaves_the_documents_that_were_recorded(tmp_path: Path) -> None:
    command = built(LATEST)

    finished = sidecar_conformance(tmp_path, "golden", "verify", str(recorded_folder()), "--", *command)

    assert "uni-db 5.0.0: 52 of 52 workloads left the same bytes" in finished.output
    assert 1 == finished.output.count("the backend panicked"), "QN-04, of the rows with empty parts"


@pytest.fixture(scope="module")
def program() -> Path:
    """All that the page does by hand, as one program."""
    try:
        return build_example(LATEST, by_hand()[0])
    except Unavailable as reason:
        pytest.skip(f"the findings were not tried by hand: {reason}")


@pytest.mark.parametrize("name", by_hand()[1])
def test_a_finding_shows_by_hand(program: Path, tmp_path: Path, name: str) -> None:
    environment = dict(os.environ) | {"RUST_BACKTRACE": "0", "TMPDIR": str(tmp_path)}
    umask = os.umask(0o022)
    try:
        shown = subprocess.run([program, name], env=environment, capture_output=True, text=True, check=False)
    finally:
        os.umask(umask)

    assert as_pattern(by_hand()[1][name]).search(shown.stdout + shown.stderr), shown


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_calls_that_save_are_those_of_the_page(program: Path, tmp_path: Path) -> None:
    options = ("-e", "trace=mkdir,fsync,rename", "-y")
    environment = dict(os.environ) | {"TMPDIR": str(tmp_path)}
    traced = subprocess.run(
        ["strace", *options, program, "cr_05"], env=environment, capture_output=True, text=True, check=True
    )

    [told] = [block for block in blocks("text") if "mkdir" in block.code]
    saved = traced.stderr.splitlines()[-1 - len(told.code.splitlines()) : -1]
    assert as_pattern(told.code.strip()).fullmatch("\n".join(re.sub(r" +=", " =", line) for line in saved))


def test_a_name_runs_as_cypher_in_the_released_wheel(tmp_path: Path) -> None:
    if importlib.util.find_spec("uni_db") is None:
        pytest.skip("the wheel is not installed: pip install 'sidecar-conformance[uni-db]'")
    try:
        library = build_held_clock(tmp_path)
    except Unavailable as reason:
        pytest.skip(f"the wheel may not load here: {reason}")
    [script] = blocks("python")
    environment = dict(os.environ) | {"LD_PRELOAD": str(library), "TMPDIR": str(tmp_path)}

    shown = subprocess.run(
        [sys.executable, "-c", script.code], env=environment, capture_output=True, text=True, check=True
    )

    assert script.printed == shown.stdout.strip()
