"""An adapter that somebody else starts."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from conformance.contract.records import QName, SystemTime
from conformance.drivers.attach import PATIENT, attach
from conformance.drivers.command import CommandDriver, serve_command, serve_environment

from .commands import OPEN_BACKEND


def test_an_adapter_started_by_hand_is_spoken_with(tmp_path: Path) -> None:
    pipes, data_path = tmp_path / "pipes", tmp_path / "data"
    pipes.mkdir()
    data_path.mkdir()
    attachment = attach(pipes)
    redirected = (
        f"exec {shlex.join(serve_command(OPEN_BACKEND))} < {shlex.quote(str(pipes / 'requests'))} "
        f"> {shlex.quote(str(pipes / 'answers'))}"
    )
    with subprocess.Popen(["sh", "-c", redirected], env=serve_environment()) as adapter:
        driver = CommandDriver(attachment.command, limits=PATIENT)
        handle = driver.open(data_path)
        handle.record_started(QName("a", "b"), SystemTime(1, 0))
        loaded = [record.id for record in handle.load_all()]
        driver.close()
        status = adapter.wait(30)

    assert loaded == [QName("a", "b")]
    assert status == 0
    assert str(pipes / "requests") in attachment.instructions
    assert '"method":"initialize"' in attachment.instructions
