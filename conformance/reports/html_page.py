"""The frame of every page: one file, which fetches nothing; light or dark as its reader is.

Its one script is the kit's own: the policy names it by its digest, so that nothing else can run.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files

from conformance.reports.html import Content, Html, joined, tag

MARK = '<meta name="generator" content="sidecar-conformance">'
"""What tells a page of ours from any other."""


def _resource(name: str) -> str:
    return files("conformance.reports").joinpath(name).read_text("utf-8")


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"


def page(title: str, *body: Content) -> str:
    """A whole page."""
    script = _resource("page.js")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        Html(MARK),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Html(_resource("page.css"))),
    )
    skip = tag("a", "Skip to the content", href="#content", class_="skip")
    shown = tag("body", skip, joined(body), tag("script", Html(script)))
    return "<!DOCTYPE html>\n" + tag("html", head, shown, lang="en") + "\n"


def contents(places: Mapping[str, str]) -> Html:
    """The list of contents: titles by the anchors that they lead to."""
    links = [tag("li", tag("a", title, href=f"#{anchor}")) for anchor, title in places.items()]
    return tag("nav", tag("h2", "Contents"), tag("ul", links), aria_label="Contents", class_="contents")


def section(anchor: str, title: str, *body: Content) -> Html:
    """A part of the page that the contents lead to."""
    return tag("section", tag("h2", title), joined(body), id=anchor)


def folded(summary: Content, *body: Content, class_: str = "") -> Html:
    """What is shown on demand."""
    return tag("details", tag("summary", summary), joined(body), class_=class_ or False)
