"""Options as words, the same for the command line, pytest's options and environment variables."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Mapping, Sequence

from conformance.errors import UsageError

ENVIRONMENT_PREFIX = "SIDECAR_CONFORMANCE_"
RUN_OPTIONS = (
    "class",
    "capability",
    "ruleset",
    "level",
    "profile",
    "seed",
    "workers",
    "only",
    "known-failures",
    "fix-known-failures",
    "allow-untested",
    "report",
    "timeout-scale",
)
_OTHERS = ("backend", "cmd", "build-cache")


def split_ids(text: str | None) -> tuple[str, ...]:
    """The ids of an `ID,ID` option."""
    return tuple(id.strip() for id in (text or "").split(",") if id.strip())


def parse_capabilities(words: Sequence[str]) -> dict[str, bool]:
    """The capabilities of repeated `NAME[=no]` options. Raises UsageError for another ending."""
    wanted = {}
    for word in words:
        name, equals, answer = word.partition("=")
        if equals and answer not in {"yes", "no"}:
            raise UsageError(f"--capability takes NAME, NAME=yes or NAME=no, not {word}")
        wanted[name] = answer != "no"
    return wanted


def parse_workers(text: str) -> int:
    """How many workers `N|auto` means. Raises UsageError."""
    if text == "auto":
        return max(1, len(os.sched_getaffinity(0)))
    if not (text.isascii() and text.isdecimal()):
        raise UsageError(f"--workers takes a number or auto, not {text}")
    return int(text)


def parse_seed(text: str | int | None) -> int:
    """The seed, or a fresh one. Raises UsageError."""
    if text is None or text == "":
        return random.SystemRandom().randrange(2**32)
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"--seed takes a whole number, not {text}") from None


def environment_name(option: str) -> str:
    """The environment variable that mirrors an option."""
    return ENVIRONMENT_PREFIX + option.upper().replace("-", "_")


def refuse_unknown_variables(environment: Mapping[str, str] | Iterable[str]) -> None:
    """Raise UsageError for a variable that looks like one of ours and is none: a typing error hides there."""
    known = {environment_name(option) for option in (*RUN_OPTIONS, *_OTHERS)}
    unknown = sorted(
        name for name in environment if name.startswith(ENVIRONMENT_PREFIX) and name not in known
    )
    if unknown:
        raise UsageError(
            f"unknown environment variable {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        )
