"""Options as words, the same for the command line, pytest's options and environment variables."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.contract.classes import ConformanceClass
from conformance.contract.requirements import Level, load_ruleset
from conformance.errors import UsageError
from conformance.execution.cluster import LOCAL
from conformance.execution.plan import Plan, TargetSpec
from conformance.execution.selection import parse_shard, with_chapters
from conformance.testing.profiles import PROFILES, Dose

ENVIRONMENT_PREFIX = "SIDECAR_CONFORMANCE_"
DEFAULT_REPORT = "sidecar-conformance-report"


@dataclass(frozen=True, slots=True)
class PlanOption:
    """An option of a run. `choices`, where there are any, are all it takes."""

    name: str
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    flag: bool = False
    repeats: bool = False
    default: str = ""

    @property
    def help_with_default(self) -> str:
        """What it is for, and what it is where nothing is said."""
        return f"{self.help} ({self.default})" if self.default else self.help


PLAN_OPTIONS = (
    PlanOption("class", "judge as this class", choices=tuple(each.value for each in ConformanceClass)),
    PlanOption("capability", "add or take away a capability", "NAME[=no]", repeats=True),
    PlanOption("ruleset", "judge by this rule set; later requirements run and do not count", "VERSION"),
    PlanOption(
        "level",
        "the weakest level that counts",
        choices=tuple(each.value.lower() for each in Level),
        default="must",
    ),
    PlanOption("profile", "how much is tried", choices=tuple(PROFILES), default="default"),
    PlanOption("seed", "repeats the examples of a run", "N"),
    PlanOption("workers", "processes to run checks in", "N|auto", default="auto"),
    PlanOption("cluster", "run the checks on a Dask cluster; `local` starts one here", "ADDRESS"),
    PlanOption("only", "these requirements or chapters, which is never conformant", "ID,CHAPTER"),
    PlanOption("skip", "all but these, which is never conformant either", "ID,CHAPTER"),
    PlanOption("last-failed", "what failed in the run before, as its report tells", flag=True),
    PlanOption("shard", "the K-th of N parts; `merge` makes one run of all of them", "K/N"),
    PlanOption("maxfail", "end the run after N failures", "N"),
    PlanOption("time-budget", "end the run after so long, incomplete", "SECONDS"),
    PlanOption("known-failures", "what is known to fail, and how", "FILE"),
    PlanOption("fix-known-failures", "rewrite that file to what fails now", flag=True),
    PlanOption("allow-untested", "MUSTs that may stay untested", "ID,ID"),
    PlanOption("attach", "wait for an adapter that you start by hand, in a debugger maybe", flag=True),
    PlanOption("report", "where the report goes", "DIR", default=DEFAULT_REPORT),
    PlanOption("timeout-scale", "stretches every time limit", "F", default="1.0"),
)
_DEFAULTS = {option.name: option.default for option in PLAN_OPTIONS if option.default}
LARGEST_SCALE = 1_000_000
_YES = frozenset({"1", "true", "t", "yes", "y", "on"})
_NO = frozenset({"0", "false", "f", "no", "n", "off"})
_OTHER_VARIABLES = ("backend", "cmd", "build-cache")


def plan_from_words(target: TargetSpec, words: Mapping[str, Any], search_path: tuple[str, ...]) -> Plan:
    """The plan that a target and the words of the options make. Raises UsageError.

    A word is None where nothing was said.
    """
    said = _DEFAULTS | {name: word for name, word in words.items() if word}
    workers = words.get("workers") or default_workers(target.attached)
    for option in PLAN_OPTIONS:
        if option.choices and said.get(option.name, option.choices[0]) not in option.choices:
            raise UsageError(
                f"--{option.name} is one of {', '.join(option.choices)}, not {said[option.name]}"
            )
    versions = load_ruleset().versions
    if said.get("ruleset", versions[-1]) not in versions:
        raise UsageError(f"this kit carries the rule sets {', '.join(versions)}, not {said['ruleset']}")
    known_failures = said.get("known-failures")
    return Plan(
        target=target,
        dose=Dose(said["profile"], _seed(words.get("seed"))),
        conformance_class=ConformanceClass(said["class"]) if "class" in said else None,
        capabilities=_capabilities(_listed(said.get("capability", ()))),
        level=Level(said["level"].upper()),
        workers=parse_workers(str(workers)),
        chooses_workers=not target.attached and workers == "auto",
        only=parse_ids("only", words.get("only")),
        skip=parse_ids("skip", words.get("skip")),
        shard=parse_shard(said["shard"]) if "shard" in said else None,
        last_failed=parse_flag("last-failed", said.get("last-failed")),
        maxfail=_count("maxfail", said["maxfail"]) if "maxfail" in said else None,
        time_budget_s=parse_seconds("time-budget", said["time-budget"]) if "time-budget" in said else None,
        allow_untested=split_ids(said.get("allow-untested")),
        known_failures=Path(known_failures) if known_failures else None,
        fix_known_failures=parse_flag("fix-known-failures", said.get("fix-known-failures")),
        report=Path(said["report"]),
        timeout_scale=parse_scale(said["timeout-scale"]),
        search_path=search_path,
        ruleset=said.get("ruleset"),
        cluster=parse_cluster(said.get("cluster"), words.get("workers")),
    )


def default_workers(attached: bool) -> str:
    """How many workers there are where none are named: an adapter that is started by hand is one."""
    return "1" if attached else _DEFAULTS["workers"]


def split_ids(text: str | None) -> tuple[str, ...]:
    """The ids of an `ID,ID` option."""
    return tuple(id.strip().upper() for id in (text or "").split(",") if id.strip())


def parse_ids(option: str, text: str | None) -> tuple[str, ...]:
    """The ids that an option names, those of chapters too; none where nothing was said.

    Raises UsageError for "": an empty variable of a script would else stand for everything.
    """
    ids = split_ids(text)
    if text is not None and not ids:
        raise UsageError(f"--{option} names no requirement")
    return with_chapters(ids, load_ruleset())


def parse_seconds(option: str, word: str | float) -> float:
    """A positive number of seconds. Raises UsageError."""
    try:
        seconds = float(word)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise UsageError(f"--{option} takes a number of seconds above 0, not {word}")
    return seconds


def _count(option: str, word: str | int) -> int:
    text = str(word)
    if not (text.isascii() and text.isdecimal() and int(text[:9])):
        raise UsageError(f"--{option} takes a number from 1, not {word}")
    return int(text[:9])


def parse_workers(text: str) -> int:
    """How many workers `N|auto` means. Raises UsageError."""
    if text == "auto":
        return max(1, len(os.sched_getaffinity(0)))
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:9])):
        raise UsageError(f"--workers takes a number from 1 or auto, not {text}")
    return int(text[:9])


def parse_cluster(address: str | None, workers: str | int | None) -> str:
    """Where a cluster is; empty where none was asked for. Raises UsageError."""
    if address and address != LOCAL and workers not in (None, "", "auto"):
        raise UsageError(f"--workers is for this machine: the cluster at {address} has workers of its own")
    return address or ""


def parse_scale(word: str | float) -> float:
    """By what time limits are stretched. Raises UsageError."""
    try:
        scale = float(word)
    except ValueError:
        scale = 0.0
    if not 0 < scale <= LARGEST_SCALE:
        raise UsageError(f"--timeout-scale takes a number above 0, up to {LARGEST_SCALE:,}, not {word}")
    return scale


def parse_flag(option: str, word: str | bool | None) -> bool:
    """What was said for an option that is on or off. Raises UsageError."""
    said = str(word or "no").lower()
    if said not in _YES | _NO:
        raise UsageError(f"{environment_name(option)} takes yes or no, not {word}")
    return said in _YES


def environment_name(option: str) -> str:
    """The environment variable that mirrors an option."""
    return ENVIRONMENT_PREFIX + option.upper().replace("-", "_")


def refuse_unknown_variables(environment: Iterable[str]) -> None:
    """Raise UsageError for a variable that looks like one of ours and is none: a slip hides there."""
    known = {
        environment_name(name) for name in (*(option.name for option in PLAN_OPTIONS), *_OTHER_VARIABLES)
    }
    ours = {name for name in environment if name.startswith(ENVIRONMENT_PREFIX)}
    unknown = ", ".join(sorted(ours - known))
    if unknown:
        raise UsageError(f"unknown environment variable {unknown}; there are {', '.join(sorted(known))}")


def _listed(words: str | Sequence[str]) -> Sequence[str]:
    return words.replace(",", " ").split() if isinstance(words, str) else words


def _capabilities(words: Sequence[str]) -> dict[str, bool]:
    wanted = {}
    for word in words:
        name, equals, answer = word.partition("=")
        if equals and answer not in {"yes", "no"}:
            raise UsageError(f"--capability takes NAME, NAME=yes or NAME=no, not {word}")
        wanted[name] = answer != "no"
    return wanted


def _seed(word: str | int | None) -> int:
    if word is None or word == "":
        return random.SystemRandom().randrange(2**32)
    try:
        return int(word)
    except ValueError:
        raise UsageError(f"--seed takes a whole number, not {word}") from None
