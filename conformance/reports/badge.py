"""A badge, for a conformant run that covers the whole rule set, and for no other."""

from __future__ import annotations

from html import escape

from conformance.reports.reasons import headline
from conformance.results.saved import SavedRun
from conformance.results.verdict import RunVerdict, Verdict

MARK = "<!-- sidecar-conformance badge -->"
_LABEL = "sidecar-conformance"
_GREEN, _AMBER = "#1a7f37", "#9a6700"
_CHARACTER = 6.6  # pixels, on average
_PADDING = 10


def render_badge(run: SavedRun) -> str | None:
    """The SVG; None for a run that has earned none. What was excused is said, and is not green."""
    if run.verdict is not RunVerdict.CONFORMANT or not run.whole:
        return None
    excused = bool(run.untested or run.of({Verdict.KNOWN_FAILURE}))
    words = [headline(run), f"class {run.backend['class']}", f"rules {run.kit['ruleset']}"]
    message = ", ".join(words)
    return _svg(_LABEL, message, _AMBER if excused else _GREEN)


def _svg(label: str, message: str, colour: str) -> str:
    left, right = (round(len(text) * _CHARACTER) + 2 * _PADDING for text in (label, message))
    said = escape(f"{label}: {message}")
    size = f'width="{left + right}" height="20"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{said}">
{MARK}
<title>{said}</title>
<clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#444c56"/>\
<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">\
<text x="{left / 2}" y="14">{escape(label)}</text>\
<text x="{left + right / 2}" y="14">{escape(message)}</text></g>
</svg>
"""
