from __future__ import annotations

import os

import pytest

from conformance.crash.judging.placement import placement

from .hand import Script, right_protocol

DOCUMENT = "data/_system/doc"


def reasons(script: Script) -> list[str]:
    return [reason for _, reason in placement(script.trace(), DOCUMENT).foreign]


def test_a_rename_within_the_directory_is_right() -> None:
    found = placement(right_protocol(b"x", "data/_system/tmp", DOCUMENT).trace(), DOCUMENT)

    assert (found.replacements, found.foreign) == (1, ())


@pytest.mark.parametrize("source", ["tmp/x", "data/x", "/var/tmp/x", "data/_system/sub/x"])
def test_a_rename_from_another_directory_is_not(source: str) -> None:
    assert reasons(Script().rename(source, DOCUMENT)) == [f"the document was replaced from {source}"]


def test_a_rename_across_file_systems_counts_though_it_failed() -> None:
    script = Script().call("rename", "/tmp/x", DOCUMENT, errno=18)

    assert reasons(script) == ["the document was replaced from /tmp/x"]


def test_linking_a_file_without_a_name_is_right() -> None:
    assert reasons(Script().call("linkat", "/proc/self/fd/3", DOCUMENT, 0x400)) == []


def test_a_copy_by_reading_and_writing_is_found_by_its_content() -> None:
    script = Script().write_file("tmp/x", b"the content").close()
    script.write_file(DOCUMENT, b"the content").close()

    assert reasons(script) == ["the document was copied from tmp/x"]


def test_a_copy_by_the_kernel_is_found_by_its_descriptors() -> None:
    script = Script().call("openat", "tmp/x", os.O_RDONLY, 0, result=4)
    script.call("openat", DOCUMENT, os.O_WRONLY, 0, result=5).call("sendfile", 5, 4, 0, 10, result=10)

    assert reasons(script) == ["the document was copied from tmp/x"]


def test_a_document_written_in_place_has_no_temporary_file_to_judge() -> None:
    found = placement(Script().write_file(DOCUMENT, b"x").trace(), DOCUMENT)

    assert (found.replacements, found.foreign) == (0, ())
