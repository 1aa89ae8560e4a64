"""A failing example as something to paste: a Python program, or the lines of JSON-RPC for an adapter.

Both are made of a replay file's `calls`. What the kit did besides, such as a mode that it changed, stands
there as a comment, or is told beside the lines: who pastes them has to do it himself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from conformance import __version__
from conformance.results.counterexample import Counterexample, decode_value
from conformance.showing import spelled
from conformance.wire.methods import METHODS, PROTOCOL
from conformance.workspace import DOCUMENT_NAME, SYSTEM_DIRECTORY

_DOCUMENT = PurePosixPath(SYSTEM_DIRECTORY, DOCUMENT_NAME)
_PARAMETERS = {
    "record_scheduled": ("id", "schedule"),
    "record_started": ("id", "started_at"),
    "record_finished": ("id", "finished_at", "success"),
    "cancel": ("id",),
    "plant_rows": ("rows",),
}
_CLOCK = "clock"


def as_python(found: Counterexample, target: str) -> str:
    """A program that makes the calls of the example on a target, and prints what comes of them."""
    steps = found.calls
    lines = [
        *(f"# {line}" for line in _heading(found)),
        "from pathlib import Path",
        "from tempfile import mkdtemp",
        "",
        "from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, QName, SystemTime",
        "from conformance.hosting.clock import HeldClock",
        "from conformance.hosting.loading import load_target",
        "",
        f"open_backend = load_target({target!r})",
    ]
    if any(_CLOCK in step for step in steps):
        lines.append("clock = HeldClock()")
    lines += [f"{_data(path)} = Path(mkdtemp())" for path in paths_of(steps)]
    last = max((number for number, step in enumerate(steps) if "call" in step), default=0)
    for number, step in enumerate(steps):
        lines += _python_step(step, number == last)
    for path in paths_of(steps):
        lines.append(f"document = {_data(path)} / {str(_DOCUMENT)!r}")
        lines.append('print("the document:", document.read_text("utf-8") if document.exists() else "none")')
    return "\n".join(lines) + "\n"


def _heading(found: Counterexample) -> Iterator[str]:
    yield f"{found.requirement}: {found.claim}"
    yield from f"expected: {found.expected}".splitlines()
    yield from f"observed: {found.observed}".splitlines()


def _python_step(step: Mapping[str, Any], is_last: bool) -> list[str]:
    if _CLOCK in step:
        return [f"clock.hold({spelled(decode_value(step[_CLOCK]))})"]
    if "document" in step:
        document = f"({_data(step['path'])} / {str(_DOCUMENT)!r})"
        content = decode_value(step["document"])
        lines = [f"    {line!r}" for line in content.splitlines(keepends=True)] or ["    b''"]
        return [f"{document}.parent.mkdir(exist_ok=True)", f"{document}.write_bytes(", *lines, ")"]
    if "note" in step:
        return [f"# not a call: {line}" for line in str(step["note"]).splitlines()]
    return _python_call(step, is_last)


def _python_call(step: Mapping[str, Any], is_last: bool) -> list[str]:
    backend, operation, ending = _backend(step["backend"]), step["call"], str(step["ending"])
    comment = f"  # {ending.splitlines()[0]}" if ending else ""
    arguments = ", ".join(spelled(decode_value(form)) for form in step["arguments"])
    if operation == "open":
        return [f"{backend} = open_backend({_data(step['path'])}){comment}"]
    call = f"{backend}.{operation}({arguments})"
    if operation == "close":
        call = f'getattr({backend}, "close", lambda: None)()'
    if operation == "load_all":
        call = f'print("loaded:", *{call}, sep="\\n  ")'
    if not ending or is_last:
        return [f"{call}{comment}"]
    return ["try:", f"    {call}", f"except Exception as error:{comment}", "    print(repr(error))"]


def _data(path: int) -> str:
    return "data" if path == 1 else f"data_{path}"


def _backend(number: int) -> str:
    return "backend" if number == 1 else f"backend_{number}"


@dataclass(frozen=True, slots=True)
class WireLines:
    """What to send an adapter, and what has to be done beside it, each before a line (from 1)."""

    lines: tuple[str, ...]
    beside: tuple[tuple[int, str], ...]


def as_wire(found: Counterexample, data: Path) -> WireLines:
    """The requests that make the calls of the example. Data paths lie below `data`.

    Handles are those of an adapter that counts what it opens from 1, as the kit's own adapters do.
    """
    lines: list[str] = []
    beside: list[tuple[int, str]] = []
    handles: dict[int, int] = {}

    def say(method: str, **values: Any) -> None:
        params = METHODS[method].encode_params(values)
        request = {"jsonrpc": "2.0", "id": len(lines) + 1, "method": method, "params": params}
        lines.append(json.dumps(request, ensure_ascii=True))

    say("initialize", protocol=PROTOCOL, kit={"name": "sidecar-conformance", "version": __version__})
    for step in found.calls:
        if _CLOCK in step:
            say("set_clock", now=decode_value(step[_CLOCK]))
        elif "call" in step:
            _say_call(step, data, handles, say)
        else:
            beside.append((len(lines) + 1, _beside(step, data)))
    say("shutdown")
    return WireLines(tuple(lines), tuple(beside))


def _say_call(step: Mapping[str, Any], data: Path, handles: dict[int, int], say: Callable[..., None]) -> None:
    number, operation = step["backend"], step["call"]
    if operation == "open":
        handles[number] = max(handles.values(), default=0) + 1
        say("open", data_path=str(path_of(data, step["path"])))
        return
    arguments = [decode_value(form) for form in step["arguments"]]
    named = dict(zip(_PARAMETERS.get(operation, ()), arguments, strict=True))
    say(operation, handle=handles[number], **named)


def path_of(data: Path, number: int) -> Path:
    """Where a data path of the example lies."""
    return data / str(number)


def _beside(step: Mapping[str, Any], data: Path) -> str:
    if "document" not in step:
        return str(step["note"])
    document = path_of(data, step["path"]) / _DOCUMENT
    return f"{document} holds {decode_value(step['document'])!r}"


def paths_of(calls: Sequence[Mapping[str, Any]]) -> list[int]:
    """The numbers of the data paths of an example."""
    return sorted({step["path"] for step in calls if "path" in step})


def first_documents(found: Counterexample) -> dict[int, bytes]:
    """The documents that lie in the data paths before a backend is opened there."""
    documents: dict[int, bytes] = {}
    for step in found.calls:
        if step.get("call") == "open":
            break
        if "document" in step:
            documents[step["path"]] = decode_value(step["document"])
    return documents
