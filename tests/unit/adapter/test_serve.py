"""`serve` as a process: its streams, its end, its threads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from conformance.drivers.command import serve_environment

BACKENDS = Path(__file__).parents[1] / "drivers" / "a_backend.py"


def _serve(
    attribute: str, requests: list[dict[str, Any]], rest: str = ""
) -> subprocess.CompletedProcess[str]:
    lines = "".join(
        json.dumps({"jsonrpc": "2.0", "id": n} | request) + "\n" for n, request in enumerate(requests)
    )
    return subprocess.run(
        [sys.executable, "-m", "conformance.adapter", f"{BACKENDS}:{attribute}"],
        input=lines + rest,
        env=serve_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_ends_cleanly_when_stdin_ends(tmp_path: Path) -> None:
    done = _serve("open_backend", [{"method": "open", "params": {"data_path": str(tmp_path)}}])
    [answer] = map(json.loads, done.stdout.splitlines())

    assert done.returncode == 0
    assert answer == {"jsonrpc": "2.0", "id": 0, "result": {"handle": 1, "sink": True}}


def test_a_last_line_without_line_feed_is_not_answered() -> None:
    done = _serve("open_backend", [], '{"jsonrpc":"2.0","id":1,"method":"shutdown"}')

    assert (done.returncode, done.stdout) == (0, "")


def test_requests_that_come_at_once_are_all_answered(tmp_path: Path) -> None:
    opening = {"method": "open", "params": {"data_path": str(tmp_path)}}
    done = _serve("open_backend", [opening] * 40)
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert sorted(answer["id"] for answer in answers) == list(range(40))
    assert sorted(answer["result"]["handle"] for answer in answers) == list(range(1, 41))


def test_what_the_backend_prints_goes_to_stderr(tmp_path: Path) -> None:
    opening = {"method": "open", "params": {"data_path": str(tmp_path)}}
    cancelling = {"method": "cancel", "params": {"handle": 1, "id": {"namespace": "a", "local": "b"}}}
    done = _serve("open_chatty", [opening, cancelling])

    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [0, 1]
    assert done.stderr.count("cancelling") == 2


def test_a_target_that_is_not_there_ends_it_with_a_reason() -> None:
    done = _serve("no_such_name", [])

    assert done.returncode == 4
    assert "has no attribute 'no_such_name'" in done.stderr


def test_the_adapter_needs_nothing_of_the_suite() -> None:
    heavy = ["hypothesis", "pytest", "jsonschema", "click", "conformance.suite"]
    script = f"import sys, conformance.adapter; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], env=serve_environment(), capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
