"""Are the verdicts of chapter CR the same on every run?

python tests/same_verdicts.py [--times N] [--jobs J] [--profile P] [NAME...]

Puts each way to save, wrong (mutants/) and right (backends/), under the chapter N times, J at once, and
prints the verdicts; where they differ, how often each came up, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from ways_to_save import CHAPTER, right_ways, wrong_ways

from conformance.execution.plan import Plan, TargetSpec
from conformance.execution.run import Nobody, Run
from conformance.testing.profiles import Dose


def verdicts(target: str, profile: str) -> str:
    """The chapter's verdicts on a target that are not `passed`, in one run."""
    with tempfile.TemporaryDirectory() as report:
        dose = Dose(profile, 0, shrinks=False)
        plan = Plan(TargetSpec(target), dose, only=CHAPTER, report=Path(report), search_path=tuple(sys.path))
        run = Run(plan)
        record = run.perform(run.prepare(), Nobody())
    found = {result.id: result.verdict.value for result in record.results if result.id in CHAPTER}
    others = sorted({verdict for verdict in found.values() if verdict != "passed"})
    by_verdict = {verdict: [id for id in CHAPTER if found[id] == verdict] for verdict in others}
    return "; ".join(f"{verdict}: {', '.join(ids)}" for verdict, ids in by_verdict.items()) or "all passed"


def main(arguments: Sequence[str]) -> int:
    """Run and print; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--profile", default="quick")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args(arguments)
    known = {**dict(wrong_ways()), **dict(right_ways())}
    if unknown := set(options.names) - known.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if options.times < 1:
        parser.error("--times: nothing would run")
    differing = 0
    with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
        runs = {
            name: [pool.submit(verdicts, known[name], options.profile) for _ in range(options.times)]
            for name in options.names or known
        }
        for name, futures in runs.items():
            found = Counter(future.result() for future in futures)
            differing += len(found) > 1
            told = " | ".join(f"{count} times {told}" for told, count in found.most_common())
            print(f"{'DIFFERENT' if len(found) > 1 else 'same'}  {name}: {told}", flush=True)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
