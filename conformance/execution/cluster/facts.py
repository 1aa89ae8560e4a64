"""What must be the same here and at a Dask worker, so that one machine and many give the same verdicts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import hypothesis

import conformance
from conformance import __version__
from conformance.contract.requirements import load_ruleset
from conformance.contract.target import Description
from conformance.execution.plan import TargetSpec
from conformance.execution.sources import digest_of
from conformance.results.journal import description_to_json

Facts: TypeAlias = Mapping[str, str]

_ABSENT = "nothing"
_MOST_TOLD = 4
_BESIDE = frozenset({"__pycache__", "_mutants"})  # a wheel holds the mutants, a checkout has them elsewhere


def digest_of_folder(folder: Path) -> str:
    """A digest of all files below a folder, by name and content."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = [(path.relative_to(folder), digest_of(path.read_bytes())) for path in files]
    kept = [(name, digest) for name, digest in named if _BESIDE.isdisjoint(name.parts)]
    return digest_of(*(f"{name.as_posix()} {digest}\n".encode() for name, digest in kept))


# When it is imported: a Dask worker may live for long, and its files change under it.
_KIT = digest_of_folder(Path(conformance.__file__).parent)


def facts_of_kit() -> Facts:
    """What decides which examples a seed draws, and how they are judged."""
    return {
        "kit": f"{__version__}, files {_KIT}",
        "rule set": load_ruleset().version,
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "Hypothesis": hypothesis.__version__,
    }


def facts_of_target(
    target: TargetSpec, description: Description, modules: Facts, recorder: str
) -> dict[str, str]:
    """What the target is: what it says of itself, the modules it is made of, the files its command names."""
    facts = {
        "tracer of system calls": recorder,
        "target": json.dumps(description_to_json(description), sort_keys=True),
    }
    facts |= {f"module {name}": digest for name, digest in modules.items()}
    for word in target.command:
        if Path(word).is_file():
            facts[f"file {word}"] = digest_of(Path(word).read_bytes())
    return facts


def differences(here: Facts, there: Facts) -> str:
    """What is not the same, in words; empty where all is."""
    names = dict.fromkeys([*here, *there])
    wrong = [name for name in names if here.get(name) != there.get(name)]
    told = [
        f"{name}: here {here.get(name, _ABSENT)}, there {there.get(name, _ABSENT)}"
        for name in wrong[:_MOST_TOLD]
    ]
    return "; ".join(told + _more(wrong))


def _more(wrong: Iterable[str]) -> list[str]:
    left = len(list(wrong)) - _MOST_TOLD
    return [f"and {left} more"] if left > 0 else []
