"""A document, checked whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from conformance.contract.records import SystemTime
from conformance.linting.row_rules import row_remarks
from conformance.linting.rules import RULES, Consequence, ProblemLevel, Rule
from conformance.linting.scanning import Element, NotRows, Scanner
from conformance.oracle.inspection import decode, printable, shortened
from conformance.oracle.json_tree import JsonSyntaxError, Lines, pointer
from conformance.oracle.rows import restored_qname
from conformance.oracle.value_reader import Flaw

MANY_ROWS = 30_000
_PROGRESS_EVERY = 1024  # rows
_BAD_BYTE = re.compile("[\udc80-\udcff]")
_RULE_OF_FLAW = {
    "ER-01": "unreadable",
    "ER-02": "wrong-shape",
    "LD-01": "no-schedule",
    "LD-02": "no-next-fire",
    "LD-04": "unknown-member",
    "LD-08": "member-order",
    "LD-09": "other-spelling",
}
_REFUSING = frozenset({"ER-01", "ER-02"})
_MESSAGES = {
    "LD-01": "the row has no schedule",
    "LD-02": "the row has no next_fire_at",
    "LD-04": "the format has no member {0.observed}",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that a document trips, and where. Line and column count from 1, in characters."""

    rule: Rule
    pointer: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """A document's elements, how many of them a backend loads, and its problems, in the order of the text."""

    rows: int
    loaded: int
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        """Whether the document is refused whole."""
        return any(problem.rule.consequence is Consequence.REFUSED for problem in self.problems)

    def count(self, level: ProblemLevel) -> int:
        """How many problems are of this level."""
        return sum(problem.rule.level is level for problem in self.problems)


class _Draft(NamedTuple):
    offset: int
    rule: str
    pointer: str
    message: str


def check_document(
    data: bytes, now: SystemTime, progress: Callable[[float], None] = lambda done: None
) -> DocumentReport:
    """All problems of a document, as things stand at `now`. `progress` hears the part that is done."""
    if not data:
        return DocumentReport(0, 0, (Problem(RULES["empty"], "", 1, 1, "the file has no bytes"),))
    check = _Check(decode(data), now, progress)
    check.run()
    return check.report()


class _Check:
    def __init__(self, text: str, now: SystemTime, progress: Callable[[float], None]) -> None:
        self._text = text
        self._now = now
        self._progress = progress
        self._scanner = Scanner(text)
        self._elements: list[Element] = []
        self._drafts: list[_Draft] = []

    def run(self) -> None:
        try:
            self._elements.extend(self._scanned())
        except NotRows as error:
            self._add_flaw(error.flaw, ())
        except JsonSyntaxError as error:
            self._add(error.offset, "unreadable", error.pointer, f"expected JSON, found {error.reason}")
        self._check_rows()
        self._check_whole()

    def report(self) -> DocumentReport:
        lines = Lines(self._text if self._drafts else "")
        if any(RULES[draft.rule].consequence is Consequence.REFUSED for draft in self._drafts):
            # A note tells how a document is rewritten; this one is not.
            graver = [draft for draft in self._drafts if RULES[draft.rule].level is not ProblemLevel.NOTE]
            self._drafts = graver
        problems = tuple(
            Problem(
                RULES[draft.rule],
                printable(draft.pointer),
                *lines.at(draft.offset),
                shortened(printable(draft.message)),
            )
            for draft in sorted(self._drafts, key=lambda draft: draft.offset)
        )
        report = DocumentReport(len(self._elements), self._loadable(), problems)
        return DocumentReport(report.rows, 0, problems) if report.refused else report

    def _scanned(self) -> Iterator[Element]:
        for element in self._scanner.elements():
            if element.place % _PROGRESS_EVERY == 0:
                self._progress(element.end / len(self._text))
            for flaw in element.flaws:
                if element.row is not None or flaw.requirement in _REFUSING:
                    self._add_flaw(flaw, (element.place,))
            yield element

    def _loadable(self) -> int:
        rows = (element.row for element in self._elements)
        return sum(row is not None and restored_qname(row.qname) is not None for row in rows)

    def _check_rows(self) -> None:
        first: dict[str, int] = {}
        last: dict[str, int] = {}
        for place, element in enumerate(self._elements):
            if element.row is not None:
                first.setdefault(element.row.qname, place)
                last[element.row.qname] = place
        for place, element in enumerate(self._elements):
            if element.row is None:
                continue
            if first[element.row.qname] != place:
                self._add_repetition(element, first[element.row.qname])
            self._add_remarks(element, decides=last[element.row.qname] == place)

    def _add_repetition(self, element: Element, first: int) -> None:
        assert element.row is not None
        message = f"the qname {element.row.qname!r} stands at {pointer(first)} already"
        offset = self._scanner.offset(element, "qname")
        self._add(offset, "repeated-qname", pointer(element.place, "qname"), message)

    def _add_remarks(self, element: Element, *, decides: bool) -> None:
        assert element.row is not None
        noted = {flaw.requirement for flaw in element.flaws}
        for rule, member, variant, message in row_remarks(element.row, self._now, decides=decides):
            if rule == "manual" and "LD-01" in noted:
                continue  # a row without schedule, noted as such
            path = (element.place, member) if variant is None else (element.place, member, variant)
            self._add(self._scanner.offset(element, member, variant), rule, pointer(*path), message)

    def _check_whole(self) -> None:
        if len(self._elements) >= MANY_ROWS:
            self._add(0, "many-rows", "", f"{len(self._elements)} rows")
        bad_byte = _BAD_BYTE.search(self._text)
        if bad_byte is not None and not any(draft.rule == "unreadable" for draft in self._drafts):
            self._add(bad_byte.start(), "not-utf8", "", "a byte that is not UTF-8")
        if self._scanner.deviation is not None:
            self._add(
                self._scanner.deviation, "layout", "", "the layout differs from the usual one from here on"
            )

    def _add_flaw(self, flaw: Flaw, base: Iterable[int]) -> None:
        said = _MESSAGES.get(flaw.requirement, "expected {0.expected}, found {0.observed}")
        rule = _RULE_OF_FLAW[flaw.requirement]
        self._add(flaw.offset, rule, pointer(*base, *flaw.path), said.format(flaw))

    def _add(self, offset: int, rule: str, place: str, message: str) -> None:
        self._drafts.append(_Draft(offset, rule, place, message))
