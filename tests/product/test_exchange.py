"""Documents that one of the two wrote are opened by the other, which loses nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from product.client import Product, fresh_data_path
from product.dose import DOSE, explore
from product.figures import Figures
from product.sequences import instants, raw_documents, stored_calls
from product.twins import (
    CancelCall,
    ScheduleCall,
    Tick,
    accepted,
    open_reference,
    twins,
)

from conformance.contract.records import QName, SystemTime
from conformance.oracle.document import check_format, loaded_rows, read_document
from conformance.oracle.model import (
    Mutation,
    carry_out,
)
from conformance.testing.planting import document_bytes
from conformance.testing.strategies import mutations

ADDED = ScheduleCall("exchanged.added", "cron", "0 0 0 1 1 *")
OTHER = QName("exchanged", "other")


def names_of(rows: list[dict[str, Any]]) -> list[str]:
    return [*(row["qname"] for row in rows if "." in row["qname"]), "exchanged.new", "exchanged.newer"]


@st.composite
def written_by_the_reference(draw: st.DrawFn) -> tuple[int, bytes, list[Mutation]]:
    """An instant, a document of old and current rows, and mutations that the reference makes."""
    rows = draw(raw_documents())
    ids = [QName.parse(name) for name in names_of(rows)]
    return draw(instants), document_bytes(rows), draw(st.lists(mutations(ids), min_size=1, max_size=5))


@st.composite
def written_by_the_product(draw: st.DrawFn) -> tuple[int, bytes, list[ScheduleCall | CancelCall]]:
    """An instant, a document of old and current rows, and calls that the product takes."""
    rows = draw(raw_documents())
    return draw(instants), document_bytes(rows), draw(st.lists(stored_calls(names_of(rows)), max_size=5))


def test_the_product_opens_what_the_reference_wrote(product: Product, figures: Figures) -> None:
    sizes: list[int] = []

    @explore(DOSE.documents, story=written_by_the_reference())
    def opens(story: tuple[int, bytes, list[Mutation]]) -> None:
        start, planted, changes = story
        with fresh_data_path() as data:
            data.write_document(planted)
            reference = open_reference(data, lambda: SystemTime.from_nanos(start))
            for change in changes:
                carry_out(change, reference)
            document = data.read_document()

        with twins(product, start, document) as both:
            assert both.documents() == (document, document)
            for call in (ADDED, Tick()):
                both.take(call)
                expected, written = both.documents()
                assert expected == written, call
        sizes.append(len(read_document(document or b"")))

    opens()

    figures.append(
        f"{len(sizes)} documents of the reference, {sum(sizes)} rows: the product kept every byte, "
        f"added a job and ran what was due as the reference would have"
    )
    assert len(sizes) >= DOSE.documents


def test_the_reference_loads_what_the_product_wrote(product: Product, figures: Figures) -> None:
    sizes: list[int] = []

    @explore(DOSE.documents, story=written_by_the_product())
    def loads(story: tuple[int, bytes, list[ScheduleCall | CancelCall]]) -> None:
        start, planted, calls = story
        with fresh_data_path() as data:
            data.write_document(planted)
            with product.opened(data, start):
                for call in (*calls, ADDED):
                    accepted(product, call)
            document = data.read_document() or b""

            reference = open_reference(data, lambda: SystemTime.from_nanos(start))
            records = reference.load_all()
            reference.record_started(OTHER, SystemTime(0, 0))
            reference.cancel(OTHER)
            rewritten = data.read_document()

        assert check_format(document) == ()
        assert records == loaded_rows(read_document(document))
        assert rewritten == document
        sizes.append(len(records))

    loads()

    figures.append(
        f"{len(sizes)} documents of the product, {sum(sizes)} rows: the reference loaded them whole and "
        f"wrote them back byte for byte"
    )
    assert len(sizes) >= DOSE.documents
