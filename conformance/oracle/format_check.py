"""The strict judge of a document that a backend wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from conformance.oracle.inspection import Finding, decode, inspect_tree, printable, syntax_finding
from conformance.oracle.json_style import styled
from conformance.oracle.json_tree import JsonSyntaxError, Lines, Node, parse_json

_BAD_BYTE = re.compile("[\udc80-\udcff]")
_SNIPPET = 60


@dataclass(frozen=True, slots=True)
class FormatProblem:
    """A breach of FM-02, FM-03, FM-04 or FM-06 in a document that a backend wrote."""

    requirement: str
    pointer: str
    line: int
    column: int
    expected: str
    observed: str


def check_format(data: bytes) -> tuple[FormatProblem, ...]:
    """Judge a document that a backend wrote by FM-02, FM-03, FM-04 and FM-06, in the order of the text."""
    if not data:
        return (FormatProblem("FM-02", "", 1, 1, "an array of rows", "no bytes"),)
    text = decode(data)
    try:
        root = parse_json(text)
    except JsonSyntaxError as error:
        return _problems([syntax_finding(text, error)])
    problems = (
        *_utf8_problems(text),
        *_problems(inspect_tree(text, root).findings),
        *_style_problems(text, root),
    )
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def _problems(findings: Iterable[Finding]) -> tuple[FormatProblem, ...]:
    return tuple(
        FormatProblem(
            finding.format_requirement,
            finding.pointer,
            finding.line,
            finding.column,
            finding.expected,
            finding.observed,
        )
        for finding in findings
        if finding.format_requirement is not None
    )


def _utf8_problems(text: str) -> list[FormatProblem]:
    bad = _BAD_BYTE.search(text)
    if bad is None:
        return []
    return [FormatProblem("FM-02", "", *Lines(text).at(bad.start()), "UTF-8", printable(bad[0]))]


def _style_problems(text: str, root: Node) -> list[FormatProblem]:
    """The first place where the bytes differ from the product's way of writing the same value (FM-04)."""
    pos = 0
    for piece in styled(root):
        if not text.startswith(piece, pos):
            return [_style_problem(text, pos, piece)]
        pos += len(piece)
    return [] if pos == len(text) else [_style_problem(text, pos, "")]


def _style_problem(text: str, pos: int, piece: str) -> FormatProblem:
    common = 0
    while text.startswith(piece[: common + 1], pos) and common < len(piece):
        common += 1
    line, column = Lines(text).at(pos + common)
    observed = text[pos + common : pos + max(len(piece), common + 1)]
    return FormatProblem("FM-04", "", line, column, _snippet(piece[common:]), _snippet(observed))


def _snippet(text: str) -> str:
    return printable(repr(text[:_SNIPPET])) if text else "the end of the document"
