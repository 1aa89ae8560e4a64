"""What changed between two documents, in words: first the rows and their values, then the layout.

Pure. Two documents that differ in a byte have at least one difference.
"""

from __future__ import annotations

from dataclasses import dataclass

from conformance.oracle.json_tree import JsonSyntaxError, Lines
from conformance.releases.layout import Text, layout_differences
from conformance.releases.pairing import pair_documents
from conformance.releases.words import Difference

__all__ = ["Difference", "DocumentDifferences", "compare"]

_THE_DOCUMENT = "the document"


@dataclass(frozen=True, slots=True)
class DocumentDifferences:
    """The differences in what is said, and in how it is written."""

    values: tuple[Difference, ...] = ()
    layout: tuple[Difference, ...] = ()

    @property
    def all(self) -> tuple[Difference, ...]:
        """Both."""
        return (*self.values, *self.layout)


def compare(old: bytes | None, new: bytes | None) -> DocumentDifferences:
    """What changed from `old` to `new`; None stands for no document."""
    if old == new:
        return DocumentDifferences()
    if old is None or new is None:
        words = ("there was none", "there is one") if old is None else ("there was one", "there is none")
        return DocumentDifferences((Difference(_THE_DOCUMENT, ", and now ".join(words)),))
    try:
        before = Text.of(old)
    except JsonSyntaxError:
        return DocumentDifferences((), (_first_byte(old, new),))
    try:
        after = Text.of(new)
    except JsonSyntaxError as error:
        return DocumentDifferences((Difference(_THE_DOCUMENT, _no_json(new, error)),))
    pairing = pair_documents(before.root, after.root)
    layout = layout_differences(before, after, pairing.pairs)
    if not pairing.differences and not layout:
        layout = (_first_byte(old, new),)
    return DocumentDifferences(pairing.differences, layout)


def _no_json(content: bytes, error: JsonSyntaxError) -> str:
    line, column = Lines(content.decode("utf-8", "surrogateescape")).at(error.offset)
    return f"is no JSON any more: {error.reason} (line {line}, column {column})"


def _first_byte(old: bytes, new: bytes) -> Difference:
    place = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    return Difference(
        "bytes", f"from byte {place} on {old[place : place + 20]!r} became {new[place : place + 20]!r}"
    )
