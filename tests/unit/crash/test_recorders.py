"""The recorders agree: the same program, the same states."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from strace.recorder import StraceRecorder

from conformance.crash.filesystem.tree import Tree, read_tree
from conformance.crash.persistence import with_weaker
from conformance.crash.persistence.states import kill_states, power_states
from conformance.crash.recording.fallback import FallbackRecorder
from conformance.crash.recording.inject import Fail, Kill, Short
from conformance.crash.recording.ptrace_recorder import PtraceRecorder
from conformance.crash.recording.record import Recorder, Silence
from conformance.crash.recording.recorders import available_recorder
from conformance.crash.recording.trace import Acknowledgement, Trace
from conformance.errors import NotTestableError

from .programs import SAVER, record, replayed

PROGRAMS = {
    "saver": SAVER,
    "files": """
import shutil, tempfile
from pathlib import Path
from typing import Any
Path("d").mkdir()
with open("d/f", "w") as file:
    file.write("text" * 3000)
    file.flush()
    os.fsync(file.fileno())
shutil.copyfile("d/f", "copy")
os.truncate("copy", 10)
with tempfile.NamedTemporaryFile(dir=".", delete=False) as file:
    file.write(b"bytes")
os.replace(file.name, "named")
os.link("named", "other")
os.symlink("named", "link")
Path("copy").unlink()
with open("link", "ab") as file:
    file.write(b" appended")
with open("named", "r+b") as file:
    file.seek(2)
    file.write(b"__")
os.rename("d", "e")
""",
    "descriptors": """
first = os.open("f", os.O_CREAT | os.O_RDWR)
second = os.dup(first)
os.write(first, b"one ")
os.write(second, b"two ")
os.close(first)
os.pwrite(second, b"ONE", 0)
os.lseek(second, 0, os.SEEK_SET)
os.read(second, 4)
os.write(second, b"TWO")
os.ftruncate(second, 100)
other = os.open("g", os.O_CREAT | os.O_WRONLY)
os.sendfile(other, second, 0, 20)
os.copy_file_range(second, other, 5, 0)
appending = os.open("g", os.O_WRONLY | os.O_APPEND)
os.writev(appending, [b"a", b"b"])
os.fdatasync(other)
unnamed = os.open(".", os.O_TMPFILE | os.O_WRONLY)
os.write(unnamed, b"unnamed")
os.link(f"/proc/self/fd/{unnamed}", "h", src_dir_fd=unnamed)
""",
}
RECORDERS: list[Callable[[], Recorder]] = [PtraceRecorder, StraceRecorder, FallbackRecorder]


def all_states(recorder: Recorder, code: str, root: Path) -> tuple[list[Tree], list[Tree]]:
    """Kill states and power states of a program, with random names made alike."""
    root.mkdir()
    trace = record(recorder, code, root, ["hello", "world"] if "stdin" in code else [])
    history, differing = replayed(trace, frozenset(), root)
    assert differing == ()
    assert trace.exit_status == 0
    return (
        [_plain(state.tree) for state in kill_states(history)],
        [_plain(state.tree) for state in power_states(history, with_weaker("posix"))],
    )


def _plain(tree: Tree) -> Tree:
    return frozenset(("random" if path.startswith("tmp") else path, leaf) for path, leaf in tree)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("program", PROGRAMS)
def test_ptrace_and_strace_give_the_same_states(tmp_path: Path, program: str) -> None:
    by_ptrace = all_states(PtraceRecorder(), PROGRAMS[program], tmp_path / "ptrace")
    by_strace = all_states(StraceRecorder(), PROGRAMS[program], tmp_path / "strace")

    assert set(by_strace[0]) == set(by_ptrace[0])
    assert set(by_strace[1]) == set(by_ptrace[1])


@pytest.mark.parametrize("program", PROGRAMS)
def test_ptrace_and_the_fallback_give_the_same_states(tmp_path: Path, program: str) -> None:
    by_ptrace = all_states(PtraceRecorder(), PROGRAMS[program], tmp_path / "ptrace")
    by_fallback = all_states(FallbackRecorder(), PROGRAMS[program], tmp_path / "fallback")

    assert set(by_fallback[0]) == set(by_ptrace[0])
    assert set(by_fallback[1]) == set(by_ptrace[1])


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_strace_follows_threads_and_children(tmp_path: Path) -> None:
    code = """
import subprocess, threading
descriptor = os.open("f", os.O_CREAT | os.O_WRONLY)
worker = threading.Thread(target=lambda: os.write(descriptor, b"thread "))
worker.start(); worker.join()
if os.fork() == 0:
    os.write(descriptor, b"child ")
    os._exit(0)
os.wait()
subprocess.run(["sh", "-c", "echo hello > g"], check=True)
"""
    history, differing = replayed(record(StraceRecorder(), code, tmp_path), frozenset(), tmp_path)

    assert (dict(history.final), differing) == ({"f": b"thread child ", "g": b"hello\n"}, ())


def test_strace_refuses_to_inject(tmp_path: Path) -> None:
    with pytest.raises(NotTestableError, match="strace"):
        record(StraceRecorder(), "os.mkdir('d')", tmp_path, inject=Kill(0))


def test_the_fallback_kills_before_the_call(tmp_path: Path) -> None:
    trace = record(FallbackRecorder(), "os.mkdir('a'); os.mkdir('b')", tmp_path, inject=Kill(1))

    assert {path for path, _ in read_tree(tmp_path)} == {"a"}
    assert (trace.exit_status, trace.injection_at is not None) == (-9, True)


def test_the_fallback_fails_a_call_without_executing_it(tmp_path: Path) -> None:
    code = "try: os.mkdir('a')\nexcept OSError as error: os.mkdir(str(error.errno))"

    record(FallbackRecorder(), code, tmp_path, inject=Fail("mkdir", 1, errno.ENOSPC))

    assert {path for path, _ in read_tree(tmp_path)} == {"28"}


def test_the_fallback_cuts_a_write_short(tmp_path: Path) -> None:
    code = "f = os.open('f', os.O_CREAT | os.O_WRONLY)\nos.mkdir(str(os.write(f, b'12345678')))"

    record(FallbackRecorder(), code, tmp_path, inject=Short("write", 1))

    assert {path for path, _ in read_tree(tmp_path)} == {"f", "4"}
    assert dict(read_tree(tmp_path))["f"] == b"1234"


@pytest.mark.parametrize(
    ("code", "is_noted"),
    [
        ("os.mkdir('d'); subprocess.run(['true'])", True),
        ("child = subprocess.Popen(['sleep', '9']); os.mkdir('d'); child.kill()", True),
        ("subprocess.run(['true']); os.mkdir('d')", False),
    ],
    ids=["later", "still there", "gone before"],
)
def test_the_fallback_notes_a_process_that_may_act_unseen(tmp_path: Path, code: str, is_noted: bool) -> None:
    trace = record(FallbackRecorder(), f"import subprocess; {code}", tmp_path)

    assert is_noted == (trace.unmodelled != ())


def test_the_fallback_hears_answers_that_go_through_a_copy_of_the_output(tmp_path: Path) -> None:
    code = """
output = os.dup(1)
for line in sys.stdin:
    os.mkdir(line.strip())
    os.write(output, line.encode())
"""
    trace = record(FallbackRecorder(), f"import sys{code}", tmp_path, ["first", "second"])

    told = [event.line for event in trace.events if isinstance(event, Acknowledgement)]
    order = [type(event).__name__ for event in trace.events]
    assert (told, order) == (["first", "second"], ["Request", "Call", "Acknowledgement"] * 2)


def test_the_fallback_refuses_what_is_not_python(tmp_path: Path) -> None:
    with pytest.raises(NotTestableError, match="Python"):
        FallbackRecorder().run(["sh", "-c", "true"], Silence(), tmp_path)


class Forbidden(PtraceRecorder):
    def run(self, *arguments: Any, **options: Any) -> Trace:
        raise NotTestableError("not allowed here")


def test_the_first_recorder_that_works_is_chosen() -> None:
    found = available_recorder(("python3", "program.py"), candidates=[Forbidden, FallbackRecorder])

    assert "in-process" == found.name


def test_where_no_recorder_works_each_tells_why_and_what_would_help() -> None:
    with pytest.raises(NotTestableError) as told:
        available_recorder(("node", "adapter.js"), candidates=[Forbidden, FallbackRecorder])

    assert "(ptrace: not allowed here; in-process: only Python programs can be recorded" in str(told.value)
    assert "ptrace let through" in str(told.value)
