"""Rows <-> bytes: what loads, what is refused, and which bytes are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.golden import LoadCase, ReleasedDocument, load_cases, released_documents
from reference_impl import codec, strict_reader
from reference_impl.rows import Row, StoredDuration, StoredInstant, StoredVariant, restore

NORMATIVE = [case for case in load_cases() if case.normative and case.input is not None]
REWRITTEN = [case for case in load_cases() if case.output and case.expected == "accepted"]

texts = st.text(st.characters(codec="utf-8"), max_size=8)
nanos = st.integers(0, 999_999_999)
instants = st.builds(StoredInstant, st.integers(0, 2**63 - 1), nanos)
durations = st.builds(StoredDuration, st.integers(0, 2**64 - 1), nanos)
schedules = st.one_of(
    st.just("Manual"),
    instants.map(lambda at: StoredVariant(once=at)),
    durations.map(lambda every: StoredVariant(periodic=every)),
    texts.map(lambda expr: StoredVariant(cron=expr)),
)
rows = st.builds(Row, texts, texts, st.integers(0, 2**32 - 1), schedules, st.none() | instants)


def document_with(members: str) -> bytes:
    return f'[{{"qname":"a.b","status":"Idle","consecutive_failures":0,{members}}}]'.encode()


def loads(document: bytes) -> bool:
    try:
        codec.decode(document)
    except ValueError:
        return False
    return True


def golden_id(case: LoadCase | ReleasedDocument) -> str:
    return f"{case.version}-{case.name}" if isinstance(case, ReleasedDocument) else case.name


@pytest.mark.parametrize("case", NORMATIVE, ids=golden_id)
def test_a_golden_input_loads_or_is_refused_as_the_catalogue_asks(case: LoadCase) -> None:
    assert case.input is not None

    assert loads(case.input) == (case.expected == "accepted")


@pytest.mark.parametrize("case", NORMATIVE, ids=golden_id)
def test_the_strict_reader_alone_decides_likewise(case: LoadCase) -> None:
    assert case.input is not None
    if not case.input:
        return

    try:
        strict = strict_reader.read(case.input)
    except ValueError:
        strict = None

    assert strict == (codec.decode(case.input) if loads(case.input) else None)


@pytest.mark.parametrize("case", [case for case in NORMATIVE if case.registered], ids=golden_id)
def test_the_names_that_the_product_registers_are_restored(case: LoadCase) -> None:
    if case.outcome != "accepted" or "..." in "".join(case.registered):
        return
    assert case.input is not None

    restored = {str(record.id) for record in restore(codec.decode(case.input))}

    held = {name for name, held in case.registered.items() if held}
    refused = {name for name, held in case.registered.items() if held is False}
    assert (held - restored, refused & restored) == (set(), set())


@pytest.mark.parametrize("document", released_documents(), ids=golden_id)
def test_a_released_document_is_written_back_byte_for_byte(document: ReleasedDocument) -> None:
    assert codec.encode(codec.decode(document.content)) == document.content


@pytest.mark.parametrize("case", REWRITTEN, ids=golden_id)
def test_what_the_product_rewrote_is_written_back_byte_for_byte(case: LoadCase) -> None:
    assert case.output is not None

    assert codec.encode(codec.decode(case.output)) == case.output


@given(st.lists(rows, max_size=3))
def test_both_readers_read_what_is_written(written: list[Row]) -> None:
    document = codec.encode(written)

    assert codec.decode(document) == strict_reader.read(document) == written


def test_only_the_escapes_that_json_requires_are_written() -> None:
    every_control = "".join(map(chr, range(0x20)))

    document = codec.encode([Row('"\\/\x7fé😀\u2028', every_control, 0)]).decode()

    assert '"qname": "\\"\\\\/\x7fé😀\u2028"' in document
    assert "\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e" in document
    assert "\\u001f" in document


@pytest.mark.parametrize(
    "members",
    [
        '"schedule":{}',
        '"schedule":{"Once":[1,2],"Cron":"x"}',
        '"schedule":{"Cron":"x","Manual":null}',
        '"schedule":{"Periodic":[1]}',
        '"schedule":{"Periodic":[]}',
        '"schedule":{"Periodic":{"secs":-0,"nanos":0}}',
        '"schedule":{"Periodic":{"secs":1e0,"nanos":0}}',
        '"schedule":{"Periodic":{"secs":01,"nanos":0}}',
        '"schedule":{"Periodic":{"secs":1,"nanos":4294967296}}',
        '"schedule":{"Periodic":[18446744073709551615,1000000000]}',
        '"schedule":{"Once":[9223372036854775807,1000000000]}',
        '"schedule":{"Cron":"\\ud83d"}',
        '"schedule":{"Cron":"\\ude00\\ud83d"}',
        '"next_fire_at":[1,2],"next_fire_at":[1,2]',
        '"next_fire_at":false',
        '"x":tru',
        '"x":1.',
        '"x":.5',
        '"x":1e',
        '"x":-',
        '"x":01',
        '"x":[1,]',
        '"x":[1}',
        '"x":{"a":1,}',
        '"x":{"a"}',
        '"x":{1:2}',
        '"x":"\t"',
        '"x":"\\u12g4"',
        '"x"',
        '"x":1,',
    ],
)
def test_a_document_of_another_shape_is_refused(members: str) -> None:
    assert not loads(document_with(members))


@pytest.mark.parametrize(
    "members",
    [
        '"x":[]',
        '"x":{}',
        '"x":[[],{},[{"a":[1,"\\ud800"]}],null,true,false]',
        '"x":1,"x":2',
        '"x":1e999999',
        '"x":-0',
        '"\\u0078\\ud83d\\ude00":"\\/"',
    ],
)
def test_an_unknown_member_may_hold_any_value(members: str) -> None:
    assert loads(document_with(members))


@pytest.mark.parametrize(
    ("spelling", "schedule"),
    [
        ('{"Manual":null}', "Manual"),
        (' "\\u004danual" ', "Manual"),
        ('{"Periodic":[1,2]}', StoredVariant(periodic=StoredDuration(1, 2))),
        ('{"Periodic":{"nanos":2000000001,"secs":1}}', StoredVariant(periodic=StoredDuration(3, 1))),
        ('{ "Once" : [ 1 , 2 ] }', StoredVariant(once=StoredInstant(1, 2))),
        ('{"Cron":"\\ud83d\\ude00\\u00e9é"}', StoredVariant(cron="😀éé")),
    ],
)
def test_other_spellings_of_a_schedule_load(spelling: str, schedule: object) -> None:
    (row,) = codec.decode(document_with(f'"schedule":{spelling}'))

    assert row.schedule == schedule


def test_a_row_may_be_an_array() -> None:
    document = b'[["a.b","Idle",7,{"Cron":"x"},[1,2]],["a.c","Idle",8]]'

    expected = [
        Row("a.b", "Idle", 7, StoredVariant(cron="x"), StoredInstant(1, 2)),
        Row("a.c", "Idle", 8),
    ]
    assert codec.decode(document) == expected


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_in_an_unknown_member_is_stepped_over(opening: str, closing: str) -> None:
    nested = opening * 100_000 + "0" + closing * 100_000

    assert loads(document_with(f'"x":{nested}'))


@pytest.mark.parametrize("document", [b"[" * 100_000, b'{"a":' * 100_000, b'[{"x":' * 100_000])
def test_deep_nesting_elsewhere_is_refused(document: bytes) -> None:
    assert not loads(document)


@pytest.mark.parametrize("number", ["9" * 1_000_000, "-" + "9" * 1_000_000, "0." + "9" * 1_000_000])
def test_a_number_of_a_million_digits_is_refused_where_it_counts(number: str) -> None:
    periodic = f'"schedule":{{"Periodic":{{"secs":{number},"nanos":0}}}}'

    assert (loads(document_with(periodic)), loads(document_with(f'"x":{number}'))) == (False, True)


def test_a_refusal_names_the_byte() -> None:
    with pytest.raises(ValueError, match=r"^expected a string at byte 2$"):
        strict_reader.read(b"[[1]]")
