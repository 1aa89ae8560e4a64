"""The frame of every page: one file without script, which fetches nothing; light or dark as its reader is."""

from __future__ import annotations

from importlib.resources import files

from conformance.reports.html import Content, Html, joined, tag

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def _style() -> str:
    return files("conformance.reports").joinpath("page.css").read_text("utf-8")


def page(title: str, *body: Content) -> str:
    """A whole page."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Html(_style())),
    )
    return "<!DOCTYPE html>\n" + tag("html", head, tag("body", joined(body)), lang="en") + "\n"
