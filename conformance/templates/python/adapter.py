"""THE ADAPTER. Keep this: JSON-RPC 2.0, one JSON object a line, from standard input to standard output."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import backend
import json_values as values
from interface import Clock, JobRecord, PersistenceError, SchedulerPersistence

PROTOCOL = 1


class Code(NamedTuple):
    """A row of the kit's table of error codes. `definite`: did it certainly not happen?"""

    code: int
    name: str
    definite: bool


PARSE_ERROR = Code(-32700, "parse-error", True)
INVALID_REQUEST = Code(-32600, "invalid-request", True)
METHOD_NOT_FOUND = Code(-32601, "method-not-found", True)
INVALID_PARAMS = Code(-32602, "invalid-params", True)
REFUSED = Code(1, "refused", True)
UNCERTAIN = Code(2, "uncertain", False)
UNSUPPORTED = Code(3, "unsupported", True)
UNKNOWN_HANDLE = Code(4, "unknown-handle", True)
ESCAPED = Code(5, "escaped", False)


class Fault(Exception):
    """`id` is that of a request that could not be read any further."""

    def __init__(self, code: Code, message: str, id: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.id = id


Params = dict[str, Any]


def param(read: Callable[[Any], Any], params: Params, name: str) -> Any:
    try:
        return read(values.required(params, name))
    except ValueError as error:
        raise Fault(INVALID_PARAMS, f"{name}: {error}") from error


def truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false was expected")
    return value


def integer(value: Any) -> int:
    return values.integer(value, values.MAX_U64)


class Adapter:
    def __init__(self) -> None:
        self._clock = Clock()
        self._backends: dict[int, SchedulerPersistence] = {}
        self._opened = 0
        self._answering = threading.Lock()
        self._manage: dict[str, Callable[[Params], Any]] = {
            "initialize": self._initialize,
            "open": self._open,
            "close": self._close,
            "set_clock": self._set_clock,
            "plant_rows": self._unsupported,
            "mirror": self._unsupported,
            "mirror_statements": self._unsupported,
        }
        self._operate: dict[str, Callable[[SchedulerPersistence, Params], Any]] = {
            "record_scheduled": record_scheduled,
            "record_started": record_started,
            "record_finished": record_finished,
            "cancel": cancel,
            "load_all": load_all,
            "flush_checkpoint": flush_checkpoint,
        }

    def serve(self) -> None:
        """Answer requests until `shutdown` or the end of the input. Operations run beside each other."""
        last_words = None
        with ThreadPoolExecutor() as threads:
            for line in sys.stdin.buffer:
                try:
                    id, method, params = parse_request(line)
                except Fault as fault:
                    self._say({"id": fault.id, "error": error(fault)})
                    continue
                if method == "shutdown":
                    last_words = id
                    break
                if method in self._operate:
                    threads.submit(self._answer, id, method, params)
                else:
                    self._answer(id, method, params)
        if last_words is not None:
            self._say({"id": last_words, "result": None})

    def _answer(self, id: Any, method: str, params: Params) -> None:
        try:
            answer = {"result": self._call(method, params)}
        except Fault as fault:
            answer = {"error": error(fault)}
        except PersistenceError as refusal:
            answer = {"error": error(Fault(UNCERTAIN if refusal.uncertain else REFUSED, str(refusal)))}
        except Exception as escaped:
            answer = {"error": error(Fault(ESCAPED, f"{type(escaped).__name__}: {escaped}"))}
        if id is not None:  # a request without an id gets no answer
            self._say({"id": id, **answer})

    def _say(self, message: dict[str, Any]) -> None:
        line = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False) + "\n"
        with self._answering:
            sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))
            sys.stdout.buffer.flush()

    def _call(self, method: str, params: Params) -> Any:
        if method in self._manage:
            return self._manage[method](params)
        if method not in self._operate:
            raise Fault(METHOD_NOT_FOUND, f"there is no method {method!r}")
        handle = param(integer, params, "handle")
        return self._operate[method](self._backend(handle), params)

    def _backend(self, handle: int) -> SchedulerPersistence:
        if handle not in self._backends:
            raise Fault(UNKNOWN_HANDLE, f"no open backend has the handle {handle}")
        return self._backends[handle]

    def _initialize(self, params: Params) -> Any:
        if param(integer, params, "protocol") != PROTOCOL:
            raise Fault(INVALID_PARAMS, f"this adapter speaks protocol {PROTOCOL}")
        return {
            "protocol": PROTOCOL,
            "name": backend.NAME,
            "version": backend.VERSION,
            "language": "Python",
            "class": "sidecar",
            "capabilities": ["document", "clock", "threads", "traceable"],
        }

    def _open(self, params: Params) -> Any:
        if params.get("factory"):
            raise Fault(UNSUPPORTED, "open: the capability factory was not declared")
        data_path = param(values.text, params, "data_path")
        self._opened += 1
        self._backends[self._opened] = backend.open_backend(Path(data_path), self._clock)
        return {"handle": self._opened, "sink": False}

    def _close(self, params: Params) -> None:
        handle = param(integer, params, "handle")
        self._backend(handle)
        del self._backends[handle]

    def _set_clock(self, params: Params) -> None:
        now = params.get("now")
        self._clock.held = None if now is None else param(values.instant, params, "now")

    def _unsupported(self, params: Params) -> None:
        raise Fault(UNSUPPORTED, "this capability was not declared")


def record_scheduled(store: SchedulerPersistence, params: Params) -> None:
    id = param(values.qname, params, "id")
    store.record_scheduled(id, param(values.schedule, params, "schedule"))


def record_started(store: SchedulerPersistence, params: Params) -> None:
    id = param(values.qname, params, "id")
    store.record_started(id, param(values.instant, params, "started_at"))


def record_finished(store: SchedulerPersistence, params: Params) -> None:
    id = param(values.qname, params, "id")
    finished_at = param(values.instant, params, "finished_at")
    store.record_finished(id, finished_at, param(truth, params, "success"))


def cancel(store: SchedulerPersistence, params: Params) -> None:
    store.cancel(param(values.qname, params, "id"))


def load_all(store: SchedulerPersistence, params: Params) -> Any:
    return [record_to_json(record) for record in store.load_all()]


def flush_checkpoint(store: SchedulerPersistence, params: Params) -> None:
    store.flush_checkpoint()


def record_to_json(record: JobRecord) -> Any:
    return {
        "id": record.id._asdict(),
        "status": "Pending",
        "next_fire_at": values.instant_to_json(record.next_fire_at),
        "last_started_at": None,
        "last_finished_at": None,
        "consecutive_failures": record.consecutive_failures,
        "schedule": values.schedule_to_json(record.schedule),
        "cancelled": False,
    }


def error(fault: Fault) -> Any:
    code, name, definite = fault.code
    return {"code": code, "message": str(fault), "data": {"name": name, "definite": definite}}


def parse_request(line: bytes) -> tuple[Any, str, Params]:
    """The id (None for a request that wants no answer), the method, and the parameters by name."""
    try:
        value = values.parse(line)
    except ValueError as problem:
        raise Fault(PARSE_ERROR, str(problem)) from problem
    if not isinstance(value, values.Members):
        raise Fault(PARSE_ERROR, "the line is not one JSON object")
    request = dict(value)
    id, method, params = request.get("id"), request.get("method"), request.get("params", values.Members())
    is_call = isinstance(method, str) and isinstance(params, values.Members)
    if request.get("jsonrpc") != "2.0" or not is_call:
        raise Fault(INVALID_REQUEST, "a JSON-RPC 2.0 request was expected", id)
    return id, str(method), dict(params)


if __name__ == "__main__":
    Adapter().serve()
