from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from conformance.crash.filesystem.tree import read_tree
from conformance.crash.recording.inject import Fail, Kill, Short
from conformance.crash.recording.ptrace_recorder import PtraceRecorder
from conformance.crash.recording.record import Speaker
from conformance.crash.recording.trace import Acknowledgement, Call, Executed, Request, Spawned
from conformance.errors import KitError

from .programs import SAVER, Lines, names, python, record, replayed

RECORDER = PtraceRecorder()


def test_requests_calls_and_acknowledgements_come_in_one_order(tmp_path: Path) -> None:
    trace = record(RECORDER, SAVER, tmp_path, ["one", "two"])

    told = [
        event.name if isinstance(event, Call) else event.line
        for event in trace.events
        if isinstance(event, (Call, Request, Acknowledgement))
    ]
    save = ["openat", "write", "fsync", "close", "rename", "saved"]
    assert [word for word in told if word != "lseek"] == ["one", *save, "two", *save]
    assert trace.exit_status == 0


def test_arguments_and_results_are_recorded(tmp_path: Path) -> None:
    trace = record(RECORDER, SAVER, tmp_path, ["one"])

    write, rename = (next(c for c in trace.calls if c.name == name) for name in ("write", "rename"))
    assert (write.arguments[1:], write.result, write.errno) == ((b"one\n",), 4, 0)
    assert rename.arguments == ("doc.tmp", "doc")


def test_calls_elsewhere_are_left_out(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    code = "open('../outside/f', 'w').close(); os.mkdir('d'); os.stat('../outside/f')"

    trace = record(RECORDER, code, inside)

    assert names(trace) == ["mkdir"]


def test_a_call_that_fails_by_itself_is_recorded_with_its_error(tmp_path: Path) -> None:
    code = "try: os.rename('nothing', 'x')\nexcept OSError: pass"

    trace = record(RECORDER, code, tmp_path)

    assert [(call.result, call.errno, call.injected) for call in trace.calls] == [(-1, errno.ENOENT, False)]


def test_threads_and_children_are_followed_under_one_counter(tmp_path: Path) -> None:
    code = """
import threading
descriptor = os.open("f", os.O_CREAT | os.O_WRONLY)
worker = threading.Thread(target=lambda: os.write(descriptor, b"thread "))
worker.start(); worker.join()
if os.fork() == 0:
    os.write(descriptor, b"child ")
    os._exit(0)
os.wait()
os.write(descriptor, b"parent")
"""
    trace = record(RECORDER, code, tmp_path)
    history, differing = replayed(trace, frozenset(), tmp_path)

    writes = [(call.process, call.thread) for call in trace.calls if call.name == "write"]
    assert writes == [(0, 1), (1, 2), (0, 0)]
    assert dict(history.final) == {"f": b"thread child parent"}
    assert differing == ()


def test_descriptors_marked_close_on_exec_are_gone_after_exec(tmp_path: Path) -> None:
    code = """
kept = os.open("kept", os.O_CREAT | os.O_WRONLY); os.set_inheritable(kept, True)
os.open("gone", os.O_CREAT | os.O_WRONLY)
os.execv(sys.executable, [sys.executable, "-S", "-B", "-c", f"import os; os.write({kept}, b'after')"])
"""
    trace = record(RECORDER, code, tmp_path)
    history, differing = replayed(trace, frozenset(), tmp_path)

    assert sum(isinstance(event, Executed) for event in trace.events) == 2  # the command itself, and its exec
    assert (dict(history.final), differing) == ({"kept": b"after", "gone": b""}, ())


def test_a_subprocess_is_followed(tmp_path: Path) -> None:
    code = "import subprocess; subprocess.run(['sh', '-c', 'echo hello > f; mv f g'], check=True)"

    trace = record(RECORDER, code, tmp_path)
    history, differing = replayed(trace, frozenset(), tmp_path)

    assert any(isinstance(event, Spawned) for event in trace.events)
    assert (dict(history.final), differing) == ({"g": b"hello\n"}, ())


@pytest.mark.parametrize("number", range(5))
def test_a_kill_leaves_what_the_model_says(tmp_path: Path, number: int) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for directory in (whole, killed):
        directory.mkdir()
        (directory / "doc").write_bytes(b"old")
    initial = read_tree(whole)
    moments = replayed(record(RECORDER, SAVER, whole, ["new"]), initial, whole)[0].moments

    trace = record(RECORDER, SAVER, killed, ["new"], Kill(number))

    assert trace.exit_status == -signal.SIGKILL
    assert len(trace.calls) == number
    assert read_tree(killed) == moments[number].tree


def test_a_kill_reaches_all_threads_and_children(tmp_path: Path) -> None:
    code = """
import threading, time
if os.fork() == 0:
    time.sleep(60)
threading.Thread(target=lambda: time.sleep(60)).start()
os.mkdir("d")
"""
    trace = record(RECORDER, code, tmp_path, inject=Kill(0))

    assert (trace.exit_status, trace.timed_out, read_tree(tmp_path)) == (-9, False, frozenset())


def test_a_failed_call_is_not_executed(tmp_path: Path) -> None:
    code = "try: os.mkdir('d')\nexcept OSError as error: open('seen', 'w').write(str(error.errno))"

    trace = record(RECORDER, code, tmp_path, inject=Fail("mkdir", 1, errno.ENOSPC))

    assert read_tree(tmp_path) == frozenset({("seen", b"28")})
    assert (trace.calls[0].errno, trace.calls[0].injected) == (errno.ENOSPC, True)
    assert trace.injection_at == trace.calls[0].start


def test_a_close_that_is_made_to_fail_releases_the_descriptor(tmp_path: Path) -> None:
    code = """
descriptor = os.open("f", os.O_CREAT | os.O_WRONLY)
try: os.close(descriptor)
except OSError: pass
try: os.fstat(descriptor)
except OSError as error: os.mkdir(f"errno-{error.errno}")
"""
    record(RECORDER, code, tmp_path, inject=Fail("close", 1, errno.EIO))

    assert {path for path, _ in read_tree(tmp_path)} == {"f", f"errno-{errno.EBADF}"}


def test_a_lasting_failure_ends_with_the_next_acknowledgement(tmp_path: Path) -> None:
    code = """
for line in sys.stdin:
    for attempt in range(2):
        try: os.mkdir(f"{line.strip()}-{attempt}")
        except OSError: pass
    print("done", flush=True)
"""
    trace = record(RECORDER, code, tmp_path, ["a", "b"], Fail("mkdir", 1, errno.EIO, lasting=True))

    assert [call.injected for call in trace.calls] == [True, True, False, False]
    assert {path for path, _ in read_tree(tmp_path)} == {"b-0", "b-1"}


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("write", "os.write(descriptor, b'0123456789')"),
        ("pwrite64", "os.pwrite(descriptor, b'0123456789', 0)"),
        ("writev", "os.writev(descriptor, [b'0123', b'456', b'789'])"),
        ("pwritev2", "os.pwritev(descriptor, [b'01234', b'56789'], 0, os.RWF_SYNC)"),
    ],
)
def test_a_write_is_truly_cut_short(tmp_path: Path, name: str, write: str) -> None:
    code = f"descriptor = os.open('f', os.O_CREAT | os.O_WRONLY)\nos.mkdir('wrote-' + str({write}))"

    trace = record(RECORDER, code, tmp_path, inject=Short(name, 1))
    history, differing = replayed(trace, frozenset(), tmp_path)

    assert dict(read_tree(tmp_path))["f"] == b"01234"
    assert "wrote-5" in dict(read_tree(tmp_path))
    assert (history.final, differing) == (read_tree(tmp_path), ())


def test_an_injection_meets_the_call_that_is_meant_whatever_comes_before_it(tmp_path: Path) -> None:
    code = """
import threading
def inspect():
    for _ in range(50): os.path.exists("f")
thread = threading.Thread(target=inspect)
thread.start()
try: os.mkdir("d")
except InterruptedError: pass
thread.join()
"""
    trace = record(RECORDER, code, tmp_path, inject=Fail("mkdir", 1, errno.EINTR))

    assert [call.name for call in trace.calls if call.injected] == ["mkdir"]


def test_an_injection_that_meets_no_call_leaves_no_mark(tmp_path: Path) -> None:
    trace = record(RECORDER, "os.mkdir('d')", tmp_path, inject=Kill(99))

    assert (trace.injection_at, trace.exit_status) == (None, 0)


def test_before_the_first_line_that_is_watched_the_child_runs_unseen(tmp_path: Path) -> None:
    conversation = Lines("one", "two", "three", watched=False)

    trace = RECORDER.run([*python(SAVER), str(tmp_path)], conversation, tmp_path)

    told = [event.line for event in trace.events if isinstance(event, (Request, Acknowledgement))]
    assert told == ["one", "saved", "two", "saved", "three", "saved"]
    assert names(trace) == ["openat", "write", "fsync", "close", "rename"]
    assert (tmp_path / "doc").read_bytes() == b"three\n"


def test_threads_started_unseen_are_seen_later(tmp_path: Path) -> None:
    code = """
import queue, threading
todo = queue.SimpleQueue()
def work():
    while True:
        os.mkdir(todo.get())
        print("done", flush=True)
threading.Thread(target=work, daemon=True).start()
for line in sys.stdin:
    todo.put(line.strip())
"""
    trace = RECORDER.run([*python(code), str(tmp_path)], Lines("a", "b", watched=False), tmp_path)

    assert [(call.arguments[0], call.thread, call.process) for call in trace.calls] == [("b", 1, 0)]


def test_long_lines_pass_both_ways(tmp_path: Path) -> None:
    conversation = Lines("x" * 3_000_000)
    code = "for line in sys.stdin: print(line.strip() * 2, flush=True)"

    trace = RECORDER.run([*python(code), str(tmp_path)], conversation, tmp_path)

    assert [len(answer) for answer in conversation.answers] == [6_000_000]
    assert trace.exit_status == 0


def test_a_hang_ends_after_the_time_limit(tmp_path: Path) -> None:
    trace = record(PtraceRecorder(timeout_s=0.5), "sys.stdin.read()", tmp_path, ["never answered"])

    assert (trace.timed_out, trace.exit_status) == (True, -signal.SIGKILL)


def test_a_tracer_that_dies_fails_the_run_and_leaves_no_child(tmp_path: Path) -> None:
    class Broken:
        def next_line(self) -> str | None:
            return "hello"

        def on_answer(self, line: str) -> bool:
            raise RuntimeError("out of order")

        def is_watched(self) -> bool:
            return True

    conversation: Speaker = Broken()
    before = children()
    with pytest.raises(KitError, match="out of order"):
        RECORDER.run([*python(SAVER), str(tmp_path)], conversation, tmp_path)

    assert set() == children() - before


def children() -> set[int]:
    """The processes that this one has started and not yet reaped, those of other tests among them."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended while it was looked at
            pid, _, rest = status.read_text().partition(" ")
            if int(rest.rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(pid))
    return found


def test_children_of_others_are_not_reaped(tmp_path: Path) -> None:
    other = subprocess.Popen(["sh", "-c", "exit 7"])
    recording = threading.Thread(target=record, args=(RECORDER, SAVER, tmp_path, ["one"]))
    recording.start()
    recording.join()

    assert other.wait() == 7


def test_what_the_child_writes_to_standard_error_is_kept(tmp_path: Path) -> None:
    trace = record(RECORDER, "sys.exit('no good')", tmp_path)

    assert (trace.complaints.strip(), trace.exit_status) == ("no good", 1)


def test_a_shared_writable_mapping_is_noticed_and_its_content_not_compared(tmp_path: Path) -> None:
    code = """
import mmap
descriptor = os.open("shm", os.O_CREAT | os.O_RDWR)
os.ftruncate(descriptor, 4096)
mmap.mmap(descriptor, 4096)[:5] = b"12345"
"""
    trace = record(RECORDER, code, tmp_path)
    history, differing = replayed(trace, frozenset(), tmp_path)

    assert (history.mapped, differing) == (frozenset({"shm"}), ())


NODE = """
const fs = require("fs");
process.chdir(process.argv[1]);
fs.promises.writeFile("doc.tmp", "x".repeat(70000)).then(() => fs.promises.rename("doc.tmp", "doc"));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_thread_pool_of_node_is_followed(tmp_path: Path) -> None:
    trace = RECORDER.run(["node", "-e", NODE, str(tmp_path)], Lines(), tmp_path)
    history, differing = replayed(trace, frozenset(), tmp_path)

    assert (dict(history.final), differing) == ({"doc": b"x" * 70000}, ())
    assert history.unmodelled == ()
