"""`check` as a user meets it: what it says, what it writes, how it ends."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from commands import Finished, sidecar_conformance

from conformance.golden import load_cases, released_documents
from conformance.oracle.document import read_document

CASES = {case.name: case.input for case in load_cases() if case.input is not None}
NOW = ("--now", "2026-06-15T12:00:00.123456789Z")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("qname_trailing_dot", "final_newline", "bom", "truncated", "extra_field", "qname_no_dot"):
        (tmp_path / f"{name}.json").write_bytes(CASES[name])
    sound = next(document for document in released_documents() if document.name == "kind_cron")
    (tmp_path / "sound.json").write_bytes(sound.content)
    return tmp_path


def check(folder: Path, *arguments: str) -> Finished:
    return sidecar_conformance(folder, "check", *arguments, *NOW)


def test_a_sound_document_ends_with_0(folder: Path) -> None:
    finished = check(folder, "sound.json")

    assert (0, "", "sound.json: sound: 1 row\n") == (finished.code, finished.errors, finished.output)


def test_a_hazard_ends_with_1_and_says_where_what_why_and_what_follows(folder: Path) -> None:
    finished = check(folder, "qname_trailing_dot.json")

    assert 1 == finished.code
    for part in ("qname_trailing_dot.json:15:14: error: /1/qname:", "QN-04", "panics whenever it opens"):
        assert part in finished.output


def test_the_level_says_what_counts(folder: Path) -> None:
    codes = [
        check(folder, "final_newline.json", "--level", level).code for level in ("error", "warning", "note")
    ]

    assert [0, 0, 1] == codes


def test_what_cannot_be_read_ends_with_4_and_the_others_are_checked(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    finished = check(folder, "missing.json", ".", "pipe", "sound.json")

    assert 4 == finished.code
    for part in (
        "missing.json: cannot be checked: No such file",
        "_system/background_jobs.json",
        "pipe: cannot",
    ):
        assert part in finished.output
    assert "sound.json: sound" in finished.output
    assert "Traceback" not in finished.output + finished.errors


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("sound.json", "--now", "soon"),
        ("sound.json", "--in-place"),
        ("-", "--fix"),
        ("x", "--format", "xml"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(folder: Path, arguments: tuple[str, ...]) -> None:
    finished = sidecar_conformance(folder, "check", *arguments)

    assert (4, "") == (finished.code, finished.output)
    assert "Traceback" not in finished.errors


def test_json_and_sarif_go_to_standard_output_alone(folder: Path) -> None:
    for form, key in (("json", "files"), ("sarif", "runs")):
        finished = check(folder, "bom.json", "sound.json", "--format", form)

        assert (1, "") == (finished.code, finished.errors)
        assert key in json.loads(finished.output)


def test_now_decides_what_has_passed(folder: Path) -> None:
    (folder / "once.json").write_bytes(CASES["schedule_once_future"])

    outputs = [
        sidecar_conformance(folder, "check", "once.json", "--now", now).output
        for now in ("2026-01-01", "2400-01-01")
    ]

    assert [False, True] == ["has passed" in output for output in outputs]


def test_fix_writes_a_copy_beside_and_leaves_the_file(folder: Path) -> None:
    (folder / "bom.json").chmod(0o600)
    finished = check(folder, "bom.json", "--fix")
    copy = folder / "bom.fixed.json"

    assert (1, CASES["bom"]) == (finished.code, (folder / "bom.json").read_bytes())
    assert 1 == len(read_document(copy.read_bytes()))
    assert 0o600 == stat.S_IMODE(copy.stat().st_mode)
    assert 0 == check(folder, "bom.fixed.json").code


def test_fix_never_overwrites_a_copy_that_is_there(folder: Path) -> None:
    (folder / "bom.fixed.json").write_bytes(b"mine")
    finished = check(folder, "bom.json", "--fix")

    assert (4, b"mine") == (finished.code, (folder / "bom.fixed.json").read_bytes())
    assert "is there already" in finished.output


def test_fix_in_place_replaces_the_file_and_judges_what_is_left(folder: Path) -> None:
    (folder / "bom.json").chmod(0o640)
    (folder / "link.json").symlink_to("bom.json")
    finished = check(folder, "link.json", "--fix", "--in-place")

    assert (0, True) == (finished.code, (folder / "link.json").is_symlink())
    assert 1 == len(read_document((folder / "bom.json").read_bytes()))
    assert 0o640 == stat.S_IMODE((folder / "bom.json").stat().st_mode)
    assert [] == [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_fix_leaves_alone_what_it_cannot_read_whole_and_says_why(folder: Path) -> None:
    finished = check(folder, "truncated.json", "--fix", "--in-place")

    assert (1, CASES["truncated"]) == (finished.code, (folder / "truncated.json").read_bytes())
    assert "not fixed: the text ends" in finished.output


def test_fix_keeps_rows_that_are_dropped_on_load(folder: Path) -> None:
    data = CASES["qname_no_dot"] + b"\n"
    (folder / "dropped.json").write_bytes(data)
    finished = check(folder, "dropped.json", "--fix", "--in-place")

    assert 1 == finished.code
    assert read_document(data) == read_document((folder / "dropped.json").read_bytes())
    assert "written in the usual form as dropped.json: 1 problem left in it" in finished.output
