"""The golden corpus is what was recorded, and is read whole."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

from conformance.contract.records import SystemTime
from conformance.contract.requirements import load_ruleset
from conformance.golden import (
    cron_vectors,
    differences,
    golden_files,
    load_cases,
    read_golden,
    released_documents,
    schedule_calls,
)

OWN_FILES = {".gitattributes", "README.md", "__init__.py", "differences.toml", "manifest.json"}


def paths_below(folder: Traversable, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for entry in folder.iterdir():
        if entry.is_file():
            found.add(prefix + entry.name)
        elif entry.name != "__pycache__":
            found |= paths_below(entry, f"{prefix}{entry.name}/")
    return found


def test_every_file_has_the_size_and_digest_of_the_manifest() -> None:
    recorded = [(file.path, file.bytes, file.sha256) for file in golden_files()]

    contents = [(file.path, read_golden(file.path)) for file in golden_files()]
    found = [(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in contents]

    assert recorded == found


def test_the_manifest_names_every_file() -> None:
    recorded = {file.path for file in golden_files()}

    found = paths_below(files("conformance.golden")) - OWN_FILES

    assert recorded == found


def test_every_file_has_a_provenance() -> None:
    nameless = [file.path for file in golden_files() if not (file.product and file.version and file.what)]

    assert [] == nameless


def test_three_versions_left_documents() -> None:
    versions = {document.version for document in released_documents()}

    assert {"2.3.0", "3.4.0", "4.1.1"} == versions


def test_cancelling_all_jobs_left_an_empty_array_from_3_4_0_on() -> None:
    found = [
        document.version
        for document in released_documents()
        if document.name == "cancel_all_empty" and document.content == b"[]"
    ]

    assert ["3.4.0", "4.1.1"] == found


def test_load_cases_are_the_recorded_ones() -> None:
    outcomes = {case.outcome for case in load_cases()}

    assert 170 == len(load_cases())
    assert {
        "accepted",
        "refused",
        "loads_not_stored",
        "open_panics",
        "open_hangs",
        "call_refused",
    } == outcomes


def test_every_difference_belongs_to_a_case_and_a_requirement() -> None:
    names = {case.name for case in load_cases()}
    ruleset = load_ruleset()
    decided = [difference.requirement for difference in differences().values()]

    strangers = [name for name in differences() if name not in names]
    unknown = [id for id in decided if id is not None and id not in ruleset]

    assert [] == strangers
    assert [] == unknown


def test_whatever_the_product_neither_accepts_nor_refuses_is_a_named_difference() -> None:
    unnamed = [
        case.name
        for case in load_cases()
        if case.outcome not in ("accepted", "refused") and case.difference is None
    ]

    assert [] == unnamed


def test_a_normative_case_has_an_input_and_an_expectation() -> None:
    incomplete = [
        case.name for case in load_cases() if case.normative and (case.input is None or case.expected is None)
    ]

    assert [] == incomplete


def test_a_panic_of_the_product_is_no_refusal() -> None:
    expected = {case.name: case.expected for case in load_cases() if case.outcome == "open_panics"}

    assert "accepted" == expected["qname_trailing_dot"]
    assert "accepted" == expected["schedule_periodic_u64_max"]


def test_invalid_utf8_inside_an_unknown_member_is_left_open() -> None:
    case = next(case for case in load_cases() if case.name == "invalid_utf8_in_extra_field")

    assert (None, False) == (case.expected, case.normative)


def test_a_name_too_long_to_record_is_given_in_full() -> None:
    case = next(case for case in load_cases() if case.name == "qname_long")

    lengths = {len(name) for name in case.registered}

    assert 70_002 in lengths


def test_cron_vectors_are_the_recorded_ones() -> None:
    first = cron_vectors()[0]

    assert 2721 == len(cron_vectors())
    assert ("* * * * * *", True, SystemTime(1795409111, 0)) == (
        first.expression,
        first.accepted,
        first.next_fire,
    )


def test_a_refused_expression_has_no_next_fire_time() -> None:
    odd = [v.expression for v in cron_vectors() if not v.accepted and v.next_fire is not None]

    assert [] == odd


def test_schedule_calls_tell_why_they_were_refused() -> None:
    odd = [call.qname for call in schedule_calls() if call.accepted == (call.error is not None)]

    assert 57 == len(schedule_calls())
    assert [] == odd
