"""The run as lines of a protocol, and what a crash did to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.crash.calls import INSPECTIONS, OPENS, READS, recorded_kinds
from conformance.crash.states import CrashState, Cut
from conformance.crash.trace import Acknowledgement, Argument, Call, Request
from conformance.crash.units import Data, Entry, History, Size, Unit

_LONGEST_LINE = 120
_SILENT = READS | INSPECTIONS | {"lseek", "fcntl"}
_NOT_EXECUTED, _LOST, _PARTLY = "not executed", "LOST", "LOST IN PART"


@dataclass(frozen=True, slots=True)
class ProtocolLine:
    """One call, request or acknowledgement; `mark` is empty for what happened and stayed."""

    at: int
    text: str
    mark: str = ""

    def __str__(self) -> str:
        return f"{self.text}   <-- {self.mark}" if self.mark else self.text


def protocol(history: History, state: CrashState | None) -> tuple[ProtocolLine, ...]:
    """The run up to its end, with what a crash lost and what it kept from being executed marked."""
    lines = [
        ProtocolLine(call.start, describe(call), _mark(history, state, call))
        for call in history.calls
        if call.name not in _SILENT or call.injected
    ]
    lines += [ProtocolLine(event.at, _spoken(event), _mark_spoken(state, event)) for event in history.spoken]
    lines.sort(key=lambda line: line.at)
    if state is not None:
        happened = sum(line.at < state.point.at for line in lines)
        sentence = crash_sentence(history, state)
        lines.insert(happened, ProtocolLine(state.point.at, f"**** {sentence} ****"))
    return tuple(lines)


def crash_sentence(history: History, state: CrashState) -> str:
    """What happened, in words."""
    if state.point.cut is Cut.CALL:
        following = next((call for call in history.calls if call.start == state.point.at), None)
        return f"killed here, before {describe(following)}" if following else "killed here"
    lost = lost_words(history, state)
    return f"power lost here, having lost {lost}" if lost else "power lost here, having lost nothing"


def lost_words(history: History, state: CrashState) -> str:
    """The lost units in words, each kind once."""
    words: dict[str, int] = {}
    for number in sorted(state.lost):
        word = _word(history, history.units[number])
        words[word] = words.get(word, 0) + 1
    return ", ".join(word if count == 1 else f"{word} ({count} units)" for word, count in words.items())


def _word(history: History, unit: Unit) -> str:
    match unit:
        case Entry():
            return f"the {_call_of(history, unit).name.rstrip('at2')}"
        case Data():
            return "written data"
        case Size(grows=grows):
            return "the new size" if grows else "the truncation"


def _call_of(history: History, unit: Unit) -> Call:
    return next(call for call in history.calls if call.start == unit.start)


def _mark(history: History, state: CrashState | None, call: Call) -> str:
    if call.injected:
        return f"made to fail (errno {call.errno})" if call.errno else "cut short"
    if state is None:
        return ""
    if call.start >= state.point.at:
        return _NOT_EXECUTED
    own = [unit.number for unit in history.units if unit.start == call.start]
    lost = [number for number in own if number in state.lost]
    if not lost:
        return ""
    return _LOST if len(lost) == len(own) else _PARTLY


def _mark_spoken(state: CrashState | None, event: Request | Acknowledgement) -> str:
    return _NOT_EXECUTED if state is not None and event.at >= state.point.at else ""


def _spoken(event: Request | Acknowledgement) -> str:
    arrow = "->" if isinstance(event, Request) else "<-"
    return f"{arrow} {event.line}"[:_LONGEST_LINE]


def describe(call: Call) -> str:
    """A call as one line."""
    arguments = ", ".join(
        _argument(call, kind, value) for kind, value in zip(_kinds(call), call.arguments, strict=False)
    )
    result = "?" if call.result is None else f"-1 (errno {call.errno})" if call.errno else str(call.result)
    return f"{call.name}({arguments}) = {result}"[:_LONGEST_LINE]


def _kinds(call: Call) -> Sequence[str]:
    return ("path", "int", "int") if call.name == "openat2" else recorded_kinds(call.name)


def _argument(call: Call, kind: str, value: Argument) -> str:
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, str):
        return repr(value)
    if kind == "int" and call.name in OPENS and isinstance(value, int):
        return hex(value)
    return str(value)
