"""CR-11: where the temporary file lies, as the trace tells."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from conformance.crash.recording.calls import LINKS, OPENS, RENAMES, WRITES
from conformance.crash.recording.paths import named_descriptor
from conformance.crash.recording.trace import Call, Trace

_WRITABLE = 0o3


@dataclass(frozen=True, slots=True)
class Placement:
    """How often the document was replaced, and each replacement that came from elsewhere."""

    replacements: int
    foreign: tuple[tuple[Call, str], ...]


def placement(trace: Trace, document: str) -> Placement:
    """Judge every rename, link and copy onto `document` (its path as the trace spells it)."""
    replacing = [call for call in trace.calls if _replaces(call, document)]
    copies = tuple(_copies(trace, document))
    moved = tuple(
        (call, f"the document was replaced from {source}")
        for call in replacing
        if isinstance(source := call.arguments[0], str) and _lies_elsewhere(source, document)
    )
    return Placement(len(replacing) + len(copies), (*moved, *copies))


def drafts(trace: Trace, document: str) -> frozenset[str]:
    """The paths of the files that took the place of `document`."""
    sources = (call.arguments[0] for call in trace.calls if _replaces(call, document))
    return frozenset(source for source in sources if isinstance(source, str))


def _replaces(call: Call, document: str) -> bool:
    return call.name in RENAMES | LINKS and call.arguments[1] == document


def _lies_elsewhere(source: str, document: str) -> bool:
    if named_descriptor(source) is not None:
        return False  # a file without a name is linked: the kernel refuses to do so across file systems
    return posixpath.dirname(source) != posixpath.dirname(document)


def _copies(trace: Trace, document: str) -> Iterator[tuple[Call, str]]:
    """Writes to the document of what a file in another directory holds."""
    paths: dict[tuple[int, int], str] = {}
    written: dict[str, bytes] = {}
    for call in trace.calls:
        if call.errno or call.result is None:
            continue
        if call.name in OPENS:
            paths[call.process, call.result] = str(call.arguments[0])
            continue
        target = _written_path(paths, call)
        if target is None:
            continue
        content = _written_bytes(call)
        if target == document:
            source = _source(paths, written, call, content, document)
            if source is not None:
                yield call, f"the document was copied from {source}"
        elif content is not None:
            written[target] = written.get(target, b"") + content


def _written_path(paths: dict[tuple[int, int], str], call: Call) -> str | None:
    place = {"sendfile": 0, "copy_file_range": 2}.get(call.name, 0 if call.name in WRITES else None)
    number = None if place is None else call.arguments[place]
    return paths.get((call.process, number)) if isinstance(number, int) else None


def _written_bytes(call: Call) -> bytes | None:
    content = call.arguments[1] if call.name in WRITES else None
    return content[: call.result] if isinstance(content, bytes) else None


def _source(
    paths: dict[tuple[int, int], str],
    written: dict[str, bytes],
    call: Call,
    content: bytes | None,
    document: str,
) -> str | None:
    if content is None:
        place = 1 if call.name == "sendfile" else 0
        number = call.arguments[place]
        source = paths.get((call.process, number), "outside") if isinstance(number, int) else "outside"
        return source if _lies_elsewhere(source, document) else None
    return next(
        (path for path, held in written.items() if content in held and _lies_elsewhere(path, document)), None
    )
