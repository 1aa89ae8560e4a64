"""Settings in files: [tool.sidecar-conformance] of pyproject.toml, or sidecar-conformance.toml."""

from __future__ import annotations

import difflib
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.errors import UsageError, reason_of
from conformance.execution.options import PLAN_OPTIONS, PlanOption
from conformance.execution.plan import TargetSpec

OWN_FILE = "sidecar-conformance.toml"
TABLE = "sidecar-conformance"
_PATHS = frozenset({"known-failures", "report"})
_OPTIONS = {option.name: option for option in PLAN_OPTIONS}
_KEYS = (*_OPTIONS, "target", "command")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one file; nothing where there is none. `words` are by option."""

    file: Path | None = None
    words: Mapping[str, Any] = field(default_factory=dict)
    target: str | None = None
    command: tuple[str, ...] = ()

    def spec(self) -> TargetSpec:
        """The target that the file names. Raises UsageError for none."""
        return TargetSpec(self.target or "", self.command)

    def default_map(self) -> dict[str, Any]:
        """The words as click takes defaults."""
        return {name.replace("-", "_"): word for name, word in self.words.items()}


def find_settings(folder: Path) -> Settings:
    """The settings for who works in a folder: of the nearest file, there or above. Raises UsageError."""
    for place in (folder, *folder.parents):
        own, project = place / OWN_FILE, place / "pyproject.toml"
        tables = []
        if own.is_file():
            tables.append((own, _read(own)))
        if project.is_file() and TABLE in (tools := _read(project).get("tool", {})):
            tables.append((project, tools[TABLE]))
        if len(tables) > 1:
            raise UsageError(f"{own} and [tool.{TABLE}] of {project} both hold settings: keep one of them")
        for file, table in tables:
            return read_settings(file, table)
    return Settings()


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {reason_of(error)}") from None


def read_settings(file: Path, table: Mapping[str, Any]) -> Settings:
    """The settings of a table; paths are taken from where the file lies. Raises UsageError."""
    for key in table:
        if key not in _KEYS:
            close = difflib.get_close_matches(key.replace("_", "-"), _KEYS, 1, 0.5)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(sorted(_KEYS))}"
            raise UsageError(f"{file}: unknown setting {key!r}; {hint}")
    if "target" in table and "command" in table:
        raise UsageError(f"{file}: target and command both name a backend: keep one of them")
    words = {key: _word(file, _OPTIONS[key], value) for key, value in table.items() if key in _OPTIONS}
    target = table.get("target")
    if target is not None and not isinstance(target, str):
        raise UsageError(f"{file}: target takes text, not {target!r}")
    return Settings(file, words, target, _command(file, table.get("command", ())))


def _command(file: Path, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(shlex.split(value))
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise UsageError(f"{file}: command takes a list of words, or one text")
    return tuple(value)


def _word(file: Path, option: PlanOption, value: Any) -> Any:
    if option.flag:
        if not isinstance(value, bool):
            raise UsageError(f"{file}: {option.name} takes true or false, not {value!r}")
        return value
    items = value if isinstance(value, list) else [value]
    if not items or any(isinstance(item, bool) or not isinstance(item, str | int | float) for item in items):
        raise UsageError(f"{file}: {option.name} takes {_kind(option)}, not {value!r}")
    words = [str(item) for item in items]
    if option.name in _PATHS:
        words = [str(file.parent / word) for word in words]
    if option.choices and words[0] not in option.choices:
        close = difflib.get_close_matches(words[0], option.choices, 1, 0.5)
        raise UsageError(
            f"{file}: {option.name} is one of {', '.join(option.choices)}, not {words[0]}"
            + (f"; did you mean {close[0]}?" if close else "")
        )
    return words if option.repeats else ",".join(words)


def _kind(option: PlanOption) -> str:
    return "text or a list of texts" if option.repeats or "," in option.metavar else "one value"
