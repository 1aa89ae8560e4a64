"""Starter backends with adapters in other languages, as package data: one folder a language."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from conformance.errors import UsageError, reason_of

_MADE_BY_TOOLS = shutil.ignore_patterns(
    "__pycache__", "target", "node_modules", "*.pyc", ".mypy_cache", ".ruff_cache"
)


@dataclass(frozen=True, slots=True)
class Template:
    """A language: the tool it needs, the command that builds (none: empty), and the adapter's command."""

    language: str
    tool: str
    build: tuple[str, ...]
    command: tuple[str, ...]


TEMPLATES = {
    template.language: template
    for template in (
        Template("python", "python3", (), ("python3", "adapter.py")),
        Template("rust", "cargo", ("cargo", "build", "--release"), ("target/release/adapter",)),
        Template("rust-uni-plugin", "cargo", ("cargo", "build"), ("target/debug/adapter",)),
        Template("go", "go", ("go", "build", "-o", "sidecar-adapter", "."), ("./sidecar-adapter",)),
        Template("node", "node", (), ("node", "adapter.js")),
    )
}


def write_template(language: str, directory: Path) -> tuple[Path, ...]:
    """Write a template into a new or empty directory; the files, relative to it.

    Raises UsageError for an unknown language, and for a directory that holds anything or cannot be written.
    """
    if language not in TEMPLATES:
        raise UsageError(f"there is no template for {language}; there are {', '.join(TEMPLATES)}")
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise UsageError(f"{directory} is not an empty directory: name a new one")
        with as_file(files("conformance.templates").joinpath(language)) as source:
            shutil.copytree(source, directory, ignore=_MADE_BY_TOOLS, dirs_exist_ok=True)
    except OSError as error:
        raise UsageError(f"{directory} cannot be written: {reason_of(error)}") from error
    return tuple(sorted(path.relative_to(directory) for path in directory.rglob("*") if path.is_file()))
