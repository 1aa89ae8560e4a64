"""The reference backend from outside: how it presents itself, and what threads and processes do to it."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import reference_impl
from conformance.contract.classes import ConformanceClass
from conformance.contract.records import QName, SystemTime
from conformance.contract.target import describe

NOW = SystemTime(1_781_524_800, 0)
CHILD = """
import sys
from pathlib import Path
from reference_impl import open_backend
from conformance.contract.records import QName, SystemTime

backend = open_backend(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    backend.record_started(QName(sys.argv[2], f"j{number}"), SystemTime(0, 0))
"""


def test_every_public_name_is_there() -> None:
    missing = [name for name in reference_impl.__all__ if not hasattr(reference_impl, name)]

    assert missing == []


def test_it_declares_all_that_a_sidecar_backend_can() -> None:
    description = describe(reference_impl.open_backend, "reference_impl:open_backend")

    assert description.conformance_class is ConformanceClass.SIDECAR
    assert description.capabilities == {
        *("document", "planted_rows", "clock", "threads", "processes", "traceable", "mirror", "factory")
    }


def test_the_null_backend_is_of_class_memory() -> None:
    description = describe(reference_impl.open_null_backend, "reference_impl:open_null_backend")

    assert description.conformance_class is ConformanceClass.MEMORY


def test_threads_lose_no_update(tmp_path: Path) -> None:
    shared = reference_impl.open_backend(tmp_path)
    backends = [shared, shared, shared, reference_impl.open_backend(tmp_path)]

    def work(worker: int) -> int:
        seen = 0
        for number in range(25):
            backends[worker].record_started(QName(f"w{worker}", f"j{number}"), NOW)
            seen = len(shared.load_all())
        return seen

    with ThreadPoolExecutor(len(backends)) as pool:
        seen = list(pool.map(work, range(len(backends))))

    assert max(seen) == len({record.id for record in shared.load_all()}) == 100


def test_processes_lose_no_update(tmp_path: Path) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-B", "-c", CHILD, str(tmp_path), name, "25"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()
    for child in children:
        child.communicate("go\n")

    assert [child.returncode for child in children] == [0, 0]
    assert len(reference_impl.open_backend(tmp_path).load_all()) == 50
