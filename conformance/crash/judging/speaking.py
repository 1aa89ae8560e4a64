"""The kit's side of a traced run, and what was said in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from conformance import __version__
from conformance.contract.faults import FAULT_BY_NAME
from conformance.crash.judging.workload import CrashWorkload, WireOperation
from conformance.crash.recording.trace import Acknowledgement, Request, message_of
from conformance.wire.methods import PROTOCOL

_REFUSALS = frozenset({FAULT_BY_NAME["refused"].code, FAULT_BY_NAME["uncertain"].code})
INITIALIZE = WireOperation(
    "initialize", {"protocol": PROTOCOL, "kit": {"name": "sidecar-conformance", "version": __version__}}
)


class AnswerKind(Enum):
    """How a request was answered."""

    DONE = "done"
    REFUSED = "refused with the backend's error type"
    FOREIGN = "answered with something other than the backend's error type"
    NONE = "not answered"


@dataclass(frozen=True, slots=True)
class OperationOutcome:
    """What became of one operation. A place is None where it was not sent, or not answered."""

    sent: int | None
    answered: int | None
    answer: AnswerKind
    message: str = ""

    def is_running(self, at: int) -> bool:
        """Whether it was sent and not yet answered at a place in the trace."""
        return self.sent is not None and self.sent < at and (self.answered is None or at < self.answered)


def request_line(number: int, method: str, params: Any) -> str:
    """A request as it goes over the wire."""
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


class WireSpeaker:
    """initialize, set_clock, open, the operations, close, shutdown: each when the one before was answered.

    A refused initialize or open ends it; what then was not sent is told by `stopped`. With `looks` each
    operation that failed is followed by load_all; `looks` has the ids of these requests by the number of
    the operation.
    """

    def __init__(
        self,
        workload: CrashWorkload,
        data_path: Path,
        with_extra: bool = False,
        looks: bool = False,
        until: int | None = None,
    ) -> None:
        extra = (workload.extra,) if with_extra else ()
        chosen = workload.operations if until is None else workload.operations[: until + 1]
        self._script = self._lines(workload, data_path, (*chosen, *extra))
        self._handle: Any = None
        self._number = 0
        self._watched = False
        self._is_to_look = looks
        self._failed = False
        self.operation_ids: list[int] = []
        self.looks: dict[int, int] = {}
        self.stopped = ""
        self.description: Any = None

    def next_line(self) -> str | None:
        """See `Speaker.next_line`."""
        step = None if self.stopped else next(self._script, None)
        if step is None:
            return None
        self._number += 1
        self._method = step.method
        self._watched = self._watched or step.method == "open"
        return request_line(self._number, step.method, step.params)

    def on_answer(self, line: str) -> bool:
        """See `Speaker.on_answer`."""
        answer = message_of(line)
        if answer.get("id") != self._number:
            return False
        self._failed = "result" not in answer
        if self._method in ("initialize", "open") and "result" not in answer:
            self.stopped = f"{self._method} was answered with {line[:500]}"
        elif self._method == "open":
            self._handle = answer["result"]["handle"]
        elif self._method == "initialize":
            self.description = answer["result"]
        return True

    def is_watched(self) -> bool:
        """See `Speaker.is_watched`: before open the backend does not know the data path."""
        return self._watched

    def _lines(
        self, workload: CrashWorkload, data_path: Path, operations: Sequence[WireOperation]
    ) -> Iterator[WireOperation]:
        yield INITIALIZE
        if workload.now is not None:
            yield WireOperation("set_clock", {"now": workload.now})
        yield WireOperation("open", {"data_path": str(data_path)})
        for operation in operations:
            self.operation_ids.append(self._number + 1)
            yield WireOperation(operation.method, {"handle": self._handle, **operation.params})
            if self._is_to_look and self._failed:
                self.looks[len(self.operation_ids) - 1] = self._number + 1
                yield WireOperation("load_all", {"handle": self._handle})
        yield WireOperation("close", {"handle": self._handle})
        yield WireOperation("shutdown", {})


def results_of(spoken: Sequence[Request | Acknowledgement], looks: Mapping[int, int]) -> Mapping[int, Any]:
    """What the looks showed, by the number of the operation before; those that failed are left out."""
    answers = [message_of(event.line) for event in spoken if isinstance(event, Acknowledgement)]
    results = {answer.get("id"): answer["result"] for answer in answers if "result" in answer}
    return {number: results[id] for number, id in looks.items() if id in results}


def outcomes(
    spoken: Sequence[Request | Acknowledgement], operation_ids: Sequence[int]
) -> tuple[OperationOutcome, ...]:
    """What became of the operations whose requests have these ids."""
    sent = {message_of(e.line).get("id"): e.at for e in spoken if isinstance(e, Request)}
    answers = {message_of(e.line).get("id"): e for e in spoken if isinstance(e, Acknowledgement)}
    return tuple(_outcome(sent.get(number), answers.get(number)) for number in operation_ids)


def _outcome(sent: int | None, acknowledgement: Acknowledgement | None) -> OperationOutcome:
    if acknowledgement is None:
        return OperationOutcome(sent, None, AnswerKind.NONE)
    answer = message_of(acknowledgement.line)
    if "result" in answer:
        return OperationOutcome(sent, acknowledgement.at, AnswerKind.DONE)
    error = answer.get("error")
    code, message = (error.get("code"), str(error.get("message"))) if isinstance(error, dict) else (0, "")
    kind = AnswerKind.REFUSED if code in _REFUSALS else AnswerKind.FOREIGN
    return OperationOutcome(sent, acknowledgement.at, kind, message)
