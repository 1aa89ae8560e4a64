"""The starter backends: each builds, is conformant, and writes the very bytes that the reference writes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from commands import sidecar_conformance
from product.building import stand_in_for_uni_plugin
from product.client import Unavailable
from recorded import seen_by
from strace.recorder import StraceRecorder
from whole import only_whole

from conformance.contract.connection import ChildCommand, Driver
from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, QName, SystemTime
from conformance.crash.recording.ptrace_recorder import PtraceRecorder
from conformance.drivers.command import CommandDriver
from conformance.errors import UsageError
from conformance.hosting.inprocess import InProcessDriver
from conformance.templates import TEMPLATES, Template, write_template
from conformance.workspace import DataPath

CACHE = Path(
    os.environ.get("SIDECAR_CONFORMANCE_BUILD_CACHE", Path.home() / ".cache" / "sidecar-conformance")
)
# what a language has of its own: numbers, names, bytes, errors, time
A_PART = ("RT-03", "QN-01", "CX-03", "FM", "ER-01", "NF-01")
REAL_CRATES = os.environ.get("TEMPLATE_CRATES") == "real"


def in_place_of_crates(template: Template) -> tuple[str, ...]:
    """What has cargo take the stand-in for uni-plugin, whose build takes seconds instead of minutes."""
    if template.language != "rust-uni-plugin" or REAL_CRATES:
        return ()
    try:
        return ("--config", f'patch.crates-io.uni-plugin.path="{stand_in_for_uni_plugin()}"')
    except Unavailable as reason:
        pytest.skip(f"the {template.language} template was not tried: {reason}")


def build(template: Template, tmp: Path) -> tuple[Path, tuple[str, ...]]:
    """The template in a folder of its own, built; skips where its tool is not installed."""
    if shutil.which(template.tool) is None:
        pytest.skip(f"{template.tool} is not installed: the {template.language} template was not tried")
    folder = tmp / template.language
    write_template(template.language, folder)
    if template.build:
        cached = os.environ | {"CARGO_TARGET_DIR": str(CACHE / "rust")} if template.tool == "cargo" else None
        command = (*template.build, *in_place_of_crates(template))
        subprocess.run(command, cwd=folder, env=cached, check=True, timeout=None if REAL_CRATES else 600)
    if template.tool == "cargo":
        (folder / "target").symlink_to(CACHE / "rust")
    program = folder / template.command[0]
    command = (str(program), *template.command[1:]) if program.exists() else template.command
    return folder, command


@pytest.fixture(
    scope="module",
    params=list(TEMPLATES.values()),
    ids=list(TEMPLATES),
)
def adapter(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, tuple[str, ...]]:
    return build(request.param, tmp_path_factory.mktemp("templates"))


def document_of(driver: Driver, path: Path) -> bytes | None:
    """The document after a fixed list of operations, at an instant that is held where that can be."""
    path.mkdir()
    if "clock" in driver.description.capabilities:
        driver.set_clock(SystemTime(1_800_000_000, 500_000_000))
    handle = driver.open(path)
    at = SystemTime(2**53 + 1, 999_999_999)
    handle.record_scheduled(QName("big", "once"), Once(SystemTime(2**63 - 1, 999_999_999)))
    handle.record_scheduled(QName("big", "periodic"), Periodic(Duration(2**53 + 1, 1)))
    handle.record_scheduled(QName("big", "beyond"), Periodic(Duration(2**64 - 1, 999_999_999)))
    handle.record_scheduled(QName("past", "once"), Once(SystemTime(5, 7)))
    handle.record_scheduled(QName("odd", 'quotes"\\\b\f\n\r\t\x00\x1f\x7f/<>&'), Manual())
    handle.record_scheduled(QName("odd", "é日本😀\u2028\u2029\ufeff"), Cron("0 0 3 * * SUN"))
    handle.record_scheduled(QName("odd", "never"), Cron("not a cron expression"))
    handle.record_scheduled(QName("odd", "leap"), Cron("0 0 0 29 2 ? 2096"))
    handle.record_started(QName("a.b", "c"), at)
    handle.record_finished(QName("a", "b.c"), at, False)
    handle.record_finished(QName("new", "job"), at, True)
    handle.cancel(QName("odd", "never"))
    handle.record_started(QName("big", "once"), at)
    handle.close()
    return DataPath(path).read_document()


def without_instants(document: bytes | None) -> bytes:
    """The document as any clock would have it: what it fires at next is left out."""
    return re.sub(
        rb'("next_fire_at": \{\s+"secs_since_epoch": )\d+(,\s+"nanos_since_epoch": )\d+',
        rb"\1\2",
        document or b"",
    )


def test_every_backend_writes_the_bytes_of_the_reference(
    adapter: tuple[Path, tuple[str, ...]], tmp_path: Path
) -> None:
    folder, command = adapter
    reference = InProcessDriver("reference_impl:open_backend")
    here = Path.cwd()
    os.chdir(folder)
    template = CommandDriver(command)
    try:
        expected = document_of(reference, tmp_path / "reference")
        found = document_of(template, tmp_path / "template")
        if "clock" not in template.description.capabilities:
            expected, found = without_instants(expected), without_instants(found)
    finally:
        template.close()
        reference.close()
        os.chdir(here)

    assert expected == found


def test_a_template_is_right(adapter: tuple[Path, tuple[str, ...]]) -> None:
    folder, command = adapter
    smoke = sidecar_conformance(folder, "smoke", "--", *command)

    assert 0 == smoke.code, smoke.output


@pytest.mark.parametrize("only", [A_PART, pytest.param((), marks=only_whole)], ids=["part", "whole"])
def test_a_template_breaks_nothing_and_the_whole_is_conformant(
    adapter: tuple[Path, tuple[str, ...]], only: tuple[str, ...]
) -> None:
    folder, command = adapter
    options = ("--only", ",".join(only)) if only else ()
    judged = sidecar_conformance(folder, "run", "--profile", "quick", *options, "--", *command)

    found = {id: verdict for id, verdict in judged.verdicts().items() if id.startswith(only or "")}
    assert (5 if only else 0) == judged.code, judged.output + judged.errors
    assert {"passed", "not_applicable"} >= set(found.values()), judged.output


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_ptrace_and_strace_see_the_same_of_a_template(
    adapter: tuple[Path, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, command = adapter
    monkeypatch.chdir(folder)
    child = ChildCommand(command, dict(os.environ))

    assert seen_by(PtraceRecorder, child) == seen_by(StraceRecorder, child)


@pytest.mark.parametrize("language", TEMPLATES)
def test_init_writes_a_readme_with_the_commands(tmp_path: Path, language: str) -> None:
    finished = sidecar_conformance(tmp_path, "init", "new", "--lang", language)
    readme = (tmp_path / "new" / "README.md").read_text("utf-8")

    assert 0 == finished.code
    assert " ".join(TEMPLATES[language].build) in readme
    assert f"-- {' '.join(TEMPLATES[language].command)}" in readme
    assert (tmp_path / "new" / ".github" / "workflows" / "conformance.yml").exists()


def test_init_refuses_what_is_not_empty_and_what_it_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()

    with pytest.raises(UsageError, match="empty"):
        write_template("go", tmp_path / "full")
    with pytest.raises(UsageError, match="cobol"):
        write_template("cobol", tmp_path / "new")
    with pytest.raises(UsageError, match="cannot be written"):
        write_template("go", tmp_path / "full" / "file" / "new")
