"""`golden`, as a user meets it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from commands import Finished, sidecar_conformance

from conformance.golden import recorded_folder

ALTERED = Path(__file__).with_name("altered_references.py")
REFERENCE = "reference_impl:open_backend"


def golden(folder: Path, *arguments: str) -> Finished:
    return sidecar_conformance(folder, "golden", *arguments)


def altered(name: str) -> str:
    return f"{ALTERED}:{name}"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the reference is recorded, in `recorded`."""
    folder = tmp_path_factory.mktemp("corpus")
    assert golden(folder, "record", REFERENCE, "recorded").code == 0
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_recording_twice_gives_identical_directories(corpus: Path, tmp_path: Path) -> None:
    finished = golden(tmp_path, "record", REFERENCE, "again")

    assert finished.code == 0
    assert "again/reference_impl-0.1.0: recorded" in finished.output
    assert files(tmp_path / "again") == files(corpus / "recorded")


def test_a_command_is_recorded_as_the_target_that_it_serves(corpus: Path, tmp_path: Path) -> None:
    finished = golden(tmp_path, "record", "again", "--", sys.executable, "-m", "reference_impl")

    assert finished.code == 0
    assert files(tmp_path / "again") == files(corpus / "recorded")


def test_an_unchanged_version_verifies(corpus: Path) -> None:
    finished = golden(corpus, "verify", REFERENCE, "recorded")

    assert finished.code == 0
    assert "reference_impl 0.1.0 against 1 recorded version" in finished.output
    assert "The format is unchanged" in finished.output


def test_a_changed_version_is_told_and_may_be_allowed_as_the_report_says(
    corpus: Path, tmp_path: Path
) -> None:
    golden(tmp_path, "record", REFERENCE, "recorded")
    changed = golden(tmp_path, "verify", altered("ends_with_a_newline"), "recorded")
    entry = next(json.loads(line) for line in changed.output.splitlines() if line.startswith("  {"))
    manifest = tmp_path / "recorded" / "reference_impl-0.1.0" / "manifest.json"
    members = json.loads(manifest.read_text("utf-8"))
    members["allowed"] = [entry | {"workload": "*"}]
    manifest.write_text(json.dumps(members), "utf-8")

    allowed = golden(tmp_path, "verify", altered("ends_with_a_newline"), "recorded")
    in_vain = golden(tmp_path, "verify", REFERENCE, "recorded")

    assert changed.code == 1
    assert "changed  kind_manual\n      layout: final newline: nothing became '\\n'\n" in changed.output
    assert allowed.code == 0
    assert "allowed   kind_manual: layout: final newline" in allowed.output
    assert in_vain.code == 1
    assert "the manifest allows what does not happen" in in_vain.output


def test_a_backend_that_dies_or_hangs_is_a_change_and_cannot_be_recorded(corpus: Path) -> None:
    died = golden(corpus, "verify", altered("dies"), "recorded")
    hung = golden(corpus, "verify", "--timeout-scale", "0.02", altered("hangs"), "recorded")
    recorded = golden(corpus, "record", altered("dies"), "elsewhere")

    assert (died.code, hung.code, recorded.code) == (1, 1, 1)
    assert "step 5, Cancel: cancel: the process ended during the operation" in died.output
    assert hung.output.count("did not return within") == 3
    assert "not tried: the backend hung 3 times before" in hung.output
    assert "nothing is recorded of a backend that breaks" in recorded.errors
    assert not (corpus / "elsewhere").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("verify", REFERENCE, "nowhere"), 4, "there is no directory nowhere"),
        (("verify", REFERENCE, "empty"), 5, "nothing is recorded in empty"),
        (("verify", REFERENCE, "recorded/reference_impl-0.1.0"), 4, "name the directory that holds it"),
        (("verify", REFERENCE), 4, "golden verify takes TARGET DIR, not reference_impl:open_backend"),
        (("verify", REFERENCE, "recorded", "--", "true"), 4, "takes DIR -- COMMAND"),
        (("record",), 4, "golden record takes TARGET DIR, not nothing"),
        (("record", "no.such:thing", "elsewhere"), 4, "there is no module 'no'"),
        (("record", altered("without_clock"), "elsewhere"), 5, "does not declare clock"),
        (("verify", altered("without_document"), "recorded"), 5, "does not declare document"),
        (("record", altered("without_version"), "elsewhere"), 4, "tells no version"),
        (("record", altered("own_clock"), "elsewhere"), 1, "was played twice and left two documents"),
        (("list", "nowhere"), 4, "there is no directory nowhere"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_right_code(
    corpus: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    (corpus / "empty").mkdir(exist_ok=True)

    finished = golden(corpus, *arguments)

    assert (finished.code, finished.output) == (code, "")
    assert words in finished.errors
    assert "Traceback" not in finished.errors


def test_a_tampered_recording_is_no_recording(corpus: Path, tmp_path: Path) -> None:
    golden(tmp_path, "record", REFERENCE, "recorded")
    document = tmp_path / "recorded" / "reference_impl-0.1.0" / "cancel_one.json"
    document.write_bytes(document.read_bytes() + b"\n")

    finished = golden(tmp_path, "verify", REFERENCE, "recorded")

    assert finished.code == 4
    assert "cancel_one.json is not the document that was recorded" in finished.errors


def test_the_list_shows_what_the_package_carries(corpus: Path) -> None:
    package = golden(corpus, "list")
    recorded = golden(corpus, "list", "recorded")

    assert package.code == recorded.code == 0
    assert [f"uni-db {version}" in package.output for version in ("2.3.0", "3.4.0", "4.1.1")] == [True] * 3
    assert "kind_manual" in package.output
    assert "uni-db 5.0.0: 52 documents of 52 workloads, " in package.output
    assert recorded.output.startswith("reference_impl 0.1.0: 52 documents of 52 workloads, ")


def test_the_reference_writes_the_bytes_of_uni_dbs_own_backend(tmp_path: Path) -> None:
    finished = golden(tmp_path, "verify", REFERENCE, str(recorded_folder()))

    assert 0 == finished.code, finished.output
    assert "uni-db 5.0.0: 52 of 52 workloads left the same bytes" in finished.output
