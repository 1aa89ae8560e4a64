"""The replay file: a failing example as JSON, language-neutral, runnable without Hypothesis.

`arguments` are the values the check was called with, each value as JSON: numbers, strings, booleans, null and
lists as they are; bytes as {"$": "bytes", "base64": ...}; a mapping as {"$": "map", "items": [[key, value]]};
any other value as {"$": type, member: value}. Integers are exact, also beyond 2^53. `operations` tells the
same story in words.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, QName, SystemTime

SCHEMA = "sidecar-conformance/replay/1"
_TAG = "$"
_T = TypeVar("_T")
_REPLAYABLE: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (QName, SystemTime, Duration, Once, Periodic, Cron, Manual)
}


def replayable(kind: type[_T]) -> type[_T]:
    """Let values of a frozen dataclass stand in replay files, under the name of their type."""
    if not is_dataclass(kind):
        raise TypeError(f"{kind.__name__} is not a dataclass")
    _REPLAYABLE[kind.__name__] = kind
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
    if _REPLAYABLE.get(name) is not type(value):
        raise TypeError(f"a replay file cannot hold a {name}: {value!r}")
    members = {member.name: encode_value(getattr(value, member.name)) for member in fields(value)}  # type: ignore[arg-type]
    return {_TAG: name, **members}


def decode_value(form: Any) -> Any:
    """The value of a JSON form; a list comes back as a list. Raises ValueError for an unknown form."""
    if isinstance(form, list):
        return [decode_value(item) for item in form]
    if not isinstance(form, dict):
        return form
    match form.get(_TAG):
        case "bytes":
            return base64.b64decode(form["base64"])
        case "map":
            return {decode_value(key): decode_value(item) for key, item in form["items"]}
        case name if name in _REPLAYABLE:
            members = {key: decode_value(item) for key, item in form.items() if key != _TAG}
            return _REPLAYABLE[name](**members)
    raise ValueError(f"not a value of a replay file: {form!r}")


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

    def to_json(self) -> str:
        """The text of the replay file."""
        members = {member.name: getattr(self, member.name) for member in fields(self)}
        members["class"] = members.pop("conformance_class")
        return json.dumps({"schema": SCHEMA, **members}, indent=2, ensure_ascii=True) + "\n"


def read_counterexample(text: str) -> Counterexample:
    """Read a replay file. Raises ValueError for anything else."""
    try:
        members = json.loads(text)
        if members.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        members["conformance_class"] = members.pop("class")
        for name in ("capabilities", "operations", "command"):
            members[name] = tuple(members[name])
        return Counterexample(**members)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a replay file of {SCHEMA}: {error}") from None
