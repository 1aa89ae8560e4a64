"""What a mutation of the reference costs, in times of the least that a durable one can cost.

python tests/benchmarks/cost_of_a_mutation.py [--rows N,N] [--rounds N] [--on DIRECTORY]... [--peers]
    [--adapter NAME=COMMAND]...

The least is a bare loop that saves the same bytes: temporary file, fsync, rename, fsync of the directory.
Each round makes some mutations of a document and saves it as often barely, now one first, now the other; the
quotient of the two is the round's ratio. On a memory file system nothing waits, so processor time is measured
there, which other programs disturb less. One line of JSON for each file system and number of rows.

With --peers the same is measured of plain `json` and of SQLite, with --adapter of a backend behind a command,
whose time on the wire counts as its own. `picture_of_costs.py` draws the lines.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle, product
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "backends"))

import click
from benchmarks.peers import EVERY, PEERS, Opener, opened, opener_of_command

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, QName, Schedule, SystemTime
from reference_impl import codec, open_backend
from reference_impl.persistence import document_path
from reference_impl.rows import upsert_schedule

MEMORY = Path("/dev/shm")
REFERENCE = "reference"
WANTED = {
    "disk": {1: 1.15, 10: 1.15, 100: 1.2, 1_000: 1.35, 10_000: 1.8, 100_000: 2.2},
    "memory": {1: 3.0, 10: 3.0, 100: 3.5, 1_000: 4.5, 10_000: 4.5, 100_000: 4.5},
}
LOAD_WANTED_S = 0.5
NOON = SystemTime(1_781_524_800, 123_456_789)
SCHEDULES: tuple[Schedule, ...] = (
    Manual(),
    Once(NOON),
    Periodic(Duration(60, 0)),
    Cron("0 0 12 * * *"),
)
_SECONDS_OF_A_ROUND = 0.02
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC

Action = Callable[[], object]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Place:
    """A file system to measure on; `kind` is memory or disk, `name` what the system calls it."""

    directory: Path
    kind: str
    name: str

    def clock(self, *, here: bool) -> Clock:
        """What to measure by; `here` tells that all the work is done in this process."""
        return time.process_time if here and self.kind == "memory" else time.perf_counter


def place_of(directory: Path) -> Place:
    """What kind of file system a directory lies on."""
    found = subprocess.run(
        ("stat", "--file-system", "--format=%T", str(directory)), check=True, capture_output=True, text=True
    )
    name = found.stdout.strip()
    return Place(directory, "memory" if name in {"tmpfs", "ramfs"} else "disk", name)


def name_of(number: int) -> QName:
    """The name of a row."""
    return QName(f"app{number % 7}.jobs", f"job{number}")


def document_of(count: int) -> bytes:
    """A document of so many rows, of each kind of schedule."""
    if not count:
        return codec.encode([])
    rows = [
        upsert_schedule([], str(name_of(number)), SCHEDULES[number % len(SCHEDULES)], NOON)[0]
        for number in range(count)
    ]
    return codec.encode(rows)


@contextmanager
def data_path(place: Place, document: bytes) -> Iterator[Path]:
    """A data path that holds the document."""
    with tempfile.TemporaryDirectory(dir=place.directory) as created:
        path = document_path(Path(created))
        path.parent.mkdir()
        path.write_bytes(document)
        yield Path(created)


def mutations_of(backend: Any, count: int) -> Iterator[Action]:
    """Mutations without end, in turn of each kind, each of a row anywhere."""
    any_place, found = random.Random(0), []
    for _ in range(100):
        job = name_of(any_place.randrange(count))
        found += [
            partial(backend.record_scheduled, job, EVERY),
            partial(backend.record_started, job, NOON),
            partial(backend.record_finished, job, NOON, True),
        ]
    return cycle(found)


def save_barely(path: Path) -> Action:
    """The least that saves these bytes durably."""
    document, directory = path.read_bytes(), str(path.parent)
    name, temporary = f"{directory}/bare.json", f"{directory}/bare.tmp"

    def save() -> None:
        descriptor = os.open(temporary, _CREATE, 0o600)
        rest = memoryview(document)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
        os.close(descriptor)
        os.rename(temporary, name)  # noqa: PTH104 - it is to be bare
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        os.fsync(descriptor)
        os.close(descriptor)

    return save


def seconds_of(clock: Clock, action: Action, times: int) -> float:
    """How long it takes so many times, each on average."""
    began = clock()
    for _ in range(times):
        action()
    return (clock() - began) / times


def compare(clock: Clock, one: Action, other: Action, rounds: int) -> tuple[list[float], list[float]]:
    """The seconds of both in each round, the order alternating; what a round repeats is found first."""
    seconds_of(clock, one, 2)
    times = max(1, int(_SECONDS_OF_A_ROUND / seconds_of(clock, other, 3)))
    measured: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        order = ((0, one), (1, other)) if number % 2 else ((1, other), (0, one))
        for side, action in order:
            measured[side].append(seconds_of(clock, action, times))
    return measured


def quartiles(values: list[float]) -> list[float]:
    """The lower quartile, the median and the upper quartile."""
    return [round(value, 3) for value in statistics.quantiles(values, n=4)]


def measure_mutations(place: Place, name: str, opener: Opener, count: int, rounds: int) -> dict[str, object]:
    """A backend against the least, for a document of so many rows."""
    with data_path(place, document_of(count)) as data, opened(opener, data) as backend:
        mutations = mutations_of(backend, count)
        barely = save_barely(document_path(data))
        clock = place.clock(here=name == REFERENCE or name in PEERS)
        mutating, bare = compare(clock, lambda: next(mutations)(), barely, rounds)
    return {
        "measured": "a mutation / the least that saves as many bytes durably",
        "backend": name,
        "file_system": place.name,
        "rows": count,
        "rounds": rounds,
        "mutation_ms": round(1000 * statistics.median(mutating), 4),
        "least_ms": round(1000 * statistics.median(bare), 4),
        "ratio_quartiles": quartiles([one / other for one, other in zip(mutating, bare, strict=True)]),
        "wanted": WANTED[place.kind].get(count) if name == REFERENCE else None,
    }


def measure_loading(place: Place, count: int, rounds: int) -> dict[str, object]:
    """How long a backend that was just opened takes to load so many rows."""
    with data_path(place, document_of(count)) as data:
        clock = place.clock(here=True)
        seconds = [seconds_of(clock, lambda: open_backend(data).load_all(), 1) for _ in range(rounds)]
    return {
        "measured": "seconds of load_all, newly opened",
        "backend": REFERENCE,
        "file_system": place.name,
        "rows": count,
        "rounds": rounds,
        "seconds_quartiles": quartiles(seconds),
        "wanted": LOAD_WANTED_S if count == 100_000 else None,
    }


@click.command()
@click.option("--rows", default="1,10,100,1000,10000,100000", help="Numbers of rows.")
@click.option("--rounds", default=30, help="Rounds; a third of them for 10,000 rows and more.")
@click.option("--on", "directories", multiple=True, type=click.Path(path_type=Path, exists=True))
@click.option("--peers", is_flag=True, help="Measure json and SQLite, too.")
@click.option("--adapter", "adapters", multiple=True, metavar="NAME=COMMAND", help="Measure a command, too.")
def main(
    rows: str, rounds: int, directories: tuple[Path, ...], peers: bool, adapters: tuple[str, ...]
) -> None:
    """Measure on the working directory's file system and in memory, or --on others."""
    default = [Path.cwd(), *([MEMORY] if MEMORY.is_dir() else [])]
    counts = [int(number) for number in rows.split(",")]
    backends: dict[str, Opener] = {REFERENCE: open_backend, **(PEERS if peers else {})}
    for adapter in adapters:
        name, _, command = adapter.partition("=")
        backends[name] = opener_of_command(command)
    for place in map(place_of, directories or default):
        for name, count in product(backends, counts):
            fewer = rounds if count < 10_000 else max(4, rounds // 3)
            click.echo(json.dumps(measure_mutations(place, name, backends[name], count, fewer)))
            sys.stdout.flush()
        click.echo(json.dumps(measure_loading(place, max(counts), max(4, rounds // 6))))


if __name__ == "__main__":
    main()
