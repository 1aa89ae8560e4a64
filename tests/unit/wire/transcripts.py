"""Records the transcripts that are shipped for authors of adapters in other languages.

`python tests/unit/wire/transcripts.py` writes them anew; a test holds them against what would be written.
"""

from __future__ import annotations

import json
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from conformance.adapter.open_backends import OpenBackends
from conformance.hosting.inprocess import InProcessDriver

Requests: TypeAlias = list[tuple[str, dict[str, Any]]]

FOLDER = Path(str(files("conformance.wire").joinpath("transcripts")))
DATA_PATH = "$DATA_PATH"
_NOW = {"secs_since_epoch": 1_900_000_000, "nanos_since_epoch": 500_000_000}
_KIT = {"name": "sidecar-conformance", "version": "0.1.0"}
_BEGIN: Requests = [
    ("initialize", {"protocol": 1, "kit": _KIT}),
    ("set_clock", {"now": _NOW}),
    ("open", {"data_path": DATA_PATH}),
]
_END: Requests = [("close", {"handle": 1}), ("shutdown", {})]


def _instant(secs: int, nanos: int = 0) -> dict[str, int]:
    return {"secs_since_epoch": secs, "nanos_since_epoch": nanos}


def _id(namespace: str, local: str) -> dict[str, str]:
    return {"namespace": namespace, "local": local}


def _scheduled(namespace: str, local: str, schedule: Any, handle: int = 1) -> tuple[str, dict[str, Any]]:
    return "record_scheduled", {"handle": handle, "id": _id(namespace, local), "schedule": schedule}


def _started(namespace: str, local: str, handle: int = 1) -> tuple[str, dict[str, Any]]:
    started = _instant(1_900_000_000)
    return "record_started", {"handle": handle, "id": _id(namespace, local), "started_at": started}


def _finished(namespace: str, local: str, success: bool) -> tuple[str, dict[str, Any]]:
    params = {"id": _id(namespace, local), "finished_at": _instant(1_900_000_001), "success": success}
    return "record_finished", {"handle": 1} | params


def _cancelled(namespace: str, local: str, handle: int = 1) -> tuple[str, dict[str, Any]]:
    return "cancel", {"handle": handle, "id": _id(namespace, local)}


_LOAD = ("load_all", {"handle": 1})

CONVERSATIONS: dict[str, Requests] = {
    "first_steps": [
        *_BEGIN,
        _LOAD,
        _scheduled("app.jobs", "by_hand", "Manual"),
        _scheduled("app.jobs", "once", {"Once": _instant(2_000_000_000, 123_456_789)}),
        _scheduled("app.jobs", "once_passed", {"Once": _instant(1_000_000_000)}),
        _scheduled("app.jobs", "hourly", {"Periodic": {"secs": 3600, "nanos": 5}}),
        _scheduled("app.jobs", "nightly", {"Cron": "0 0 3 * * *"}),
        _scheduled("app.jobs", "never", {"Cron": "no expression at all"}),
        _started("app.jobs", "by_hand"),
        _finished("app.jobs", "by_hand", True),
        _finished("app.jobs", "unknown", False),
        _LOAD,
        _cancelled("app.jobs", "once"),
        _cancelled("app.jobs", "nobody"),
        _LOAD,
        ("flush_checkpoint", {"handle": 1}),
        *_END,
    ],
    "large_numbers": [
        *_BEGIN,
        _scheduled("large", "period", {"Periodic": {"secs": 2**53 + 1, "nanos": 999_999_999}}),
        _scheduled("large", "once", {"Once": _instant(2**53 + 1, 1)}),
        _scheduled("large", "last_instant", {"Once": _instant(2**63 - 1, 999_999_999)}),
        _LOAD,
        *_END,
    ],
    "names": [
        *_BEGIN,
        _started("a.b", "c"),
        _started("a", "b.c"),
        _started("größe 'q' \"d\" \\", "名😀\t\x01\x7f"),
        _started("A.B", "c"),
        _LOAD,
        *_END,
    ],
    "two_handles": [
        *_BEGIN,
        ("open", {"data_path": f"{DATA_PATH}/other"}),
        _started("first", "job"),
        _started("second", "job", handle=2),
        _LOAD,
        ("load_all", {"handle": 2}),
        ("close", {"handle": 2}),
        *_END,
    ],
    "reopen": [
        *_BEGIN,
        _scheduled("kept", "job", {"Periodic": {"secs": 60, "nanos": 0}}),
        _started("kept", "job"),
        ("close", {"handle": 1}),
        ("open", {"data_path": DATA_PATH}),
        ("load_all", {"handle": 2}),
        ("close", {"handle": 2}),
        ("shutdown", {}),
    ],
    "clock": [
        *_BEGIN,
        _scheduled("clock", "job", "Manual"),
        _LOAD,
        ("set_clock", {"now": _instant(4_000_000_000, 250_000_000)}),
        _scheduled("clock", "job", "Manual"),
        _LOAD,
        ("set_clock", {"now": None}),
        *_END,
    ],
    "failures": [
        *_BEGIN,
        ("a_method_that_does_not_exist", {}),
        ("load_all", {"handle": 99}),
        ("cancel", {"handle": 1, "id": "joined.by_a_dot"}),
        ("record_started", {"handle": 1, "id": _id("a", "b")}),
        *_END,
    ],
    "mirror": [
        *_BEGIN,
        ("mirror", {"handle": 1, "mode": "record"}),
        ("mirror", {"handle": 1, "mode": "fail"}),
        _started("mirrored", "job"),
        _cancelled("mirrored", "job"),
        ("mirror_statements", {"handle": 1}),
        *_END,
    ],
}


def record(name: str) -> str:
    """The transcript of a conversation with the reference, one JSON object a line."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        data_path = Path(folder, "data")
        (data_path / "other").mkdir(parents=True)
        session = OpenBackends(InProcessDriver("reference_impl:open_backend"))
        for number, (method, params) in enumerate(CONVERSATIONS[name], 1):
            request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            sent = json.dumps(request).replace(DATA_PATH, str(data_path))
            answer = session.answer(sent.encode()).decode().replace(str(data_path), DATA_PATH)
            lines += [{"from": "kit", "message": request}, {"from": "adapter", "message": json.loads(answer)}]
        session.close()
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


if __name__ == "__main__":
    for name in CONVERSATIONS:
        (FOLDER / f"{name}.jsonl").write_text(record(name), "utf-8")
