"""`report` as a user meets it: what it writes, and what it does not believe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import Finished, sidecar_conformance
from saved_results import filtered, not_conformant, results_form

from conformance.contract.requirements import load_ruleset

REPLAY = {
    "schema": "sidecar-conformance/replay/1",
    "requirement": "UP-01",
    "test": "test_UP_01",
    "target": "x:y",
    "command": [],
    "class": "sidecar",
    "capabilities": [],
    "seed": 1,
    "arguments": {},
    "operations": ["open()", "load_all()"],
    "claim": "no second row appears",
    "expected": "1",
    "observed": "2",
}


def save(folder: Path, form: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(form), "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path / "good", results_form())
    save(tmp_path / "bad", not_conformant(UP_01="failed"))
    save(tmp_path / "part", filtered())
    (tmp_path / "bad" / "replays").mkdir()
    (tmp_path / "bad" / "replays" / "UP-01-1.json").write_text(json.dumps(REPLAY), "utf-8")
    return tmp_path


def report(folder: Path, *arguments: str) -> Finished:
    return sidecar_conformance(folder, "report", *arguments)


def written(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_one_run_becomes_a_page_and_earns_a_badge(folder: Path) -> None:
    finished = report(folder, "good/results.json", "-o", "out")

    assert (0, "") == (finished.code, finished.errors)
    assert {"index.html", "badge.svg"} == written(folder / "out")


def test_a_page_tells_how_each_requirement_is_checked_broken_and_mended(folder: Path) -> None:
    report(folder, "good/results.json", "-o", "out")

    page = (folder / "out" / "index.html").read_text("utf-8")
    many = len(load_ruleset().ids())
    for part in ("for example", "how it is checked", "what has broken it", "how to mend it"):
        assert many == page.count(f"\n{part}\n")


def test_a_failure_is_told_from_its_replay_file_which_comes_along(folder: Path) -> None:
    report(folder, "bad", "-o", "out")
    page = (folder / "out" / "index.html").read_text("utf-8")
    (link,) = written(folder / "out") - {"index.html"}

    assert "no second row appears" in page
    assert f'href="{link}"' in page


def fail_in_a_crash(folder: Path, argument: object) -> None:
    """A failure of CR-02 with all that a run keeps of it."""
    save(folder, not_conformant(CR_02="failed"))
    story = REPLAY | {"requirement": "CR-02", "arguments": {"scenario": argument}}
    files = {
        "replays/CR-02-1.json": json.dumps(story),
        "crashes/CR-02/timeline.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "crashes/CR-02/protocol.txt": "fsync",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def test_the_story_of_a_crash_is_shown_whatever_its_values_are(folder: Path) -> None:
    fail_in_a_crash(folder / "crash", {"$": "SomethingOfAnotherVersion", "start": [{"$": "unheard of"}]})
    report(folder, "crash", "-o", "out")
    page = (folder / "out" / "index.html").read_text("utf-8")

    for part in ("what was done", "load_all()", "no second row appears", "expected", "observed"):
        assert part in page


def test_the_timeline_of_a_crash_is_shown_and_comes_along(folder: Path) -> None:
    fail_in_a_crash(folder / "crash", None)
    report(folder, "crash", "-o", "out")
    page = (folder / "out" / "index.html").read_text("utf-8")

    assert '<img src="data:image/svg+xml;base64,' in page
    for name in ("timeline.svg", "protocol.txt"):
        (kept,) = [each for each in written(folder / "out") if each.endswith(name)]
        assert f'href="{kept}"' in page


def test_the_timeline_of_a_page_beside_its_results_is_linked_where_it_is(folder: Path) -> None:
    fail_in_a_crash(folder / "crash", None)
    before = written(folder / "crash")
    report(folder, "crash", "-o", "crash")

    assert {"index.html"} == written(folder / "crash") - before
    page = (folder / "crash" / "index.html").read_text("utf-8")
    assert 'href="crashes/CR-02/timeline.svg"' in page


def test_a_replay_file_that_cannot_be_read_is_said_on_the_page(folder: Path) -> None:
    (folder / "bad" / "replays" / "UP-01-1.json").write_text('{"schema": ', "utf-8")
    report(folder, "bad", "-o", "bad")

    assert "cannot be read, so its story is not told" in (folder / "bad" / "index.html").read_text("utf-8")


def test_a_real_crash_is_told_with_its_story_and_its_timeline(tmp_path: Path) -> None:
    mutant = Path(__file__).parent / "mutants" / "document_is_removed_before_the_rename.py"
    options = ("--profile", "quick", "--only", "CR-02,CR-03", "--report", "run")
    ran = sidecar_conformance(tmp_path, "run", f"{mutant}:open_backend", *options)
    report(tmp_path, "run", "-o", "out")
    page = (tmp_path / "out" / "index.html").read_text("utf-8")

    assert 1 == ran.code, ran.output
    for id in ("CR-02", "CR-03"):
        card = page.partition(f'id="failure-{id}"')[2].partition("</article>")[0]
        for part in ("what was done", "unlink(", "expected", "observed", "timeline.svg", "<img "):
            assert part in card, id


def test_a_page_beside_its_results_links_the_files_that_are_there(folder: Path) -> None:
    before = written(folder / "bad")
    report(folder, "bad", "-o", "bad")

    assert {"index.html"} == written(folder / "bad") - before
    assert 'href="replays/UP-01-1.json"' in (folder / "bad" / "index.html").read_text("utf-8")


def test_several_runs_become_a_comparison_and_a_page_each(folder: Path) -> None:
    finished = report(folder, "good", "bad", "part", "-o", "out")
    pages = {name for name in written(folder / "out") if name.endswith(".html")}

    assert 0 == finished.code
    assert {f"a-b-backend-b-1-2{end}.html" for end in ("", "-2", "-3")} | {"index.html"} == pages


def test_a_run_that_is_not_whole_earns_no_badge_and_an_old_one_goes(folder: Path) -> None:
    report(folder, "good", "-o", "out")
    finished = report(folder, "part", "-o", "out")

    assert {"index.html"} == written(folder / "out")
    assert "no badge" in finished.output


def test_a_badge_that_is_not_ours_stays(folder: Path) -> None:
    save(folder / "part", filtered())
    (folder / "part" / "badge.svg").write_text("<svg/>")
    report(folder, "part", "-o", "part")

    assert "<svg/>" == (folder / "part" / "badge.svg").read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"schema": "sidecar-conformance/results/1", "kit"', "cut off"),
        ("[]", "not of schema"),
        ('{"schema": "sidecar-conformance/results/2"}', "not of schema"),
        ('{"schema": "sidecar-conformance/results/1"}', "does not fit"),
        (json.dumps(results_form() | {"verdict": "splendid"}), "at verdict"),
        (json.dumps(results_form(UP_01="failed")), "cannot be trusted"),
        (json.dumps(results_form() | {"requirements": []}), "cannot be trusted"),
    ],
)
def test_what_is_no_result_is_refused_and_nothing_is_written(folder: Path, text: str, said: str) -> None:
    (folder / "odd.json").write_text(text)
    finished = report(folder, "good", "odd.json", "-o", "out")

    assert (4, True, False) == (finished.code, said in finished.errors, (folder / "out").exists())
    assert "Traceback" not in finished.errors


def test_a_replay_name_that_leads_elsewhere_is_not_followed(folder: Path) -> None:
    form = not_conformant(UP_01="failed")
    (folder / "secret.json").write_text(json.dumps(REPLAY))
    next(e for e in form["requirements"] if e["id"] == "UP-01")["checks"][0]["replay"] = "../secret.json"
    save(folder / "bad", form)
    report(folder, "bad", "-o", "out")

    assert "no second row appears" not in (folder / "out" / "index.html").read_text("utf-8")


def test_missing_files_and_places_that_cannot_be_written_are_usage_errors(folder: Path) -> None:
    (folder / "file").write_text("")

    assert 4 == report(folder, "missing.json", "-o", "out").code
    assert 4 == report(folder, "good", "-o", "file").code
    assert 4 == report(folder, "good", "-o", "file/below").code
    assert 4 == report(folder, "-o", "out").code
