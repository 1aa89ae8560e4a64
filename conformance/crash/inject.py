"""What to do to a run: kill it, fail a call, cut a write short."""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from conformance.crash.calls import FILE_SYNCS, INSPECTIONS, LINKS, METADATA, OPENS, READS, RENAMES, WRITES
from conformance.crash.trace import Call, Trace, by_start


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill before call number `call` is executed. Calls count from 0, over all threads."""

    call: int


@dataclass(frozen=True, slots=True)
class Fail:
    """Let call number `call` fail with `errno` without executing it; a close is executed all the same.

    Linux releases the descriptor whatever close returns. With `lasting` all later calls of that name fail
    too, until the next acknowledgement.
    """

    call: int
    errno: int
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Short:
    """Let write number `call` write half its bytes."""

    call: int


@dataclass(frozen=True, slots=True)
class ToldInjection:
    """A `Fail` or `Short` told so that another run knows which call is meant.

    It is the `turn`-th of its name, from 1. `error` is the name of an errno, empty for a write cut short.
    """

    call: str
    turn: int
    error: str
    lasting: bool = False


Injection: TypeAlias = Kill | Fail | Short

_FULL = (errno.ENOSPC, errno.EDQUOT)
_ERRORS: tuple[tuple[frozenset[str], tuple[int, ...]], ...] = (
    (OPENS, (errno.EACCES, errno.EMFILE, errno.EIO, *_FULL)),
    (WRITES | {"copy_file_range", "sendfile", "fallocate"}, (errno.ENOSPC, errno.EIO, errno.EDQUOT)),
    (FILE_SYNCS | {"syncfs"}, (errno.EIO, *_FULL)),
    (RENAMES | LINKS, (errno.EIO, errno.EACCES, *_FULL)),
    (frozenset({"mkdir", "mkdirat", "symlink", "symlinkat"}), (errno.EACCES, *_FULL)),
    (frozenset({"truncate", "ftruncate", "unlink", "unlinkat", "rmdir"}), (errno.EIO, errno.EACCES)),
    (READS | {"close", "lseek"}, (errno.EIO,)),
    (INSPECTIONS | METADATA, (errno.EACCES, errno.EIO)),
)
_RESTARTABLE = OPENS | WRITES | FILE_SYNCS
_TELLING = WRITES | FILE_SYNCS | RENAMES | LINKS
_Rank: TypeAlias = tuple[int, int, int]


def errors_of(name: str) -> tuple[int, ...]:
    """The errors that the call `name` is made to fail with (CR-08), the likeliest first."""
    return next((errors for names, errors in _ERRORS if name in names), ())


def is_mild(injection: Injection) -> bool:
    """Whether a backend must absorb it (CR-09) rather than report it (CR-08)."""
    return isinstance(injection, Short) or (isinstance(injection, Fail) and injection.errno == errno.EINTR)


def injections(trace: Trace, is_in_operation: Callable[[int], bool]) -> tuple[Fail | Short, ...]:
    """All injections into the operations of a recorded run, the most telling first.

    These are the calls that create, write, sync and rename, each with its likeliest error and with all that
    must be absorbed, the first call of a name before the second, and each error at one of them; then every
    other call with its likeliest error; then the rest. Calls outside an operation (while opening or closing)
    are left alone; `is_in_operation` tells by place.
    """
    ranked: list[tuple[_Rank, Fail | Short]] = []
    seen: Counter[str] = Counter()
    met: set[int] = set()
    for number, call in enumerate(by_start(trace)):
        if call.errno or not is_in_operation(call.start):
            continue
        seen[call.name] += 1
        for turn, injection in enumerate(_of_call(number, call)):
            is_new = _is_telling(call) and _error_of(injection) not in met
            ranked.append((_rank(call, seen[call.name], injection, 0 if is_new else turn), injection))
            if is_new:
                met.add(_error_of(injection))
    return tuple(injection for _, injection in sorted(ranked, key=lambda pair: pair[0]))


def _error_of(injection: Fail | Short) -> int:
    return injection.errno if isinstance(injection, Fail) else 0


def told(trace: Trace, injection: Fail | Short) -> ToldInjection:
    """The injection into a run of this trace, told for other runs."""
    calls = by_start(trace)
    name = calls[injection.call].name
    turn = sum(call.name == name for call in calls[: injection.call + 1])
    if isinstance(injection, Short):
        return ToldInjection(name, turn, "")
    return ToldInjection(name, turn, errno.errorcode[injection.errno], injection.lasting)


def meant(trace: Trace, injection: ToldInjection) -> Fail | Short | None:
    """The injection into a run of this trace; None where the run makes no such call."""
    numbers = [number for number, call in enumerate(by_start(trace)) if call.name == injection.call]
    if not 1 <= injection.turn <= len(numbers):
        return None
    number = numbers[injection.turn - 1]
    if not injection.error:
        return Short(number)
    return Fail(number, int(getattr(errno, injection.error)), injection.lasting)


def _rank(call: Call, occurrence: int, injection: Fail | Short, turn: int) -> _Rank:
    if _is_telling(call) and (turn == 0 or is_mild(injection)):
        return 0, occurrence, injection.call
    return (1, injection.call, 0) if turn == 0 else (2, turn, injection.call)


def _is_telling(call: Call) -> bool:
    return call.name in _TELLING or _creates(call)


def _creates(call: Call) -> bool:
    flags = call.arguments[1] if call.name in OPENS - {"creat"} else 0
    return call.name == "creat" or (isinstance(flags, int) and bool(flags & os.O_CREAT))


def _of_call(number: int, call: Call) -> list[Fail | Short]:
    errors = errors_of(call.name)
    if _creates(call):
        errors = tuple(sorted(errors, key=lambda error: error != errno.ENOSPC))
    found: list[Fail | Short] = [Fail(number, error) for error in errors]
    if call.name in _RESTARTABLE:
        found.insert(1, Fail(number, errno.EINTR))
    if call.name in WRITES and (call.result or 0) > 1:
        found.insert(1, Short(number))
    if call.name in WRITES | FILE_SYNCS | RENAMES:
        found.append(Fail(number, errors[0], lasting=True))
    return found
