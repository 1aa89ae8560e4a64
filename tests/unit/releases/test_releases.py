"""Recording and verifying, without the command: the workloads, manifests, folders, allowances."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from conformance import __version__
from conformance.errors import ExitCode, NotTestableError, UsageError
from conformance.hosting.inprocess import InProcessDriver
from conformance.oracle.document import check_format
from conformance.releases.folder import (
    CorpusError,
    NothingRecordedError,
    Written,
    read_recordings,
    write_recording,
)
from conformance.releases.manifest import Allowance, Recording, manifest_text, parse_manifest
from conformance.releases.recording import NotRecordableError, record
from conformance.releases.rewriting import rewrite
from conformance.releases.verifying import RecordingVerdict, verify
from conformance.releases.workloads import WORKLOADS
from conformance.workspace import Workspace

ALTERED = Path(__file__).parents[2] / "altered_references.py"
SOME = tuple(
    w for w in WORKLOADS if w.name in {"all_kinds", "cancel_one", "legacy_loaded_only", "qname_unicode"}
)


@contextmanager
def reached(target: str) -> Iterator[tuple[InProcessDriver, Workspace]]:
    driver, workspace = InProcessDriver(target), Workspace()
    try:
        yield driver, workspace
    finally:
        driver.close()
        workspace.close()


def altered(name: str) -> str:
    return f"{ALTERED}:{name}"


@pytest.fixture(scope="module")
def reference() -> Recording:
    with reached("reference_impl:open_backend") as (driver, workspace):
        return record(driver, workspace)


def verified(target: str, recording: Recording) -> RecordingVerdict:
    with reached(target) as (driver, workspace):
        return verify(driver, workspace, [recording]).recordings[0]


def of_one(recording: Recording, workload: str) -> Recording:
    """What an older kit, which played nothing else, recorded of a workload."""
    found = tuple(each for each in recording.workloads if each.name == workload)
    return replace(recording, kit="0.0.1", workloads=found)


def said(verdict: RecordingVerdict) -> dict[str, list[str]]:
    """The differences of each workload, replayed and rewritten."""
    words: dict[str, list[str]] = {}
    for each in (*verdict.replayed, *verdict.rewritten):
        words.setdefault(each.workload, []).extend(map(str, each.differences))
    return words


def test_workloads_have_names_of_their_own_and_say_what_they_show() -> None:
    names = [workload.name for workload in WORKLOADS]

    assert sorted(set(names)) == sorted(names)
    assert all(workload.what and workload.steps for workload in WORKLOADS)


def test_the_reference_takes_every_step_and_writes_as_the_product_does(reference: Recording) -> None:
    odd = [
        recorded.name
        for recorded in reference.workloads
        if recorded.refused or (recorded.document and check_format(recorded.document))
    ]

    assert odd == ["legacy_loaded_only"]


def test_a_recording_comes_back_from_its_manifest_and_documents(reference: Recording, tmp_path: Path) -> None:
    _, written = write_recording(reference, tmp_path, may_replace=False)

    assert written is Written.NEW
    assert read_recordings(tmp_path) == (reference,)


def test_the_manifest_depends_on_the_recording_alone(reference: Recording) -> None:
    with reached("reference_impl:open_backend") as (driver, workspace):
        again = record(driver, workspace)

    assert manifest_text(again) == manifest_text(reference)


def test_the_same_recording_is_left_alone_and_another_one_is_not_replaced_unasked(
    reference: Recording, tmp_path: Path
) -> None:
    other = replace(reference, workloads=reference.workloads[:3])
    write_recording(reference, tmp_path, may_replace=False)

    assert write_recording(reference, tmp_path, may_replace=False)[1] is Written.SAME
    with pytest.raises(UsageError, match="a released version is recorded once"):
        write_recording(other, tmp_path, may_replace=False)
    assert write_recording(other, tmp_path, may_replace=True)[1] is Written.REPLACED
    assert read_recordings(tmp_path) == (other,)
    assert [path.name for path in tmp_path.iterdir()] == ["reference_impl-0.1.0"]


def test_the_reference_is_unchanged_against_its_own_recording(reference: Recording) -> None:
    verdict = verified(altered("unaltered"), reference)

    assert verdict.is_unchanged
    assert len(verdict.replayed) == len(WORKLOADS)
    assert len(verdict.rewritten) == sum(each.document is not None for each in reference.workloads)


MEMBERS = "qname, status, consecutive_failures, schedule, next_fire_at"


@pytest.mark.parametrize(
    ("name", "workload", "words"),
    [
        ("members_sorted", "all_kinds", f"layout: order of members: {MEMBERS} became consecutive_failures, "),
        ("indented_by_four", "all_kinds", "layout: indent: 2 blanks became 4 blanks"),
        ("on_one_line", "all_kinds", "layout: before a row: a new line became nothing"),
        ("ends_with_a_newline", "cancel_all_empty", "layout: final newline: nothing became '\\n'"),
        ("ascii_only", "qname_emoji", "\\ud83d, \\ude00, \\ude80 now"),
        ("cron_renamed", "kind_cron", "row 0 'golden.c0', schedule: variant 'Cron' became 'Crontab'"),
        ("a_member_more", "kind_manual", "row 0 'golden.manual', priority: added: 0"),
        ("last_row_lost", "upsert_schedule", "row 2 'golden.third': lost; it was {"),
        (
            "nanoseconds_dropped",
            "kind_manual",
            "row 0 'golden.manual', next_fire_at.nanos_since_epoch: 123456000 became 0",
        ),
        (
            "rows_sorted",
            "order_of_insertion",
            "'golden.Zebra', 'golden.mango' became 'golden.Zebra', 'golden.apple', 'golden.mango'",
        ),
        ("forgets_failures", "mixed_versions", "loaded, 'oldest.job', consecutive_failures: 1 became 0"),
        ("refuses_manual", "kind_manual", "step 2, RecordScheduled: was taken and is refused now"),
    ],
)
def test_an_altered_reference_is_told_by_what_was_altered(
    reference: Recording, name: str, workload: str, words: str
) -> None:
    verdict = verified(altered(name), of_one(reference, workload))

    found = said(verdict)
    assert not verdict.is_unchanged
    assert any(words in each for each in found[workload]), found[workload]


@pytest.mark.parametrize("name", ["indented_by_four", "ends_with_a_newline", "members_sorted"])
def test_a_layout_change_is_no_change_of_values(reference: Recording, name: str) -> None:
    verdict = verified(altered(name), reference)

    assert [each.workload for each in verdict.rewritten if each.differences] == []
    assert {
        str(difference).partition(":")[0] for each in verdict.replayed for difference in each.differences
    } == {"layout"}


def test_allowed_differences_are_told_with_their_reason_and_are_no_change(reference: Recording) -> None:
    allowance = Allowance("*", "layout: indent: 2 blanks became 4 blanks", "four read better")

    verdict = verified(altered("indented_by_four"), replace(reference, allowed=(allowance,)))

    assert verdict.is_unchanged
    assert {allowed.reason for each in verdict.replayed for allowed in each.allowed} == {"four read better"}


def test_an_allowance_covers_nothing_but_what_it_names(reference: Recording) -> None:
    allowances = (
        Allowance("kind_cron", "row * 'golden.*', schedule: variant 'Cron' became 'Crontab'", "renamed"),
        Allowance("*", "row *, schedule: variant 'Cron' became 'CRON'", "another name"),
    )

    verdict = verified(altered("cron_renamed"), replace(reference, allowed=allowances))

    changed = {each.workload for each in verdict.replayed if each.differences}
    assert "all_kinds" in changed
    assert "kind_cron" not in changed
    assert verdict.stale == allowances[1:]


def test_an_allowance_that_nothing_needs_is_a_failure(reference: Recording) -> None:
    allowance = Allowance("kind_manual", "layout: indent: *", "not yet")

    verdict = verified(altered("unaltered"), replace(reference, allowed=(allowance,)))

    assert verdict.stale == (allowance,)
    assert not verdict.is_unchanged


def test_workloads_that_an_older_kit_did_not_play_are_noted(reference: Recording) -> None:
    older = replace(reference, kit="0.0.1", workloads=reference.workloads[1:])

    verdict = verified(altered("unaltered"), older)

    assert verdict.unrecorded == (WORKLOADS[0].name,)
    assert verdict.is_unchanged


def test_a_recording_of_this_kit_that_lacks_a_workload_is_refused(reference: Recording) -> None:
    cut = replace(reference, workloads=reference.workloads[1:])

    with pytest.raises(CorpusError, match=f"lacks {WORKLOADS[0].name}"):
        verified(altered("unaltered"), cut)


def test_a_backend_with_a_clock_of_its_own_cannot_be_recorded() -> None:
    with (
        reached(altered("own_clock")) as (driver, workspace),
        pytest.raises(NotRecordableError, match=r"was played twice and left two documents, row 0 .* became "),
    ):
        record(driver, workspace, SOME)


@pytest.mark.parametrize("name", ["without_clock", "without_document"])
def test_a_backend_that_cannot_be_compared_is_not_testable(reference: Recording, name: str) -> None:
    with reached(altered(name)) as (driver, workspace):
        with pytest.raises(NotTestableError, match=f"does not declare {name.removeprefix('without_')}"):
            record(driver, workspace)
        with pytest.raises(NotTestableError):
            verify(driver, workspace, [reference])


def test_a_backend_without_a_version_cannot_be_recorded() -> None:
    with (
        reached(altered("without_version")) as (driver, workspace),
        pytest.raises(UsageError, match="tells no version"),
    ):
        record(driver, workspace, SOME)


def test_loading_and_rewriting_a_document_that_lost_nothing_tells_nothing() -> None:
    with reached("reference_impl:open_backend") as (driver, workspace):
        found = [
            (recorded.name, rewritten)
            for recorded in record(driver, workspace, SOME).workloads
            if recorded.document is not None
            and (rewritten := rewrite(driver, workspace, recorded.document)).differences
        ]

    assert found == []


@pytest.fixture
def corpus(reference: Recording, tmp_path: Path) -> Path:
    home, _ = write_recording(reference, tmp_path, may_replace=False)
    return home


def edited(home: Path, edit: str) -> None:
    """Edit the manifest by a Python statement about `manifest`."""
    path = home / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    exec(edit, {"manifest": manifest})
    path.write_text(json.dumps(manifest), "utf-8")


def test_a_document_that_was_touched_is_found_out(corpus: Path) -> None:
    path = corpus / "kind_manual.json"
    path.write_bytes(path.read_bytes().replace(b"123456000", b"123456001"))

    with pytest.raises(CorpusError, match=r"kind_manual\.json is not the document that was recorded"):
        read_recordings(corpus.parent)


def test_a_document_that_is_missing_is_found_out(corpus: Path) -> None:
    (corpus / "kind_manual.json").unlink()

    with pytest.raises(CorpusError, match=r"kind_manual\.json is missing"):
        read_recordings(corpus.parent)


def test_a_document_that_cannot_be_read_is_told(corpus: Path) -> None:
    (corpus / "kind_manual.json").unlink()
    (corpus / "kind_manual.json").mkdir()

    with pytest.raises(CorpusError, match=r"cannot be read: .*Is a directory"):
        read_recordings(corpus.parent)


def test_a_file_too_many_is_found_out(corpus: Path) -> None:
    (corpus / "stray.json").write_text("[]")

    with pytest.raises(CorpusError, match=r"stray\.json does not stand in its manifest"):
        read_recordings(corpus.parent)


def test_a_directory_without_a_manifest_is_found_out(corpus: Path) -> None:
    (corpus.parent / "other").mkdir()

    with pytest.raises(CorpusError, match=r"other has no manifest\.json"):
        read_recordings(corpus.parent)


def test_a_directory_under_another_name_is_found_out(corpus: Path) -> None:
    corpus.rename(corpus.with_name("reference_impl-9.9"))

    with pytest.raises(CorpusError, match=r"its manifest is that of reference_impl 0\.1\.0"):
        read_recordings(corpus.parent)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            "manifest['schema'] = 'sidecar-conformance/golden/2'",
            "this kit reads sidecar-conformance/golden/1",
        ),
        ("manifest['workloads'] = []", r"\$\.workloads: "),
        ("manifest['extra'] = 1", "extra"),
        ("del manifest['kit']", "'kit' is a required property"),
        ("manifest['workloads'].append(manifest['workloads'][0])", "kind_manual stands there more than once"),
        ("manifest['workloads'][0]['file'] = '../x.json'", r"called \.\./x\.json, not kind_manual\.json"),
        ("manifest['workloads'][0]['steps'][1]['schedule'] = {'$': 'Hourly'}", "a step of kind_manual"),
        ("manifest['workloads'][0]['steps'][1] = {'$': 'Explode'}", "is not one of"),
        ("del manifest['workloads'][0]['sha256']", "'sha256' is a required property"),
        ("manifest['allowed'] = [{'workload': '*', 'difference': 'x: y', 'reason': ' '}]", r"reason"),
        ("manifest['allowed'] = [{'workload': '*', 'difference': '*', 'reason': 'all'}]", r"difference"),
        (
            "manifest['allowed'] = [{'workload': 'nix', 'difference': 'x: y', 'reason': 'z'}]",
            "names the workload 'nix', which is not recorded there",
        ),
    ],
)
def test_a_manifest_that_does_not_make_sense_is_refused_with_the_reason(
    corpus: Path, edit: str, words: str
) -> None:
    edited(corpus, edit)

    with pytest.raises(CorpusError, match=words):
        read_recordings(corpus.parent)


def test_a_manifest_that_is_no_json_is_refused(corpus: Path) -> None:
    (corpus / "manifest.json").write_text("{")

    with pytest.raises(CorpusError, match=r"manifest\.json cannot be read"):
        read_recordings(corpus.parent)


def test_an_empty_directory_holds_nothing_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(NothingRecordedError, match="nothing is recorded") as caught:
        read_recordings(tmp_path)

    assert caught.value.exit_code is ExitCode.INCOMPLETE


def test_a_recorded_version_is_not_taken_for_the_directory_of_all(corpus: Path) -> None:
    with pytest.raises(UsageError, match="name the directory that holds it"):
        read_recordings(corpus)


def test_a_workload_without_a_document_is_recorded_as_such(reference: Recording, tmp_path: Path) -> None:
    none = tuple(replace(each, document=None) for each in reference.workloads[:2])
    recording = replace(reference, workloads=none, kit=__version__)

    home, _ = write_recording(recording, tmp_path, may_replace=False)

    assert [path.name for path in home.iterdir()] == ["manifest.json"]
    assert read_recordings(tmp_path) == (recording,)


def test_what_was_allowed_by_hand_stays_when_the_same_is_recorded_again(
    reference: Recording, corpus: Path
) -> None:
    edited(corpus, "manifest['allowed'] = [{'workload': '*', 'difference': 'x: y', 'reason': 'z'}]")

    _, written = write_recording(reference, corpus.parent, may_replace=False)

    assert written is Written.SAME
    assert read_recordings(corpus.parent)[0].allowed == (Allowance("*", "x: y", "z"),)


def test_a_manifest_reads_itself_back(reference: Recording) -> None:
    allowed = (Allowance("*", "layout: indent: *", "why"),)
    manifest = parse_manifest(manifest_text(replace(reference, allowed=allowed)))

    assert manifest.head == replace(reference, allowed=allowed, workloads=())
    assert [entry.workload for entry in manifest.entries] == [each.workload for each in reference.workloads]
