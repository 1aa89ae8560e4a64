"""The text of a document, row by row.

Rows in the product's own spelling are read by one expression, which is several times faster than the way
through the tree; all others by the oracle's reader. Both give the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from conformance.contract.records import (
    MAX_CONSECUTIVE_FAILURES,
    MAX_DURATION_SECS,
    MAX_INSTANT_SECS,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    Schedule,
    SystemTime,
)
from conformance.oracle.json_style import styled
from conformance.oracle.json_tree import JsonSyntaxError, Node, parse_json, parse_value, pointer, unexpected
from conformance.oracle.row_reader import member_of, not_an_array, read_row
from conformance.oracle.rows import StoredRow
from conformance.oracle.value_reader import Flaw

_BLANKS = re.compile(r"[ \t\n\r]*")
_ROW_LINE = "\n  "  # where a row stands
_STRING = r'"([^"\\\x00-\x1f\ud800-\udfff]*)"'
_SECS, _NANOS = "(0|[1-9][0-9]{0,19})", "(0|[1-9][0-9]{0,8})"


def _pair(secs: str, nanos: str, line: str) -> str:
    return rf'\{{{line}  "{secs}": {_SECS},{line}  "{nanos}": {_NANOS}{line}\}}'


_USUAL_ROW = re.compile(
    r"\{"
    rf'\n    "qname": {_STRING},'  # 1
    rf'\n    "status": {_STRING},'  # 2
    r'\n    "consecutive_failures": (0|[1-9][0-9]{0,9}),'  # 3
    r'\n    "schedule": (?:"Manual"|\{\n      (?:'
    rf'"Cron": {_STRING}'  # 4
    rf'|"Periodic": {_pair("secs", "nanos", chr(10) + "      ")}'  # 5, 6
    rf'|"Once": {_pair("secs_since_epoch", "nanos_since_epoch", chr(10) + "      ")}'  # 7, 8
    r")\n    \}),"
    rf'\n    "next_fire_at": (?:null|{_pair("secs_since_epoch", "nanos_since_epoch", chr(10) + "    ")})'
    r"\n  \}"  # before: 9, 10
)


class Element(NamedTuple):
    """One element of the document: its place from 0, its span, its row, or why it is refused.

    `node` is None for a row in the usual spelling. The paths of flaws start at the element.
    """

    place: int
    start: int
    end: int
    row: StoredRow | None
    flaws: tuple[Flaw, ...]
    node: Node | None


class NotRows(ValueError):  # noqa: N818 - it is the document that holds no rows
    """The document is JSON and no array."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.observed)
        self.flaw = flaw


class Scanner:
    """Goes through a text once. `deviation` is where it first leaves the product's layout (FM-04)."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pos = 0
        self.deviation: int | None = None

    def elements(self) -> Iterator[Element]:
        """Every element, as far as the text is JSON. Raises JsonSyntaxError, NotRows."""
        self._pos = self._skip_blanks()
        if not self._text.startswith("[", self._pos):
            raise NotRows(not_an_array(parse_json(self._text)))
        self._pos += 1
        place = end = 0
        more = not self._took("]")
        while more:
            element = self._element(place, end)
            yield element
            place, end = place + 1, element.end
            more = self._took(",")
            if not more and not self._took("]"):
                raise unexpected(self._text, self._skip_blanks(), "a comma or ]", pointer(place))
        self._expect_layout("\n]" if place else "[]", end, len(self._text))
        self._pos = self._skip_blanks()
        if self._pos < len(self._text):
            raise JsonSyntaxError("text after the end of the document", self._pos, "")

    def offset(self, element: Element, member: str, variant: str | None = None) -> int:
        """Where a member of an element stands, or the value of its schedule of this variant."""
        if element.node is None:
            start = self._after(f'"{member}": ', element.start)
            return start if variant is None else self._after(f'"{variant}": ', start)
        found = member_of(element.node, member)
        if found is not None and variant is not None and found.keys:
            return found.children[0].start
        return element.start if found is None else found.start

    def _after(self, words: str, start: int) -> int:
        return self._text.index(words, start) + len(words)

    def _element(self, place: int, end: int) -> Element:
        """The element that stands here; `end` is where the last one ended."""
        start = self._pos = self._skip_blanks()
        self._expect_layout("," + _ROW_LINE if place else "[" + _ROW_LINE, end, start)
        usual = _USUAL_ROW.match(self._text, start)
        row = None if usual is None else _usual_row(usual)
        if usual is not None and row is not None:
            self._pos = usual.end()
            return Element(place, start, self._pos, row, (), None)
        try:
            node = parse_value(self._text, start)
        except JsonSyntaxError as error:
            raise JsonSyntaxError(error.reason, error.offset, pointer(place) + error.pointer) from None
        self._pos = node.end
        self._expect_layout("".join(styled(node, _ROW_LINE)), start, node.end)
        reading = read_row(node)
        return Element(place, start, node.end, reading.row, reading.flaws, node)

    def _expect_layout(self, usual: str, start: int, end: int) -> None:
        if self.deviation is None and self._text[start:end] != usual:
            places = zip(count(start), usual, self._text[start:end], strict=False)
            differing = (at for at, wanted, found in places if wanted != found)
            self.deviation = next(differing, min(start + len(usual), end))

    def _took(self, symbol: str) -> bool:
        at = self._skip_blanks()
        if not self._text.startswith(symbol, at):
            return False
        self._pos = at + 1
        return True

    def _skip_blanks(self) -> int:
        blanks = _BLANKS.match(self._text, self._pos)
        assert blanks is not None
        return blanks.end()


def _usual_row(found: re.Match[str]) -> StoredRow | None:
    """The row, or None where a number is out of range: that is for the oracle to refuse."""
    failures = int(found[3])
    schedule = _usual_schedule(found)
    fires = found[9] is None or int(found[9]) <= MAX_INSTANT_SECS
    if failures > MAX_CONSECUTIVE_FAILURES or schedule is None or not fires:
        return None
    next_fire_at = None if found[9] is None else SystemTime(int(found[9]), int(found[10]))
    return StoredRow(found[1], found[2], failures, schedule, next_fire_at)


def _usual_schedule(found: re.Match[str]) -> Schedule | None:
    if found[4] is not None:
        return Cron(found[4])
    if found[5] is not None:
        secs = int(found[5])
        return Periodic(Duration(secs, int(found[6]))) if secs <= MAX_DURATION_SECS else None
    if found[7] is not None:
        secs = int(found[7])
        return Once(SystemTime(secs, int(found[8]))) if secs <= MAX_INSTANT_SECS else None
    return Manual()
