"""The codec that remembers gives what the codec gives, whatever was read and written before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import SchedulerJobStatus
from reference_impl import codec
from reference_impl.remembering import RememberingCodec
from reference_impl.rows import Row, remove, upsert_status

Change: TypeAlias = Callable[[list[Row]], list[Row]]

TROUBLESOME = ["a.b", "a.c", "a.d", '\n  },\n  {\n    "qname": "', "[\n  {", "é\u2028\x00"]
qnames = st.sampled_from(TROUBLESOME)
rows = st.builds(Row, qnames, st.sampled_from(["Idle", "Pending"]), st.integers(0, 2))
documents = st.lists(rows, max_size=5)


def started(known: list[Row], qname: str) -> list[Row]:
    return upsert_status(known, qname, SchedulerJobStatus.RUNNING)


changes: st.SearchStrategy[Change] = st.one_of(
    qnames.map(lambda qname: lambda known: started(known, qname)),
    qnames.map(lambda qname: lambda known: remove(known, qname)),
    documents.map(lambda given: lambda known: given),
    documents.map(lambda given: lambda known: [*given, *known]),
    documents.map(lambda given: lambda known: [*known[::2], *given]),
    st.just(lambda known: known),
    st.just(lambda known: known[::-1]),
    st.just(lambda known: [*known, *known]),
)


@given(documents, st.lists(changes, max_size=8))
def test_each_document_of_a_series_is_written_and_read_as_the_codec_would(
    first: list[Row], series: list[Change]
) -> None:
    remembering, document = RememberingCodec(), codec.encode(first)
    for change in series:
        changed = change(remembering.decode(document))
        document = remembering.encode(changed)

        assert (codec.encode(changed), changed) == (document, remembering.decode(document))


@given(st.lists(documents, max_size=4))
def test_what_someone_else_wrote_is_decoded(given_rows: list[list[Row]]) -> None:
    remembering = RememberingCodec()
    for written in given_rows:
        remembering.encode(started(remembering.decode(codec.encode([])), "a.b"))

        assert written == remembering.decode(codec.encode(written))


def test_nothing_and_a_document_of_nothing_are_two_documents_without_rows() -> None:
    remembering = RememberingCodec()

    assert ([], []) == (remembering.decode(b""), remembering.decode(b"[]"))
    assert b"[]" == remembering.encode([])


def test_another_spelling_is_written_back_in_the_usual_one() -> None:
    remembering = RememberingCodec()
    spelled = b'[["a.b","Idle",7],{"status":"Idle","consecutive_failures":1,"qname":"a.c"}]'
    known = remembering.decode(spelled)

    changed = started(known, "a.c")

    assert codec.encode(changed) == remembering.encode(changed)
    assert codec.encode(known) == remembering.encode(known)


def test_what_is_refused_is_refused_again() -> None:
    remembering = RememberingCodec()
    for _ in range(2):
        with pytest.raises(ValueError, match="byte 1"):
            remembering.decode(b"[1]")


def test_the_rows_that_were_given_may_be_changed() -> None:
    remembering, document = RememberingCodec(), codec.encode([Row("a.b", "Idle", 0)])
    remembering.decode(document).clear()
    given_out = remembering.decode(document)
    document = remembering.encode(given_out)
    given_out.clear()

    assert [Row("a.b", "Idle", 0)] == remembering.decode(document)


def test_the_same_bytes_are_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    remembering, document = RememberingCodec(), codec.encode([Row("a.b", "Idle", 0)])
    first = remembering.decode(document)
    monkeypatch.setattr(codec, "decode", lambda document: pytest.fail("decoded again"))

    changed = started(remembering.decode(document), "a.b")

    assert first == remembering.decode(document)
    assert changed == remembering.decode(remembering.encode(changed))
