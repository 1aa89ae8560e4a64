"""What decides the verdict where a worker runs, beside the kit: the code of the target, and the tracer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import conformance
from conformance.crash.recording.recorders import available_recorder
from conformance.errors import NotTestableError

_TRACED = (sys.executable, "-I", "-S", "-c", "")


def digest_of(*contents: bytes) -> str:
    """A short digest, to be shown and compared."""
    return sha256(b"".join(contents)).hexdigest()[:16]


def digests(modules: Iterable[str]) -> Mapping[str, str]:
    """The files of these modules, digested; without Python's own and the kit's."""
    known = sys.stdlib_module_names | {"conformance"}
    found = {}
    for name in sorted(modules):
        file = getattr(sys.modules.get(name), "__file__", None)
        if name.partition(".")[0] not in known and isinstance(file, str):
            with suppress(OSError):
                found[name] = digest_of(Path(file).read_bytes())
    return found


def tracer() -> str:
    """The recorder of system calls that works here."""
    try:
        return available_recorder(_TRACED).name
    except NotTestableError:
        return "none"


def tracer_apart() -> str:
    """The same in a process of its own: it waits for any child, which may be somebody else's."""
    code = (
        "import sys; sys.path[:0] = [sys.argv[1]]; "
        "from conformance.execution.sources import tracer; print(tracer())"
    )
    command = [sys.executable, "-P", "-c", code, str(Path(conformance.__file__).parents[1])]
    return subprocess.run(command, capture_output=True, check=False, text=True).stdout.strip()
