"""What to do to a run: kill it, fail a call, cut a write short."""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from conformance.crash.recording.calls import (
    FILE_SYNCS,
    INSPECTIONS,
    LINKS,
    METADATA,
    OPENS,
    READS,
    RENAMES,
    WRITES,
)
from conformance.crash.recording.paths import named_descriptor
from conformance.crash.recording.trace import Call, Trace, by_start


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill before call number `call` is executed. Calls count from 0, over all threads."""

    call: int


@dataclass(frozen=True, slots=True)
class Fail:
    """Let the `turn`-th call of the name `call`, from 1, fail with `errno` without executing it.

    A close is executed all the same: Linux releases the descriptor whatever close returns. With `lasting` all
    later calls of that name fail too, until the next acknowledgement. By its name, because threads of the
    backend may take turns in another order in the next run.
    """

    call: str
    turn: int
    errno: int
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Short:
    """Let the `turn`-th write of the name `call`, from 1, write half its bytes."""

    call: str
    turn: int


@dataclass(frozen=True, slots=True)
class ToldInjection:
    """A `Fail` or `Short` as a replay file tells it: `error` is the name of an errno, empty for a write cut
    short.
    """

    call: str
    turn: int
    error: str
    lasting: bool = False


Injection: TypeAlias = Kill | Fail | Short

_FULL = (errno.ENOSPC, errno.EDQUOT)
_TREATED_SPECIALLY = (errno.EXDEV, errno.EBUSY, errno.EPERM, errno.EROFS)  # many programs try something else
_ERRORS: tuple[tuple[frozenset[str], tuple[int, ...]], ...] = (
    (OPENS, (errno.EACCES, errno.EMFILE, errno.EIO, errno.EROFS, *_FULL)),
    (WRITES | {"copy_file_range", "sendfile", "fallocate"}, (errno.ENOSPC, errno.EIO, errno.EDQUOT)),
    (FILE_SYNCS | {"syncfs"}, (errno.EIO, *_FULL)),
    (RENAMES | LINKS, (errno.EIO, *_TREATED_SPECIALLY, errno.EACCES, *_FULL)),
    (frozenset({"mkdir", "mkdirat", "symlink", "symlinkat"}), (errno.EACCES, *_FULL)),
    (frozenset({"truncate", "ftruncate", "unlink", "unlinkat", "rmdir"}), (errno.EIO, errno.EACCES)),
    (READS | {"close", "lseek"}, (errno.EIO,)),
    (INSPECTIONS | METADATA, (errno.EACCES, errno.EIO)),
)
_RESTARTABLE = OPENS | WRITES | FILE_SYNCS
_TELLING = WRITES | FILE_SYNCS | RENAMES | LINKS
_Rank: TypeAlias = tuple[int, int, int]


def errors_of(name: str) -> tuple[int, ...]:
    """The errors that the call `name` is made to fail with (CR-08, CR-15), the likeliest first."""
    return next((errors for names, errors in _ERRORS if name in names), ())


def is_mild(injection: Injection) -> bool:
    """Whether a backend must absorb it (CR-09; CR-15 for a sync) rather than report it (CR-08)."""
    return isinstance(injection, Short) or (isinstance(injection, Fail) and injection.errno == errno.EINTR)


def injections(trace: Trace, is_in_operation: Callable[[int], bool]) -> tuple[Fail | Short, ...]:
    """All injections into the operations of a recorded run, the most telling first.

    These are the calls that create, write, sync and rename, each with its likeliest error and with all that
    must be absorbed, the first call of a name before the second, and each error at one of them; with them go
    those that ask whether a file is there, and a rename with the errors that programs treat specially. Then
    every other call with its likeliest error; then the rest. Calls outside an operation (while opening or
    closing) are left alone; `is_in_operation` tells by place.
    """
    ranked: list[tuple[_Rank, Fail | Short]] = []
    turns: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    met: set[int] = set()
    for number, call in enumerate(by_start(trace)):
        turns[call.name] += 1
        if call.errno or not is_in_operation(call.start):
            continue
        seen[call.name] += 1
        for place, injection in enumerate(_of_call(turns[call.name], call)):
            is_new = _is_telling(call) and _error_of(injection) not in met
            likelihood = 0 if is_new or (seen[call.name] == 1 and _is_treated_specially(injection)) else place
            ranked.append((_rank(call, number, seen[call.name], injection, likelihood), injection))
            if is_new:
                met.add(_error_of(injection))
    return tuple(injection for _, injection in sorted(ranked, key=lambda pair: pair[0]))


def _error_of(injection: Fail | Short) -> int:
    return injection.errno if isinstance(injection, Fail) else 0


def told(injection: Fail | Short) -> ToldInjection:
    """The injection as a replay file tells it."""
    if isinstance(injection, Short):
        return ToldInjection(injection.call, injection.turn, "")
    error = errno.errorcode[injection.errno]
    return ToldInjection(injection.call, injection.turn, error, injection.lasting)


def meant(injection: ToldInjection) -> Fail | Short:
    """The injection that a replay file tells. Raises ValueError where it names no errno."""
    if not injection.error:
        return Short(injection.call, injection.turn)
    if injection.error not in errno.errorcode.values():
        raise ValueError(f"there is no error {injection.error!r}")
    return Fail(injection.call, injection.turn, int(getattr(errno, injection.error)), injection.lasting)


def finds(trace: Trace, injection: Fail | Short) -> bool:
    """Whether a run of this trace makes the call that the injection is for."""
    return sum(call.name == injection.call for call in trace.calls) >= injection.turn


def _rank(call: Call, number: int, occurrence: int, injection: Fail | Short, likelihood: int) -> _Rank:
    if _is_telling(call) and (likelihood == 0 or is_mild(injection)):
        return 0, occurrence, number
    if _asks_for_a_file(call) and likelihood == 0:
        return 0, occurrence, number
    return (1, number, 0) if likelihood == 0 else (2, likelihood, number)


def _is_telling(call: Call) -> bool:
    return call.name in _TELLING or _creates(call)


def _is_treated_specially(injection: Fail | Short) -> bool:
    return (
        isinstance(injection, Fail)
        and injection.call in RENAMES
        and injection.errno in _TREATED_SPECIALLY
        and not injection.lasting
    )


def _asks_for_a_file(call: Call) -> bool:
    """Whether its failure may be taken for the absence of a file."""
    path = call.arguments[0] if call.arguments else None
    if not isinstance(path, str) or named_descriptor(path) is not None:
        return False
    if call.name in INSPECTIONS:
        return True
    flags = call.arguments[1] if call.name in OPENS - {"creat"} else os.O_DIRECTORY
    return isinstance(flags, int) and not flags & os.O_DIRECTORY


def _creates(call: Call) -> bool:
    flags = call.arguments[1] if call.name in OPENS - {"creat"} else 0
    return call.name == "creat" or (isinstance(flags, int) and bool(flags & os.O_CREAT))


def _of_call(turn: int, call: Call) -> list[Fail | Short]:
    errors = errors_of(call.name)
    if _creates(call):
        errors = tuple(sorted(errors, key=lambda error: error != errno.ENOSPC))
    found: list[Fail | Short] = [Fail(call.name, turn, error) for error in errors]
    if call.name in _RESTARTABLE:
        found.insert(1, Fail(call.name, turn, errno.EINTR))
    if call.name in WRITES and (call.result or 0) > 1:
        found.insert(1, Short(call.name, turn))
    if call.name in WRITES | FILE_SYNCS | RENAMES:
        found.append(Fail(call.name, turn, errors[0], lasting=True))
    return found
