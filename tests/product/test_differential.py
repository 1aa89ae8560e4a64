"""The same calls make the same bytes in the product and in the reference."""

from __future__ import annotations

from product.client import Product
from product.dose import DOSE, explore
from product.figures import Figures
from product.sequences import sequences
from product.twins import Call, twins


def test_the_same_calls_make_the_same_bytes(product: Product, figures: Figures) -> None:
    lengths: list[int] = []

    @explore(DOSE.sequences, sequence=sequences())
    def the_same_bytes(sequence: tuple[int, list[Call]]) -> None:
        start, calls = sequence
        with twins(product, start) as both:
            for call in calls:
                both.take(call)
                reference, written = both.documents()
                assert reference == written, call
        lengths.append(len(calls))

    the_same_bytes()

    figures.append(f"{len(lengths)} sequences of {sum(lengths)} calls left the same bytes after every call")
    assert len(lengths) >= DOSE.sequences
