"""Answers the requests of one conversation: a line in, a line out."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.contract.connection import LackingFault, NonsenseFault
from conformance.contract.faults import FAULT_BY_NAME, SchedulerPersistenceError
from conformance.contract.records import CancellationToken, SchedulerJobRecord, SystemTime
from conformance.errors import KitError, NotTestableError
from conformance.hosting.inprocess import InProcessDriver, InProcessHandle
from conformance.wire.codec import CodecError
from conformance.wire.messages import (
    Answer,
    Failure,
    Message,
    MessageError,
    Request,
    decode_object,
    encode_line,
    parse_request,
)
from conformance.wire.methods import METHODS, Method

_READING = {"open", "load_all"}


class _RefusalError(Exception):
    def __init__(self, fault: str, message: str) -> None:
        super().__init__(message)
        self.fault = FAULT_BY_NAME[fault]


class OpenBackends:
    """The open backends of one conversation. `answer` may be called from several threads at once."""

    def __init__(self, driver: InProcessDriver) -> None:
        self._driver = driver
        self._handles: dict[int, InProcessHandle] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._operations: dict[str, Callable[..., Any]] = {
            "initialize": lambda protocol, kit: self._driver.description,
            "open": self._open,
            "close": self._close,
            "load_all": self._load_all,
            "set_clock": self._set_clock,
            "mirror": self._mirror,
            "mirror_statements": self._mirror_statements,
            "crash": self._driver.crash,
            "shutdown": self._shutdown,
        }
        self.is_over = False

    def answer(self, line: bytes) -> bytes:
        """The line to send for a line received, line feeds left out and put in."""
        message = self._reply(line)
        try:
            return encode_line(message)
        except (TypeError, ValueError) as error:
            text = f"the answer cannot be written as JSON: {error}"
            return encode_line(Failure(message.id, FAULT_BY_NAME["nonsense"], text))

    def close(self) -> None:
        """Close every backend that is still open."""
        self._driver.close()

    def _reply(self, line: bytes) -> Message:
        try:
            request = parse_request(decode_object(line))
        except MessageError as error:
            return Failure(error.id, error.fault, str(error))
        try:
            return Answer(request.id, self._perform(request))
        except _RefusalError as refusal:
            return Failure(request.id, refusal.fault, str(refusal))
        except (Exception, SystemExit) as error:
            return Failure(request.id, FAULT_BY_NAME[_fault_of(error, request.method)], _text_of(error))

    def _perform(self, request: Request) -> Any:
        method = METHODS.get(request.method)
        if method is None:
            raise _RefusalError("method-not-found", f"there is no method {request.method!r}")
        if method.needs and method.needs not in self._driver.description.capabilities:
            raise _RefusalError("unsupported", f"the backend does not declare {method.needs}")
        values = method.decode_params(request.params)
        operation = self._operations.get(method.name) or self._on_handle(method, values)
        return method.result.encode(operation(**values))

    def _on_handle(self, method: Method, values: dict[str, Any]) -> Callable[..., Any]:
        operation: Callable[..., Any] = getattr(self._find(values.pop("handle")), method.name)
        return operation

    def _find(self, number: int) -> InProcessHandle:
        try:
            return self._handles[number]
        except KeyError:
            raise _RefusalError("unknown-handle", f"no open backend has the handle {number}") from None

    def _open(self, data_path: str | None, factory: bool = False) -> dict[str, Any]:
        path = None if data_path is None else Path(data_path)
        if factory:
            handle, sink = self._driver.open_by_factory(path)
        elif path is None:
            raise _RefusalError("invalid-params", "params.data_path may be null for a factory only")
        else:
            handle, sink = self._driver.open(path), "mirror" in self._driver.description.capabilities
        with self._lock:
            number = next(self._numbers)
            self._handles[number] = handle
        return {"handle": number, "sink": sink}

    def _close(self, handle: int) -> None:
        found = self._find(handle)
        self._handles.pop(handle, None)
        found.close()

    def _load_all(self, handle: int) -> list[SchedulerJobRecord]:
        return [_looked_at(record) for record in self._find(handle).load_all()]

    def _set_clock(self, now: SystemTime | None) -> None:
        self._driver.set_clock(now)

    def _mirror(self, handle: int, mode: str) -> None:
        if mode == "off":
            self._find(handle).stop_mirror_record()
        else:
            self._find(handle).wire_mirror(fail=mode == "fail")

    def _mirror_statements(self, handle: int) -> dict[str, Any]:
        found = self._find(handle)
        return {"statements": found.mirror_statements(), "log": found.mirror_log()}

    def _shutdown(self) -> None:
        self.is_over = True


def _looked_at(record: SchedulerJobRecord) -> SchedulerJobRecord:
    """The record with a token in the state in which its own was found.

    Its own is tripped then: one that is shared, or handed out again, shows itself in the next record.
    """
    found = CancellationToken()
    if record.cancel.is_cancelled():
        found.cancel()
    record.cancel.cancel()
    return replace(record, cancel=found)


def _fault_of(error: BaseException, method: str) -> str:
    match error:
        case SchedulerPersistenceError():
            return "refused" if method in _READING else "uncertain"
        case LackingFault() | NotTestableError():
            return "unsupported"
        case NonsenseFault():
            return "nonsense"
        case CodecError() | KitError():
            return "invalid-params"
        case _:
            return "escaped"


def _text_of(error: BaseException) -> str:
    return str(error).encode("utf-8", "backslashreplace").decode("utf-8")
