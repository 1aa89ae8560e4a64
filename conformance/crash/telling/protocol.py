"""The run as lines of a protocol, and what a crash did to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from conformance.crash.filesystem.units import Data, Entry, History, Size, Unit
from conformance.crash.persistence.states import CrashState, Cut
from conformance.crash.recording.calls import INSPECTIONS, LINKS, OPENS, READS, RENAMES
from conformance.crash.recording.trace import Acknowledgement, Call, Request, message_of
from conformance.crash.telling.spelling import describe, descriptor_names, shortened, without_result

_LONGEST_LINE = 160
_SILENT = READS | INSPECTIONS | {"lseek", "fcntl"}
_CEREMONY = frozenset({"initialize", "set_clock", "shutdown"})
_ENTRY_WORDS = {
    **dict.fromkeys(OPENS, "the creation of the file"),
    **dict.fromkeys(RENAMES, "the rename"),
    **dict.fromkeys(LINKS, "the link"),
    **dict.fromkeys(("mkdir", "mkdirat"), "the creation of the directory"),
    **dict.fromkeys(("unlink", "unlinkat", "rmdir"), "the removal"),
}
NOT_EXECUTED, _LOST, _PARTLY = "not executed", "LOST", "LOST IN PART"


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
    names = descriptor_names(history.calls)
    lines = [
        ProtocolLine(call.start, describe(call, names[call.start]), _mark(history, state, call))
        for call in history.calls
        if call.name not in _SILENT or call.injected
    ]
    lines += [
        ProtocolLine(event.at, text, _mark_spoken(state, event)) for event, text in _spoken(history.spoken)
    ]
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
        if following is None:
            return "the process ended here"
        names = descriptor_names(history.calls)[following.start]
        return f"killed here, before {without_result(following, names)}"
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
            return _ENTRY_WORDS.get(_call_of(history, unit).name, "the new name")
        case Data():
            return "written data"
        case Size(grows=grows):
            return "the new size" if grows else "the truncation"


def _call_of(history: History, unit: Unit) -> Call:
    return next(call for call in history.calls if call.start == unit.start)


def _mark(history: History, state: CrashState | None, call: Call) -> str:
    if call.injected:
        return "made to fail" if call.errno else "cut short"
    if state is None:
        return ""
    if call.start >= state.point.at:
        return NOT_EXECUTED
    own = [unit.number for unit in history.units if unit.start == call.start]
    lost = [number for number in own if number in state.lost]
    if not lost:
        return ""
    return _LOST if len(lost) == len(own) else _PARTLY


def _mark_spoken(state: CrashState | None, event: Request | Acknowledgement) -> str:
    return NOT_EXECUTED if state is not None and event.at >= state.point.at else ""


def _spoken(
    events: Iterable[Request | Acknowledgement],
) -> Iterator[tuple[Request | Acknowledgement, str]]:
    """What was said from `open` to `close`, each with its words; the rest is no business of the data path."""
    asked: dict[object, object] = {}
    for event in events:
        message = message_of(event.line)
        if isinstance(event, Request):
            asked[message.get("id")] = message.get("method")
        if asked.get(message.get("id")) in _CEREMONY:
            continue
        arrow = "->" if isinstance(event, Request) else "<-"
        words = json.dumps({k: v for k, v in message.items() if k != "jsonrpc"}) if message else event.line
        yield event, shortened(f"{arrow} {words}", _LONGEST_LINE)
