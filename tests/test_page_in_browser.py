"""The pages in a real browser: what is to be seen, filtered and reached, and that nothing is fetched."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Seen, browse
from saved_results import not_conformant, results_form

from conformance.contract.requirements import load_ruleset
from conformance.reports.html_matrix import render_matrix
from conformance.reports.html_run import render_run
from conformance.reports.html_stories import Picture
from conformance.results.counterexample import Counterexample
from conformance.results.saved import Replay, SavedRun, saved_run

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to open the pages in")

RULES = load_ruleset()
STORY = Counterexample(
    *("CR-02", "test_CR_02", "x:y", (), "sidecar", (), 7, {}),
    ("open()", "record_scheduled(<id>)"),
    "what was acknowledged lasts",
    "the state after 1 request",
    "the state after </pre><script>alert(1)</script> none",
)
SVG = (
    "data:image/svg+xml;base64,"
    "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIxNjAwIiBoZWlnaHQ9IjkwIi8+"
)
BROKEN = not_conformant(CR_02="failed", UP_01="failed", ER_01="known_failure", SE_02="not_testable")

LIGHT, DARK = "--blink-settings=preferredColorScheme=1", "--blink-settings=preferredColorScheme=0"

ACT = """
const answer = {};
%s
document.documentElement.replaceChildren(document.createElement("body"));
const told = document.createElement("pre");
told.textContent = JSON.stringify(answer);
document.body.append(told);
"""
CONTRAST = """
const lum = (c) => c.map((v) => v / 255).map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const parsed = (text) => text.match(/[\\d.]+/g).map(Number);
const behind = (at) => {
  for (; at; at = at.parentElement) {
    const c = parsed(getComputedStyle(at).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c.slice(0, 3);
  }
  return [255, 255, 255];
};
for (const each of document.querySelectorAll("details")) each.open = true;
answer.dark = matchMedia("(prefers-color-scheme: dark)").matches;
answer.poor = []; answer.looked = 0;
for (const at of document.body.querySelectorAll("*")) {
  const own = [...at.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!own || !at.checkVisibility()) continue;
  const [a, b] = [lum(parsed(getComputedStyle(at).color).slice(0, 3)), lum(behind(at))].sort((x, y) => y - x);
  answer.looked += 1;
  if ((a + .05) / (b + .05) < 4.5) answer.poor.push(at.outerHTML.slice(0, 120));
}
"""
FILTERS = """
const shown = () => [...document.querySelectorAll("tr[data-verdict]:not([hidden])")].map((row) => row.id);
const set = (id, value) => {
  const field = document.getElementById(id);
  field.value = value; field.dispatchEvent(new Event("input"));
};
answer.all = shown().length;
set("level", "SHOULD"); answer.should = shown(); set("level", "");
set("verdict", "failed"); answer.failed = shown();
answer.count = document.getElementById("count").textContent;
answer.chapters = [...document.querySelectorAll("details[data-group]:not([hidden])")].map((each) => each.id);
set("text", "up-01"); answer.both = shown();
location.hash = "#CX-03"; dispatchEvent(new Event("hashchange"));
answer.afterLink = !document.getElementById("CX-03").hidden;
set("text", "no such words"); answer.none = shown();
document.getElementById("clear").click(); answer.cleared = shown().length;
document.getElementById("fold").click();
answer.folded = document.querySelectorAll("main details[open]").length;
location.hash = "#failure-UP-01"; dispatchEvent(new Event("hashchange"));
answer.reached = document.getElementById("failure-UP-01").checkVisibility();
location.hash = "#UP-01"; dispatchEvent(new Event("hashchange"));
answer.unfolded = document.getElementById("UP-01").checkVisibility();
dispatchEvent(new Event("beforeprint"));
answer.printed = document.querySelectorAll("details:not(.explained):not([open])").length;
"""


def run(form: dict[str, Any], **backend: str) -> SavedRun:
    return saved_run(form | {"backend": form["backend"] | backend}, RULES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    replays = {"replays/CR-02-1.json": Replay("replays/CR-02-1.json", STORY)}
    pictures = {"CR-02": Picture(SVG, {"timeline.svg": "crashes/CR-02/timeline.svg"})}
    run_page = render_run(run(BROKEN), replays, "index.html", pictures)
    (made / "run.html").write_text(run_page, "utf-8")
    runs = [run(BROKEN, version="1"), run(results_form(), version="2")]
    (made / "index.html").write_text(render_matrix(runs, ["run.html", "run.html"]), "utf-8")
    return made


def opened(folder: Path, name: str, query: str = "") -> Seen:
    return browse((folder / name).as_uri() + query, folder)


def acted(folder: Path, name: str, actions: str, *options: str) -> dict[str, Any]:
    """What came of actions on a page. Its policy is taken out, for it would not let them run."""
    page = re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", (folder / name).read_text("utf-8"))
    made = folder / f"acted-{len(list(folder.glob('acted-*')))}.html"
    made.write_text(page.replace("</body>", f"<script>{ACT % actions}</script></body>"), "utf-8")
    seen = browse(made.as_uri(), folder, *options)
    found = re.search("<pre>(.*)</pre>", seen.dom, re.DOTALL)
    assert found is not None, seen.console
    answer: dict[str, Any] = json.loads(html.unescape(found[1]))
    return answer


@pytest.mark.parametrize("name", ["run.html", "index.html"])
def test_a_page_opens_without_a_complaint_and_asks_the_net_for_nothing(folder: Path, name: str) -> None:
    seen = opened(folder, name)

    assert ((), ()) == (seen.console, seen.requests)
    assert (
        "99 of 99" in seen.dom or f"{len(RULES.ids())} of {len(RULES.ids())} requirements shown" in seen.dom
    )


def test_this_would_notice_a_complaint_and_a_request(folder: Path) -> None:
    (folder / "bad.html").write_text('<img src="http://127.0.0.1:9/x.png"><script>nothing.at.all</script>')
    seen = opened(folder, "bad.html")

    assert ["http://127.0.0.1:9/x.png"] == [each for each in seen.requests if "127.0.0.1" in each]
    assert any("nothing is not defined" in line for line in seen.console)


def test_an_address_can_carry_a_filter_and_nothing_of_the_results_runs(folder: Path) -> None:
    seen = opened(folder, "run.html", "?verdict=failed&level=MUST")
    rows = re.findall(r'<tr id="([A-Z]+-\d+)"([^>]*)>', seen.dom)

    assert {"CR-02", "UP-01"} == {id for id, rest in rows if "hidden" not in rest}
    assert "&lt;script&gt;alert(1)" in seen.dom
    assert () == seen.console


def test_filters_links_folding_and_print(folder: Path) -> None:
    answer = acted(folder, "run.html", FILTERS)
    should = [each.id for each in RULES.requirements if each.level.value == "SHOULD"]

    assert (len(RULES.ids()), len(RULES.ids())) == (answer["all"], answer["cleared"])
    assert should == answer["should"]
    assert {"CR-02", "UP-01"} == set(answer["failed"])
    assert f"2 of {len(RULES.ids())} requirements shown" == answer["count"]
    assert {"chapter-CR", "chapter-UP"} == set(answer["chapters"])
    assert (["UP-01"], []) == (answer["both"], answer["none"])
    assert (True, True, True) == (answer["afterLink"], answer["reached"], answer["unfolded"])
    assert (0, 0) == (answer["folded"], answer["printed"])


def test_every_link_within_a_page_leads_somewhere_and_every_requirement_is_one(folder: Path) -> None:
    look = """
    const links = [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute("href").slice(1));
    answer.lost = links.filter((id) => !document.getElementById(id));
    answer.linked = [...new Set(links)];
    answer.explained = document.querySelectorAll("tr details.explained").length;
    answer.picture = document.querySelector("img").naturalWidth;
    const inner = [...document.querySelectorAll("a, button, summary, input, select, .scroll")];
    answer.unreachable = inner.filter((each) => each.tabIndex < 0).length;
    answer.ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
    """
    answer = acted(folder, "run.html", look)

    assert ([], 0, 1600) == (answer["lost"], answer["unreachable"], answer["picture"])
    assert set(RULES.ids()) <= set(answer["linked"])
    assert len(RULES.ids()) == answer["explained"]
    assert len(answer["ids"]) == len(set(answer["ids"]))


@pytest.mark.parametrize(("scheme", "dark"), [(LIGHT, False), (DARK, True)])
def test_all_text_stands_out_from_what_is_behind_it(folder: Path, scheme: str, dark: bool) -> None:
    answer = acted(folder, "run.html", CONTRAST, scheme)

    assert (dark, []) == (answer["dark"], answer["poor"])
    assert answer["looked"] > len(RULES.ids())


@pytest.mark.parametrize("name", ["run.html", "index.html"])
def test_a_page_fits_a_telephone(folder: Path, name: str) -> None:
    measure = """const root = document.documentElement; addEventListener("load", () =>
    parent.postMessage([innerWidth, root.scrollWidth - root.clientWidth], "*"));"""
    page = re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", (folder / name).read_text("utf-8"))
    (folder / f"narrow-{name}").write_text(
        page.replace("</body>", f"<script>{measure}</script></body>"), "utf-8"
    )
    told = 'addEventListener("message", (event) => { document.title = event.data.join(" wide, beyond "); });'
    frame = f'<iframe src="narrow-{name}" width="360" height="700" style="border:0">'
    (folder / f"phone-{name}").write_text(
        f"<!DOCTYPE html><title></title><script>{told}</script>{frame}", "utf-8"
    )

    assert "<title>360 wide, beyond 0</title>" in opened(folder, f"phone-{name}").dom
