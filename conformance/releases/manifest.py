"""A recording: the documents of one version, and the manifest that says how each was made.

The manifest is JSON, one step a line so that people can read it; `sidecar-conformance schema golden` prints
its JSON Schema. Only its member `allowed` is meant to be edited.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema

from conformance.releases.steps import Workload
from conformance.results.counterexample import decode_value, encode_value
from conformance.schemas import schema_text

SCHEMA = "sidecar-conformance/golden/1"
MANIFEST = "manifest.json"
EVERY_WORKLOAD = "*"


@dataclass(frozen=True, slots=True)
class RecordedWorkload:
    """A workload, the steps of it that were refused, and the document it left; None where it left none."""

    workload: Workload
    refused: tuple[int, ...]
    document: bytes | None

    @property
    def name(self) -> str:
        """The workload's name."""
        return self.workload.name


@dataclass(frozen=True, slots=True)
class Allowance:
    """A difference that is meant: of one workload or of every one. `*` in it stands for any text."""

    workload: str
    difference: str
    reason: str

    def __str__(self) -> str:
        return f"{self.workload}: {self.difference}"


@dataclass(frozen=True, slots=True)
class Recording:
    """What one version of a backend wrote, played by one version of the kit."""

    backend: str
    version: str
    language: str
    kit: str
    ruleset: str
    workloads: tuple[RecordedWorkload, ...]
    allowed: tuple[Allowance, ...] = ()

    def __str__(self) -> str:
        return f"{self.backend} {self.version}"


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """A workload of a manifest whose document is still to be read. `sha256` is None where there is none."""

    workload: Workload
    refused: tuple[int, ...]
    size: int
    sha256: str | None

    @property
    def file(self) -> str | None:
        """The name of the document beside the manifest."""
        return None if self.sha256 is None else file_name(self.workload.name)

    def matches(self, content: bytes) -> bool:
        """Whether `content` is the document that was recorded."""
        return len(content) == self.size and digest(content) == self.sha256


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as read: the recording without its documents."""

    head: Recording
    entries: tuple[ManifestEntry, ...]


def file_name(workload: str) -> str:
    """The name of a workload's document."""
    return f"{workload}.json"


def digest(content: bytes) -> str:
    """The SHA-256 digest in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def manifest_text(recording: Recording) -> str:
    """The manifest's text. It depends on the recording alone: recorded twice, it is the same."""
    head = {
        "schema": SCHEMA,
        "backend": {
            "name": recording.backend,
            "version": recording.version,
            "language": recording.language,
        },
        "kit": {"version": recording.kit, "ruleset": recording.ruleset},
        "allowed": [
            {"workload": each.workload, "difference": each.difference, "reason": each.reason}
            for each in recording.allowed
        ],
    }
    workloads = ",\n".join(_workload_text(recorded) for recorded in recording.workloads)
    return json.dumps(head, indent=2)[:-2] + f',\n  "workloads": [\n{workloads}\n  ]\n}}\n'


def _workload_text(recorded: RecordedWorkload) -> str:
    document = recorded.document
    members: dict[str, object] = {
        "name": recorded.name,
        "what": recorded.workload.what,
        "refused": list(recorded.refused),
    }
    if document is None:
        members |= {"file": None}
    else:
        members |= {"file": file_name(recorded.name), "bytes": len(document), "sha256": digest(document)}
    steps = ",\n".join(" " * 8 + json.dumps(encode_value(step)) for step in recorded.workload.steps)
    lines = "".join(f'      "{name}": {json.dumps(value)},\n' for name, value in members.items())
    return f'    {{\n{lines}      "steps": [\n{steps}\n      ]\n    }}'


def parse_manifest(text: str) -> Manifest:
    """Read a manifest. Raises ValueError, with words on what is wrong."""
    members = json.loads(text)
    _check_schema(members)
    entries = tuple(_entry(entry) for entry in members["workloads"])
    _require_distinct([entry.workload.name for entry in entries])
    allowed = tuple(Allowance(**entry) for entry in members["allowed"])
    for allowance in allowed:
        _require_known_workload(allowance, entries)
    head = Recording(
        backend=members["backend"]["name"],
        version=members["backend"]["version"],
        language=members["backend"]["language"],
        kit=members["kit"]["version"],
        ruleset=members["kit"]["ruleset"],
        workloads=(),
        allowed=allowed,
    )
    return Manifest(head, entries)


def _check_schema(members: Any) -> None:
    named = members.get("schema") if isinstance(members, Mapping) else None
    if named != SCHEMA:
        raise ValueError(f"its schema is {named!r}, and this kit reads {SCHEMA}")
    validator = jsonschema.Draft202012Validator(json.loads(schema_text("golden")))
    error = jsonschema.exceptions.best_match(validator.iter_errors(members))
    if error is not None:
        raise ValueError(f"{error.json_path}: {error.message[:300]}")


def _entry(entry: Mapping[str, Any]) -> ManifestEntry:
    name = entry["name"]
    if entry["file"] not in {None, file_name(name)}:
        raise ValueError(f"the document of {name} is called {entry['file']}, not {file_name(name)}")
    try:
        steps = tuple(decode_value(step) for step in entry["steps"])
    except (ValueError, TypeError) as error:
        raise ValueError(f"a step of {name} cannot be read: {error}") from None
    workload = Workload(name, entry["what"], steps)
    return ManifestEntry(workload, tuple(entry["refused"]), entry.get("bytes", 0), entry.get("sha256"))


def _require_distinct(names: Sequence[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"{', '.join(repeated)} stands there more than once")


def _require_known_workload(allowance: Allowance, entries: Sequence[ManifestEntry]) -> None:
    names = {EVERY_WORKLOAD, *(entry.workload.name for entry in entries)}
    if allowance.workload not in names:
        raise ValueError(f"allowed names the workload {allowance.workload!r}, which is not recorded there")
