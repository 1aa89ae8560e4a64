"""The corpus of released versions: what uni-db wrote and answered, as package data."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, TypeAlias

from conformance.contract.records import SystemTime

Outcome: TypeAlias = Literal[
    "accepted", "refused", "loads_not_stored", "open_panics", "open_hangs", "call_refused"
]
Expected: TypeAlias = Literal["accepted", "refused"]


@dataclass(frozen=True, slots=True)
class GoldenFile:
    """A row of the manifest: `path` below the corpus, size in bytes, digest, and whose it is."""

    path: str
    bytes: int
    sha256: str
    product: str
    version: str
    what: str


@dataclass(frozen=True, slots=True)
class ReleasedDocument:
    """A document as the product of `version` wrote it; `what` tells by which calls."""

    version: str
    name: str
    content: bytes
    what: str


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the catalogue asks for something else than the product does, or leaves a case open."""

    case: str
    product: str
    catalogue: str
    expected: Expected | None
    requirement: str | None


@dataclass(frozen=True, slots=True)
class LoadCase:
    """A hand-made document and what the product made of it.

    `input` is None where the case is about surroundings, told in `setup`; `output` is the document after
    one more job was scheduled, None where it was not rewritten. `why` is the product's error text.
    `registered` maps a name to whether the product held it, None where it takes the text for no name.
    `ran_at_open` are the names whose status the product rewrote by running them.
    """

    name: str
    family: str
    input: bytes | None
    output: bytes | None
    outcome: Outcome
    why: str | None
    note: str | None
    setup: str | None
    registered: Mapping[str, bool | None]
    ran_at_open: tuple[str, ...]
    difference: Departure | None

    @property
    def expected(self) -> Expected | None:
        """What the catalogue asks of loading; None where it leaves the case open."""
        if self.difference is not None:
            return self.difference.expected
        return "accepted" if self.outcome == "accepted" else "refused"

    @property
    def normative(self) -> bool:
        """Whether loading `input` and nothing else is judged by the catalogue."""
        return self.setup is None and self.expected is not None


@dataclass(frozen=True, slots=True)
class CronVector:
    """What the product answered for an expression.

    `now_window` holds the clock before and after, in nanoseconds since the epoch; both are equal where the
    clock was held. `next_fire` is None for a refused expression and for one that never fires again.
    """

    family: str
    now_window: tuple[int, int]
    expression: str
    accepted: bool
    next_fire: SystemTime | None


@dataclass(frozen=True, slots=True)
class ScheduleCall:
    """Whether the product's own schedule call took these arguments; `error` says why not."""

    qname: str
    kind: str
    argument: str
    accepted: bool
    error: str | None


def _root() -> Traversable:
    return files("conformance.golden")


def recorded_folder() -> Path:
    """Where what `golden record` kept of uni-db's own backend lies, for `golden verify`."""
    return Path(str(_root().joinpath("recorded")))


def read_golden(path: str) -> bytes:
    """The bytes of a file of the corpus, named as in the manifest. Raises FileNotFoundError."""
    return _root().joinpath(*path.split("/")).read_bytes()


def _read_json(path: str) -> Any:
    return json.loads(read_golden(path))


@cache
def golden_files() -> tuple[GoldenFile, ...]:
    """The manifest: every file of the corpus, with its digest and provenance."""
    return tuple(GoldenFile(**entry) for entry in _read_json("manifest.json")["files"])


@cache
def released_documents() -> tuple[ReleasedDocument, ...]:
    """All documents that a released product wrote, oldest version first (FM-05)."""
    paths = [file.path for file in golden_files()]
    manifests = sorted(path for path in paths if re.fullmatch(r"[^/]+/manifest\.json", path))
    return tuple(document for path in manifests for document in _documents_of(path))


def _documents_of(manifest_path: str) -> list[ReleasedDocument]:
    manifest = _read_json(manifest_path)
    folder = manifest_path.removesuffix("manifest.json")
    return [
        ReleasedDocument(
            manifest["version"],
            entry["file"].removesuffix(".json"),
            read_golden(folder + entry["file"]),
            entry["what"],
        )
        for entry in manifest["files"]
    ]


@cache
def differences() -> Mapping[str, Departure]:
    """The cases that the catalogue decides otherwise, or not at all, by name."""
    entries = tomllib.loads(read_golden("differences.toml").decode())["difference"]
    return {
        entry["case"]: Departure(
            entry["case"],
            entry["product"],
            entry["catalogue"],
            entry.get("expected"),
            entry.get("requirement"),
        )
        for entry in entries
    }


@cache
def load_cases() -> tuple[LoadCase, ...]:
    """All hand-made documents, in the order in which they were tried (LD, QN, ER, SE)."""
    return tuple(_load_case(entry) for entry in _read_json("load/load_behaviour.json")["cases"])


def _load_case(entry: Mapping[str, Any]) -> LoadCase:
    return LoadCase(
        name=entry["name"],
        family=entry["family"],
        input=_optional_load_file(entry.get("input")),
        output=_optional_load_file(entry.get("output")),
        outcome=entry["outcome"],
        why=entry.get("decode_error") or entry.get("open_error"),
        note=entry.get("note"),
        setup=entry.get("setup"),
        registered=_registered(entry.get("registered", {})),
        ran_at_open=tuple(entry.get("ran_at_open", ())),
        difference=differences().get(entry["name"]),
    )


def _registered(entry: Mapping[str, bool | str]) -> dict[str, bool | None]:
    return {_in_full(name): value if isinstance(value, bool) else None for name, value in entry.items()}


def _in_full(name: str) -> str:
    """A long name that ends in one character over and over is recorded as START...(length)."""
    shortened = re.fullmatch(r"(.+)\.\.\.\(([0-9]+)\)", name, re.DOTALL)
    return name if shortened is None else shortened[1].ljust(int(shortened[2]), shortened[1][-1])


def _optional_load_file(name: str | None) -> bytes | None:
    return None if name is None else read_golden(f"load/{name}")


@cache
def cron_vectors() -> tuple[CronVector, ...]:
    """All cron expressions with the product's answers (NF-04, NF-05, NF-06)."""
    return tuple(
        CronVector(
            entry["family"],
            (entry["now_ns_window"][0], entry["now_ns_window"][1]),
            entry["expr"],
            entry["accepted"],
            SystemTime(**entry["next_fire_at"]) if entry["next_fire_at"] else None,
        )
        for entry in _read_json("cron_vectors.json")
    )


@cache
def schedule_calls() -> tuple[ScheduleCall, ...]:
    """Which names, periods and kinds the product's schedule call takes."""
    return tuple(ScheduleCall(**entry) for entry in _read_json("schedule_calls.json")["calls"])
