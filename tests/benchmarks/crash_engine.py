"""What the crash engine costs, compared within one run.

python tests/benchmarks/crash_engine.py [PROFILE] [LANGUAGE...]

- states a second, reloaded by one long-lived child against a process for each state;
- what recording adds to an operation, by recorder;
- the seconds of chapter CR, for the reference and for each template whose tool is installed.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from strace.recorder import StraceRecorder

from conformance.contract.classes import ConformanceClass
from conformance.crash.filesystem.tree import Tree
from conformance.crash.judging.explore import scratch
from conformance.crash.judging.reload import WireReloader
from conformance.crash.judging.replay import DATA, Stage
from conformance.crash.judging.runs import CommandTarget, Runner
from conformance.crash.judging.speaking import WireSpeaker
from conformance.crash.judging.workload import CrashWorkload, WireOperation, prepare_nothing
from conformance.crash.persistence import with_weaker
from conformance.crash.persistence.states import kill_states, power_states
from conformance.crash.recording.fallback import FallbackRecorder
from conformance.crash.recording.ptrace_recorder import PtraceRecorder
from conformance.crash.recording.record import Recorder, Speaker
from conformance.crash.recording.talk import talk
from conformance.crash.scenarios.scenario import View, as_operation, rows_at, steps_of, workload_of
from conformance.drivers.spawning import python_child
from conformance.execution.plan import Plan, TargetSpec
from conformance.execution.run import Nobody, execute
from conformance.templates import TEMPLATES, Template, write_template
from conformance.testing.profiles import Dose

REFERENCE = "reference_impl:open_backend"
CHAPTER = tuple(f"CR-{number:02}" for number in range(1, 12))
_OPERATIONS = 200
_ROUNDS = 5
_REPEATED = 40


def seconds_of(action: Callable[[], object]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


# ---- states a second ----


def states_of(size: int, directory: Path) -> list[Tree]:
    """The different crash states of one mutation of a document of some size."""
    child = python_child(REFERENCE)
    rows, view = rows_at(f"document={size}"), View(True)
    workload = workload_of("one", rows, "reschedule", view, lambda path: None)
    target = CommandTarget(child.argv, ConformanceClass.SIDECAR, child.environment)
    history = Runner(target, workload, PtraceRecorder(), directory).run().history
    found = [*kill_states(history), *power_states(history, with_weaker("strict"))]
    return list(dict.fromkeys(state.tree for state in found))


def print_states(console: Console) -> None:
    """Reload the same states in one child, and in a child for each."""
    table = Table("document", "states", "one child: states/s", "a process a state: states/s", "times")
    for size in (1_000, 65_537):
        with scratch() as directory:
            trees = states_of(size, directory)
            together = states_a_second(trees * _REPEATED, directory, anew=False)
            apart = states_a_second(trees, directory, anew=True)
        ratio = f"{together / apart:.0f}"
        table.add_row(str(size), str(len(trees)), f"{together:.0f}", f"{apart:.1f}", ratio)
    console.print(table)


def states_a_second(trees: Sequence[Tree], directory: Path, *, anew: bool) -> float:
    """How many states a second are built and reloaded, each in a new process or not."""
    child = python_child(REFERENCE)
    reloader = WireReloader(child.argv, View(True).of_backend, environment=child.environment)
    Stage(directory, reloader).reload(trees[0])

    def reload_all() -> None:
        for tree in trees:
            if anew:
                reloader.renew()
            Stage(directory, reloader).reload(tree)

    seconds = seconds_of(reload_all)
    reloader.close()
    return len(trees) / seconds


# ---- the cost of recording ----


class Untraced:
    """Runs the command without recording anything."""

    name = "not recorded"

    def run(self, argv: Sequence[str], conversation: Speaker) -> None:
        """Hold the conversation over plain pipes."""
        talk(argv, conversation, 600.0, python_child(REFERENCE).environment)


def conversation_of(count: int, data_path: Path) -> WireSpeaker:
    """A conversation of so many mutations of one job."""
    start, schedule = (
        as_operation(steps_of(rows_at("document"), word)[0]) for word in ("start", "reschedule")
    )
    operations: tuple[WireOperation, ...] = (start, schedule) * (count // 2)
    return WireSpeaker(CrashWorkload("many", prepare_nothing, operations, start, {}), data_path)


def milliseconds_of_operation(recorder: Recorder | Untraced) -> float:
    """The median of some rounds; starting and ending are taken off."""
    child = python_child(REFERENCE)

    def once(count: int) -> float:
        with scratch() as root:
            (root / DATA).mkdir()
            conversation = conversation_of(count, root / DATA)
            if isinstance(recorder, Untraced):
                return seconds_of(lambda: recorder.run(child.argv, conversation))
            environment = child.environment
            return seconds_of(lambda: recorder.run(child.argv, conversation, root, None, environment))

    rounds = [once(_OPERATIONS) - once(0) for _ in range(_ROUNDS)]
    return 1000 * statistics.median(rounds) / _OPERATIONS


def print_recording(console: Console) -> None:
    """The same mutations under each recorder."""
    table = Table("recorder", "ms an operation", "ms added")
    plain = milliseconds_of_operation(Untraced())
    table.add_row(Untraced.name, f"{plain:.2f}", "")
    recorders: list[Recorder] = [PtraceRecorder(600.0), FallbackRecorder(600.0)]
    if shutil.which("strace"):
        recorders.insert(1, StraceRecorder(600.0))
    for recorder in recorders:
        found = milliseconds_of_operation(recorder)
        table.add_row(recorder.name, f"{found:.2f}", f"{found - plain:.2f}")
    console.print(table)


# ---- chapter CR ----


def built_templates(languages: Sequence[str], folder: Path) -> Iterator[tuple[str, Path, tuple[str, ...]]]:
    """The templates whose tools are installed, each in a folder of its own, and their commands."""
    light = TEMPLATES.keys() - {"rust-uni-plugin"}  # which compiles datafusion
    for template in TEMPLATES.values():
        if template.language in (languages or light) and shutil.which(template.tool):
            home = folder / template.language
            write_template(template.language, home)
            if template.build:
                subprocess.run(template.build, cwd=home, check=True, capture_output=True)
            yield template.language, home, _command(template, home)


def _command(template: Template, home: Path) -> tuple[str, ...]:
    program = home / template.command[0]
    return (str(program), *template.command[1:]) if program.exists() else template.command


def print_chapter(console: Console, profile: str, languages: Sequence[str]) -> None:
    """Run the chapter on each target, one worker a processor."""
    table = Table("target", f"chapter CR, {profile}: seconds", "passed")
    with tempfile.TemporaryDirectory() as folder:
        reference = TargetSpec(REFERENCE)
        table.add_row(REFERENCE, *_judged(reference, profile, Path.cwd(), Path(folder, "report")))
        for language, home, command in built_templates(languages, Path(folder)):
            row = _judged(TargetSpec(command=command), profile, home, Path(folder, "report"))
            table.add_row(f"template {language}", *row)
    console.print(table)


def _judged(target: TargetSpec, profile: str, home: Path, report: Path) -> tuple[str, str]:
    before = Path.cwd()
    os.chdir(home)
    try:
        workers = len(os.sched_getaffinity(0))
        path = (str(before),)
        plan = Plan(target, Dose(profile, 0), workers=workers, only=CHAPTER, report=report, search_path=path)
        began = time.perf_counter()
        record = execute(plan, Nobody())
        seconds = time.perf_counter() - began
    finally:
        os.chdir(before)
    chapter = [result for result in record.results if result.id in CHAPTER]
    passed = sum(result.verdict.value == "passed" for result in chapter)
    return f"{seconds:.1f}", f"{passed} of {len(chapter)}"


def main(profile: str = "default", *languages: str) -> None:
    """Print the three tables."""
    console = Console()
    print_states(console)
    print_recording(console)
    print_chapter(console, profile, languages)


if __name__ == "__main__":
    main(*sys.argv[1:])
