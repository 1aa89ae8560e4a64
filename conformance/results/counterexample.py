"""The replay file: a failing example as JSON, language-neutral, runnable without Hypothesis.

`arguments` are the values the check was called with, each value as JSON: numbers, strings, booleans, null and
lists as they are; bytes as {"$": "bytes", "base64": ...}; a mapping as {"$": "map", "items": [[key, value]]};
any other value as {"$": type, member: value}. Integers are exact, also beyond 2^53. `operations` tells the
same story in words, and `calls`, where the file has it, as what can be done again without the kit:
{"call": operation, "arguments": values, "ending": words, "backend": number, "path": number},
{"clock": instant}, {"document": bytes, "path": number}, and {"note": words} for anything else. Numbers count
from 1 in the example.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from typing import Any

from conformance.contract.classes import ConformanceClass, effective_capabilities

SCHEMA = "sidecar-conformance/replay/1"
_TAG = "$"
_HOMES = {
    "conformance.contract.records": ("QName", "SystemTime", "Duration", "Once", "Periodic", "Cron", "Manual"),
    "conformance.oracle.model": (
        *("RecordScheduled", "RecordStarted", "RecordFinished", "Cancel", "FlushCheckpoint", "Reopen"),
    ),
    "conformance.oracle.rows": ("StoredRow",),
    "conformance.crash.scenarios.scenario": ("CrashScenario",),
    "conformance.crash.recording.inject": ("ToldInjection",),
    "conformance.releases.steps": ("HoldClock", "PlantDocument", "LoadAll"),
}
REPLAYABLE = {name: home for home, names in _HOMES.items() for name in names}
"""The frozen dataclasses whose values may stand in replay files, with their modules. By name, so that who
only reads such a file imports none of them."""


@cache
def _kind(name: str) -> type[Any]:
    kind: type[Any] = getattr(import_module(REPLAYABLE[name]), name)
    return kind


def encode_value(value: object) -> Any:
    """The JSON form of an argument. Raises TypeError for a type that no replay file can hold."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [encode_value(item) for item in value]
    if isinstance(value, bytes):
        return {_TAG: "bytes", "base64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, Mapping):
        return {_TAG: "map", "items": [[encode_value(k), encode_value(v)] for k, v in value.items()]}
    name = type(value).__name__
    if name not in REPLAYABLE or _kind(name) is not type(value):
        raise TypeError(f"a replay file cannot hold a {name}: {value!r}")
    members = {member.name: encode_value(getattr(value, member.name)) for member in fields(value)}  # type: ignore[arg-type]
    return {_TAG: name, **members}


def decode_value(form: Any) -> Any:
    """The value of a JSON form; a list comes back as a list. Raises ValueError for an unknown form."""
    if isinstance(form, list):
        return [decode_value(item) for item in form]
    if not isinstance(form, dict):
        return form
    try:
        return _decode_object(form)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"not a value of a replay file: {form!r}: {error}") from None


def _decode_object(form: Mapping[str, Any]) -> Any:
    match form[_TAG]:
        case "bytes":
            return base64.b64decode(form["base64"], validate=True)
        case "map":
            return {decode_value(key): decode_value(item) for key, item in form["items"]}
        case name:
            members = {key: decode_value(item) for key, item in form.items() if key != _TAG}
            return _kind(name)(**members)


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A failing example: what was called with what, what was done, what was expected and observed."""

    requirement: str
    test: str
    target: str
    command: tuple[str, ...]
    conformance_class: str
    capabilities: tuple[str, ...]
    seed: int
    arguments: Mapping[str, Any]
    operations: tuple[str, ...]
    claim: str
    expected: str
    observed: str
    calls: tuple[Mapping[str, Any], ...] = ()

    def to_json(self) -> str:
        """The text of the replay file."""
        members = {member.name: getattr(self, member.name) for member in fields(self)}
        members["class"] = members.pop("conformance_class")
        return json.dumps({"schema": SCHEMA, **members}, indent=2, ensure_ascii=True) + "\n"


def read_counterexample(text: str) -> Counterexample:
    """Read a replay file, to replay it. Raises ValueError for anything else."""
    found = read_story(text)
    try:
        _check_values(found)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a replay file of {SCHEMA}: {error}") from None
    return found


def read_story(text: str) -> Counterexample:
    """Read a replay file, to show it: its values are not decoded. Raises ValueError for anything else."""
    try:
        members = json.loads(text)
        if members.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        members["conformance_class"] = members.pop("class")
        members.setdefault("calls", [])  # older files have none
        for name in ("capabilities", "operations", "command", "calls"):
            members[name] = tuple(members[name])
        found = Counterexample(**members)
        _check_words(found)
        return found
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a replay file of {SCHEMA}: {error}") from None


def _check_words(found: Counterexample) -> None:
    words = ("requirement", "test", "target", "conformance_class", "claim", "expected", "observed")
    lists = ("command", "capabilities", "operations")
    texts = [getattr(found, name) for name in words]
    texts += [text for name in lists for text in getattr(found, name)]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("something that must be text is not")
    if not all(isinstance(call, dict) for call in found.calls):
        raise ValueError("each of calls must be an object")
    if type(found.seed) is not int or not isinstance(found.arguments, dict):
        raise ValueError("seed must be a whole number, and arguments an object")


def _check_values(found: Counterexample) -> None:
    ConformanceClass(found.conformance_class)
    effective_capabilities(ConformanceClass.SIDECAR, frozenset(found.capabilities))
    for form in found.arguments.values():
        decode_value(form)
