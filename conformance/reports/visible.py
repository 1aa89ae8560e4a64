"""Text of others for people: nothing in it that a terminal obeys, nor that cannot be written."""

from __future__ import annotations

import re

_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """The text on one line, with what a terminal would obey or could not write as escapes."""
    return _OBEYED.sub(_escape, text)


def visible_lines(text: str, indent: str = "") -> str:
    """The same, line by line; all lines but the first are indented."""
    return f"\n{indent}".join(visible(line) for line in text.split("\n"))


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
