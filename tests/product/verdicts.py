"""What each release of uni-db's own backend keeps of the catalogue, and what it breaks.

python -m tests.product.verdicts [RELEASE...] [--json FILE] [--reports DIR]

Builds each release light (all of them where none is named), puts it under the kit, and prints the table. The
reports, with their replay files, stay in DIR. With `--json` every verdict goes into a file:
{"5.0.0": {"QN-04": "failed", ...}, ...}. Exit code 0: each release got all its verdicts; 4: one cannot be
built here; 3: one was not judged whole.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.errors import ExitCode

from .building import RELEASES, build
from .client import Unavailable

BROKEN = ("failed", "timeout")
SHOWN = {"passed": "", "failed": "**broken**", "timeout": "**broken**", "not_applicable": "not owed"}
JUDGED = (ExitCode.CONFORMANT, ExitCode.NOT_CONFORMANT, ExitCode.INCOMPLETE)
NO_MORE_THAN = 260  # letters of a counterexample


@dataclass(frozen=True, slots=True)
class Breach:
    """What a release breaks, by the plainest counterexample that the kit found."""

    requirement: str
    level: str
    claim: str
    counterexample: str
    replay: Path


@dataclass(frozen=True, slots=True)
class Judged:
    """A release, the verdict on every requirement, and what it breaks."""

    release: str
    complete: bool
    verdicts: Mapping[str, str]
    breaches: tuple[Breach, ...]

    @property
    def broken(self) -> tuple[str, ...]:
        """The requirements that it breaks."""
        return tuple(id for id, verdict in self.verdicts.items() if verdict in BROKEN)


def judge(release: str, report: Path, *options: str, whole: bool = False) -> Judged:
    """Put a release under the kit. Raises Unavailable where it cannot be built."""
    return read_report(release, run(build(release, whole=whole), report, *options))


def run(command: Sequence[str], report: Path, *options: str) -> Path:
    """Run the kit on a command; the report. Raises RuntimeError where nothing was judged."""
    kit = (sys.executable, "-m", "conformance", "run", "--report", str(report), *options, "--", *command)
    finished = subprocess.run(kit, capture_output=True, text=True, check=False)
    if finished.returncode not in JUDGED:
        raise RuntimeError(f"the kit ended with {finished.returncode}: {finished.stdout}{finished.stderr}")
    return report


def read_report(release: str, report: Path) -> Judged:
    """What a report says of a release."""
    results: dict[str, Any] = json.loads((report / "results.json").read_text("utf-8"))
    if results["backend"]["version"] != release:
        raise RuntimeError(f"it says that it is {results['backend']['version']}, not {release}")
    requirements = results["requirements"]
    broken = [entry for entry in requirements if entry["verdict"] in BROKEN]
    return Judged(
        release,
        results["run"]["complete"],
        {entry["id"]: entry["verdict"] for entry in requirements},
        tuple(_breach(entry, report) for entry in broken),
    )


def _breach(entry: Mapping[str, Any], report: Path) -> Breach:
    check = next(check for check in entry["checks"] if check["verdict"] in BROKEN)
    replay = report / check["replay"]
    story = json.loads(replay.read_text("utf-8"))
    steps = story["operations"]
    told = "; ".join(on_one_line(step) for step in steps if not step.startswith("on its stderr"))
    line = told if told.endswith(story["observed"]) else f"{told}: {on_one_line(story['observed'])}"
    return Breach(entry["id"], entry["level"], story["claim"], shortened(line), replay)


def on_one_line(text: str) -> str:
    """A step or an observation without the line breaks and the indentation of a document in it."""
    return re.sub(r"(?:\\n|\s)+", " ", text)


def shortened(line: str) -> str:
    """The beginning and the end of a line that is long."""
    if len(line) <= NO_MORE_THAN:
        return line
    half = NO_MORE_THAN // 2
    return f"{line[:half]} ... {line[-half:]}"


def render(judged: Sequence[Judged]) -> str:
    """The table, and below it what breaks, with a counterexample and how to see it again."""
    lines = table(judged)
    for id, claims in _by_claim(judged).items():
        for breach, releases in claims:
            lines += [
                "",
                f"{id} ({breach.level}): {breach.claim} [{', '.join(releases)}]",
                f"  counterexample: {breach.counterexample}",
                f"  replay: sidecar-conformance replay {shlex.quote(str(breach.replay))}",
            ]
    return "\n".join(lines) + "\n"


def table(judged: Sequence[Judged]) -> list[str]:
    """Release by requirement, as Markdown: what any of them breaks, and how many requirements hold."""
    broken = sorted({id for one in judged for id in one.broken})
    head = "| requirement | " + " | ".join(one.release for one in judged) + " |"
    rows = [
        f"| {id} | " + " | ".join(_shown(one.verdicts.get(id, "not judged")) for one in judged) + " |"
        for id in broken
    ]
    kept = [str(sum(verdict == "passed" for verdict in one.verdicts.values())) for one in judged]
    return [head, "|---" * (len(judged) + 1) + "|", *rows, f"| hold | {' | '.join(kept)} |"]


def _shown(verdict: str) -> str:
    return SHOWN.get(verdict, verdict) or "holds"


def _by_claim(judged: Iterable[Judged]) -> dict[str, list[tuple[Breach, list[str]]]]:
    """For each requirement the breaches that are not the same, and in which releases they came up."""
    found: dict[str, list[tuple[Breach, list[str]]]] = {}
    for one in judged:
        for breach in one.breaches:
            known = found.setdefault(breach.requirement, [])
            for other, releases in known:
                if other.claim == breach.claim:
                    releases.append(one.release)
                    break
            else:
                known.append((breach, [one.release]))
    return dict(sorted(found.items()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("releases", nargs="*", metavar="RELEASE", help=", ".join(RELEASES))
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--reports", type=Path, default=Path("uni-db-verdicts"), metavar="DIR")
    parser.add_argument("--whole", action="store_true", help="build uni-plugin-host with all it needs")
    parser.add_argument("--profile", default="default")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--workers", default="auto")
    chosen = parser.parse_args()
    unknown = [release for release in chosen.releases if release not in RELEASES]
    if unknown:
        parser.error(f"there is no release {', '.join(unknown)}; there are {', '.join(RELEASES)}")
    options = ("--profile", chosen.profile, "--seed", chosen.seed, "--workers", chosen.workers)
    judged = []
    try:
        for release in chosen.releases or RELEASES:
            print(f"{release} is built and judged", file=sys.stderr, flush=True)
            judged.append(judge(release, chosen.reports / release, *options, whole=chosen.whole))
    except Unavailable as reason:
        print(f"the releases cannot be judged here: {reason}", file=sys.stderr)
        return int(ExitCode.USAGE)
    print(render(judged), end="")
    if chosen.json:
        verdicts = {one.release: dict(one.verdicts) for one in judged}
        chosen.json.write_text(json.dumps(verdicts, indent=2) + "\n", "utf-8")
    whole = all(one.complete for one in judged)
    return int(ExitCode.CONFORMANT if whole else ExitCode.KIT_FAILED)


if __name__ == "__main__":
    sys.exit(main())
