"""Where a path of the traced program leads: into the traced directory, or elsewhere."""

# These run at every system call of the child, where Path objects cost too much.
# ruff: noqa: PTH118
from __future__ import annotations

import os
import re
from pathlib import Path

_OWN_DESCRIPTOR = re.compile(r"/(?:proc/(?:self|thread-self|\d+)|dev)/fd/(\d+)\Z")
_DELETED = " (deleted)"


def descriptor_path(descriptor: int) -> str:
    """How a trace spells the file behind a descriptor where a path is expected."""
    return f"/proc/self/fd/{descriptor}"


def named_descriptor(path: str) -> int | None:
    """The descriptor that a path like /proc/self/fd/3 names, or None."""
    found = _OWN_DESCRIPTOR.match(path)
    return int(found[1]) if found else None


class Locator:
    """Spells paths as traces do: relative below the traced directory, absolute elsewhere."""

    def __init__(self, root: Path) -> None:
        self.root = os.path.realpath(root)
        self._outside: dict[str, str] = {}

    def is_inside(self, target: str) -> bool:
        """Whether an absolute path without symbolic links lies at or below the traced directory."""
        return target == self.root or target.startswith(self.root + "/")

    def locate(self, base: str, path: str) -> str:
        """The spelling of `path` as seen from the directory `base`. Its last link is not followed."""
        if named_descriptor(path) is not None:
            return path
        parent, name = os.path.split(os.path.join(base, path).rstrip("/") or "/")
        if name in ("", ".", ".."):
            parent, name = os.path.split(self._real(os.path.join(parent, name)))
        return self.spell(os.path.join(self._real(parent), name))

    def spell(self, absolute: str) -> str:
        """The spelling of an absolute path without symbolic links."""
        if not self.is_inside(absolute):
            return absolute
        return os.path.relpath(absolute, self.root)

    def spell_target(self, link: str) -> str | None:
        """The spelling of what /proc/PID/fd/N points to; None for what lies outside or is no file."""
        target = link.removesuffix(_DELETED)
        return self.spell(target) if self.is_inside(target) else None

    def _real(self, directory: str) -> str:
        known = self._outside.get(directory)
        if known is not None:
            return known
        real = os.path.realpath(directory)
        if not self.is_inside(real):
            self._outside[directory] = real
        return real


def is_inside(spelled: str) -> bool:
    """Whether a path as traces spell it lies in the traced directory."""
    return not spelled.startswith("/")
