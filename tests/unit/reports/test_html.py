"""The pages say what the results say, look like it, run the kit's own script alone, and fetch nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest
from making import counterexample
from saved_results import excused, filtered, not_conformant, results_form

from conformance.contract.requirements import Level, load_ruleset
from conformance.reports.badge import MARK, render_badge
from conformance.reports.html import Html, tag
from conformance.reports.html_matrix import render_matrix
from conformance.reports.html_run import render_run
from conformance.reports.html_stories import Picture
from conformance.reports.requirement import explain_requirement
from conformance.results.counterexample import Counterexample
from conformance.results.saved import Replay, SavedRun, saved_run

VOID = {"meta", "br", "hr", "img", "input"}
FOUND = Counterexample(
    "UP-01",
    "test_UP_01",
    "x:y",
    (),
    "sidecar",
    (),
    7,
    {},
    ("open()", "record_scheduled(<id>)"),
    "no second row appears",
    "['a.b']",
    "['a.b', '</pre><script>']",
)
SCRIPT = files("conformance.reports").joinpath("page.js").read_text("utf-8")
FAILED = not_conformant(UP_01="failed", UP_02="timeout", CR_02="not_testable")


class Outline(HTMLParser):
    """Tags in order, whether they nest, every attribute, all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.sound = True
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.sound = self.sound and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def run(form: dict[str, Any]) -> SavedRun:
    return saved_run(form, load_ruleset())


def page_of(form: dict[str, Any], **replays: Replay) -> str:
    named = {f"replays/{name.replace('_', '-')}-1.json": replay for name, replay in replays.items()}
    return render_run(run(form), named)


def banner(page: str) -> str:
    found = re.search(r'class="banner (\w+)"', page)
    assert found is not None
    return found[1]


PAGES = {
    "conformant": page_of(results_form()),
    "failed": page_of(FAILED, UP_01=Replay("replays/UP-01-1.json", FOUND)),
    "filtered": page_of(filtered()),
    "matrix": render_matrix(
        [run(results_form()), run(FAILED), run(filtered())], ["a.html", "b.html", "c.html"]
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound_stands_alone_and_runs_its_own_script_alone(name: str) -> None:
    outline = Outline(PAGES[name])
    links = [value for key, value in outline.attributes if key in {"href", "src", "action", "data"}]

    assert (True, []) == (outline.sound, outline.open)
    assert set() == {"link", "img", "iframe", "object", "form"} & set(outline.tags)
    assert [SCRIPT] == re.findall("<script>(.*?)</script>", PAGES[name], re.DOTALL)
    assert 1 == outline.tags.count("script")
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in PAGES[name].replace("&#x27;", "'")
    assert [] == [key for key, _ in outline.attributes if key.startswith("on")]
    assert [] == [link for link in links if link is None or "//" in link or ":" in link]
    assert "url(" not in PAGES[name]


@pytest.mark.parametrize("name", PAGES)
def test_names_of_others_are_text_and_never_markup(name: str) -> None:
    assert "a <b>backend</b>" not in PAGES[name]
    assert "a <b>backend</b> 1.2" in Outline(PAGES[name]).text


def test_a_page_has_every_requirement_with_its_text_level_and_verdict() -> None:
    outline = Outline(PAGES["failed"])

    missing = [
        each.id for each in load_ruleset().requirements if " ".join(each.words.split()) not in outline.text
    ]

    assert [] == missing
    assert [] == [id for id in load_ruleset().ids() if ("id", id) not in outline.attributes]


def test_a_failure_is_explained_from_its_replay_file() -> None:
    text = Outline(PAGES["failed"]).text

    for part in (
        "no second row appears",
        "record_scheduled(<id>)",
        "['a.b', '</pre><script>']",
        "test_UP_01_something",
    ):
        assert part in text
    assert "sidecar-conformance replay replays/UP-01-1.json" in text


def test_a_failure_without_its_replay_file_says_so() -> None:
    text = Outline(PAGES["failed"]).text

    assert "replays/UP-02-1.json, which is not beside the results" in text
    assert "a claim that is <broken>" in text


def test_a_page_says_that_a_replay_file_cannot_be_read_and_why() -> None:
    text = Outline(page_of(FAILED, UP_01=Replay("replays/UP-01-1.json", None, "cut off"))).text

    assert "replays/UP-01-1.json cannot be read, so its story is not told: cut off" in text
    assert "a claim that is <broken>" in text


def test_the_timeline_of_a_crash_is_shown_and_linked() -> None:
    picture = Picture("data:image/svg+xml;base64,AAAA", {"timeline.svg": "crashes/CR-02/timeline.svg"})
    page = render_run(run(not_conformant(CR_02="failed")), {}, "", {"CR-02": picture})

    assert 'src="data:image/svg+xml;base64,AAAA" alt="The timeline of the crash that breaks CR-02"' in page
    assert 'href="crashes/CR-02/timeline.svg"' in page


def test_every_requirement_is_explained_on_its_page() -> None:
    text = Outline(PAGES["conformant"]).text

    for each in load_ruleset().requirements:
        assert " ".join(explain_requirement(each).split()) in text


def test_what_was_not_tested_stands_before_what_is_broken() -> None:
    page = PAGES["failed"]

    assert page.index("the reason of CR-02") < page.index('<section id="broken"')
    assert "Nothing: whatever is owed was tested." in Outline(PAGES["conformant"]).text
    assert "Nothing: whatever is owed was tested." not in Outline(PAGES["filtered"]).text


def test_the_same_failure_of_several_requirements_is_one_cause() -> None:
    page = page_of(not_conformant(UP_01="failed", UP_02="failed", CX_01="failed"))

    assert (True, False) == ('id="cause-1"' in page, 'id="cause-2"' in page)
    assert "The same: UP-02 , CX-01" in Outline(page).text
    assert 3 == page.count('class="card"')


def test_known_failures_stand_apart() -> None:
    page = page_of(not_conformant(UP_01="failed", CX_01="known_failure"))
    broken, known = page.index('<section id="broken"'), page.index('<section id="known"')

    assert broken < page.index('id="failure-UP-01"') < known < page.index('id="failure-CX-01"')


@pytest.mark.parametrize(
    ("form", "look", "said"),
    [
        (results_form(), "good", "conformant"),
        (excused(), "warn", "untested by permission: CR-02"),
        (results_form(UP_01="known_failure"), "warn", "known failure: UP-01"),
        (filtered(), "warn", "only a part of the rule set was run"),
        (FAILED, "bad", "breaks UP-01, UP-02"),
        (results_form(UP_01="error") | {"verdict": "error"}, "odd", "owed, but untested: UP-01"),
    ],
)
def test_only_a_whole_run_without_excuses_is_green(form: dict[str, Any], look: str, said: str) -> None:
    page = page_of(form)

    assert (look, True) == (banner(page), said in Outline(page).text)


def told(form: dict[str, Any]) -> list[str]:
    """What the banner says after the verdict."""
    text = page_of(form).partition('class="banner')[2].partition("</ul>")[0]
    return re.findall("<li>(.*?)</li>", text)


def test_what_does_not_count_is_no_more_than_a_warning_on_a_page() -> None:
    warned = not_conformant(UP_01="failed", SE_01="failed", CR_13="not_reached")
    strict = results_form(SE_01="failed") | {"verdict": "not_conformant"}
    strict["run"]["level"] = "SHOULD"

    assert ["breaks UP-01", "warning: breaks SE-01, which is not counted at this level"] == told(warned)
    assert ["breaks SE-01"] == told(strict)


def test_the_page_of_older_results_finds_out_what_counted() -> None:
    assert ["breaks SE-01"] == told(results_form(SE_01="failed") | {"verdict": "not_conformant"})


def test_a_page_names_every_id() -> None:
    ids = [each.id for each in load_ruleset().requirements if each.level is Level.MUST]
    broken = not_conformant(**{id.replace("-", "_"): "failed" for id in ids})
    untested = results_form(**{id.replace("-", "_"): "not_reached" for id in ids}) | {"verdict": "incomplete"}

    assert set(ids) == set(re.findall(r"[A-Z]{2}-\d\d", told(broken)[0]))
    assert set(ids) == set(re.findall(r"[A-Z]{2}-\d\d", told(untested)[0]))


def test_the_title_says_what_the_verdict_leaves_aside() -> None:
    page = page_of(results_form(UP_01="known_failure"))

    assert "conformant apart from 1 known failure</title>" in page


def test_what_was_planted_first_is_not_folded() -> None:
    steps = ("open()", "plant_rows([])", *(f"step {number}" for number in range(40)))
    page = page_of(FAILED, UP_01=Replay("replays/UP-01-1.json", counterexample(operations=steps)))
    shown = re.sub(r"<details.*?</details>", "", page.partition('id="cause-1"')[2], flags=re.DOTALL)

    assert "plant_rows([])" in shown
    assert "<summary>1 step</summary>" in page


def test_a_replay_command_says_where_to_start_it() -> None:
    page = page_of(FAILED, UP_01=Replay("replays/UP-01-1.json", counterexample()))

    assert "in the folder where `run` was started" in Outline(page).text


def test_the_matrix_has_a_column_a_run_and_marks_where_they_differ() -> None:
    outline = Outline(PAGES["matrix"])
    columns = [value for key, value in outline.attributes if key == "href" and "#" not in (value or "")]

    assert ["a.html", "b.html", "c.html"] == columns[:3]
    assert 2 == PAGES["matrix"].count('class="differs"')
    assert "no: filtered" in outline.text


def test_the_matrix_begins_with_the_differences() -> None:
    page = PAGES["matrix"]
    places = [page.index(f'id="{id}"') for id in ("differences", "UP-01", "UP-02", "alike", "CX-01")]

    assert sorted(places) == places
    assert "Where they differ: 2" in Outline(page).text


def version(form: dict[str, Any], number: str, started: str) -> SavedRun:
    form["backend"]["version"] = number
    form["run"]["started_at"] = started
    return run(form)


def test_runs_of_one_backend_are_a_trend_oldest_first() -> None:
    runs = [
        version(results_form(), "3.0", "2026-03-01T10:00:00+00:00"),
        version(not_conformant(UP_01="failed"), "1.0", "2026-01-01T10:00:00+00:00"),
        version(not_conformant(UP_02="failed"), "2.0", "2026-02-01T10:00:00+00:00"),
    ]
    trend = render_matrix(runs, ["c", "a", "b"]).partition('class="trend"')[2]
    text = Outline(trend.partition("</table>")[0]).text

    assert text.index("1.0") < text.index("2.0") < text.index("3.0")
    assert "newly failing: UP-02 mended: UP-01" in text
    assert "1 broken" in text


def test_runs_of_different_backends_are_no_trend() -> None:
    other = results_form()
    other["backend"]["name"] = "another"

    assert 'class="trend"' not in render_matrix([run(results_form()), run(other)], ["a", "b"])


def test_the_matrix_takes_runs_of_different_rule_sets() -> None:
    older = results_form()
    older["kit"]["ruleset"] = "0.9"
    older["requirements"] = older["requirements"][:3]

    text = Outline(render_matrix([run(older), run(results_form())], ["a", "b"])).text

    assert f"rule sets 0.9 and {load_ruleset().version}" in text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (results_form(), f"conformant, class sidecar, rules {load_ruleset().version}"),
        (excused(), "conformant apart from 1 untested by permission, class sidecar"),
        (results_form(UP_01="known_failure"), "conformant apart from 1 known failure, class sidecar"),
        (filtered(), None),
        (FAILED, None),
        (results_form(UP_01="error") | {"verdict": "error"}, None),
    ],
)
def test_a_badge_is_for_a_whole_conformant_run_alone(form: dict[str, Any], said: str | None) -> None:
    badge = render_badge(run(form))

    assert (said is None) == (badge is None)
    assert badge is None or (said or "") in badge
    assert badge is None or MARK in badge


def test_what_turns_text_around_or_cannot_be_written_is_shown_as_an_escape() -> None:
    made = tag("p", "a\u202eb\nc\ud800", title="\x00")

    assert '<p title="\\x00">a\\u202eb\nc\\ud800</p>' == made


def test_text_is_escaped_and_html_is_not() -> None:
    made = tag("p", "<&>", Html("<br>"), ["a", tag("b", "c")], class_='"', hidden=True, data_x="y")

    assert '<p class="&quot;" hidden data-x="y">&lt;&amp;&gt;<br>a<b>c</b></p>' == made
