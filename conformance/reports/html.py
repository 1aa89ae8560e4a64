"""HTML, built from the inside out: whatever is not HTML already is escaped, and made visible."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TypeAlias

from conformance.reports.visible import visible, visible_lines

_VOID = frozenset({"meta", "br", "hr", "img", "input"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Content: TypeAlias = str | Iterable[str]


def tag(name: str, /, *content: Content, **attributes: str | bool) -> Html:
    """An element. An attribute ends in _ where Python has taken the word; True stands for its bare name."""
    shown = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{shown}>")
    return Html(f"<{name}{shown}>{joined(content)}</{name}>")


def joined(content: Iterable[Content]) -> Html:
    """The content, one after the other."""
    return Html("".join(_escaped(part) for part in content))


def _escaped(content: Content) -> str:
    if isinstance(content, Html):
        return content
    if isinstance(content, str):
        return html.escape(visible_lines(content), quote=False)
    return joined(content)


def _attribute(name: str, value: str | bool) -> str:
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{html.escape(visible(value))}"'
