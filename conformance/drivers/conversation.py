"""One conversation with one child: requests by number, from several threads, each with a time limit."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.child import Child, ChildGoneError, ChildSilentError
from conformance.clocks import monotonic_seconds
from conformance.contract.connection import BackendFault, DiedFault, TimeoutFault
from conformance.drivers.blame import AdapterError, not_json, quote
from conformance.drivers.checks import Checks
from conformance.last_words import LastWords
from conformance.wire.framing import LineBuffer, LineTooLongError
from conformance.wire.messages import (
    Answer,
    Failure,
    MessageError,
    Request,
    decode_object,
    encode_line,
    parse_answer,
)
from conformance.wire.methods import Method

_STDERR_KEPT = 1 << 16
_LAST_WORDS = 2_000
_LAST_STDERR_S = 0.2
_JOIN_S = 2.0
_AFTER_STDOUT_S = 1.0


@dataclass(slots=True)
class _Waiting:
    """A caller without its answer. `wake` tells it that the answer came, or that it is its turn to read."""

    outcome: Answer | Failure | None = None
    _asleep: threading.Lock = field(default_factory=threading.Lock)

    def sleep(self, limit_s: float) -> None:
        """Until `wake` is called, or was since the last sleep."""
        self._asleep.acquire(timeout=max(0.0, limit_s))

    def wake(self) -> None:
        """End the present sleep, or the next."""
        with contextlib.suppress(RuntimeError):
            self._asleep.release()


class Conversation:
    """Starts a child and speaks with it. Callers take turns in reading: no thread stands in between.

    Raises OSError when the command cannot be started.
    """

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self._numbers = itertools.count(1)
        self._waiting: dict[int, _Waiting] = {}
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._buffer = LineBuffer()
        self._over = False
        self._broken: AdapterError | None = None
        self._hung: str | None = None
        self._checks = Checks()
        self.open_handles: set[int] = set()
        self._stderr = LastWords(_STDERR_KEPT)
        with self._stderr.writing_end() as stderr:
            self.child = Child.started(argv, environment, stderr)

    @property
    def is_over(self) -> bool:
        """Whether no more can be said."""
        return self._over

    def call(self, method: Method, values: dict[str, Any], limit_s: float) -> Any:
        """Send a request and wait for its answer.

        Raises what `error_of` makes of a failure; AdapterError when the protocol is broken; DiedFault or
        TimeoutFault, after which the conversation is over; KitError for what the wire cannot carry.
        """
        request = Request(next(self._numbers), method.name, method.encode_params(values))
        line = self._checks.line_of(method, request)
        return self._checks.value_of(method, self._exchange(request, line, limit_s))

    def refusal_of(self, name: str, limit_s: float) -> str:
        """The name of the fault that a method called `name`, of no table, is answered with, or success."""
        request = Request(next(self._numbers), name, {})
        outcome = self._exchange(request, encode_line(request), limit_s)
        return outcome.fault.name if isinstance(outcome, Failure) else "success"

    def _exchange(self, request: Request, line: bytes, limit_s: float) -> Answer | Failure:
        waiting = _Waiting()
        with self._lock:
            if not self._over:
                self._waiting[request.id] = waiting
        if not self._over:
            self._send_and_wait(waiting, line, limit_s, request.method)
        if waiting.outcome is None or self._broken is not None:
            raise self._ended(request.method)
        return waiting.outcome

    def end(self, grace_s: float = 0.0) -> None:
        """End the child."""
        self.child.end(grace_s)
        self._stderr.wait(_JOIN_S)

    def said(self) -> str:
        """What the child wrote to stderr since this was last asked: the end of it."""
        return self._stderr.fresh()[-_LAST_WORDS:]

    def reason_given(self) -> str:
        """The end of what the child wrote to stderr, as it is."""
        self._stderr.wait(_LAST_STDERR_S)
        return self._stderr.text()[-_LAST_WORDS:].strip()

    def last_words(self) -> str:
        """The same as a sentence; empty when it wrote nothing."""
        words = self.reason_given()
        return f"\nThe end of its stderr:\n{words}" if words else ""

    def _send_and_wait(self, waiting: _Waiting, line: bytes, limit_s: float, method: str) -> None:
        deadline = monotonic_seconds() + limit_s
        try:
            self.child.write(line, limit_s)
            self._wait(waiting, deadline)
        except ChildSilentError:
            raise self._silent(method, limit_s) from None
        except ChildGoneError:
            self._read_the_rest()

    def _wait(self, waiting: _Waiting, deadline: float) -> None:
        while waiting.outcome is None and not self._over:
            left = deadline - monotonic_seconds()
            if left <= 0:
                raise ChildSilentError
            if not self._reading.acquire(blocking=False):
                waiting.sleep(left)
                continue
            try:
                while waiting.outcome is None and not self._over:
                    self._take(self.child.read(deadline - monotonic_seconds()))
            finally:
                self._reading.release()
                self._wake_next()

    def _wake_next(self) -> None:
        with self._lock:
            waiting = next(iter(self._waiting.values()), None)
        if waiting is not None:
            waiting.wake()

    def _read_the_rest(self) -> None:
        with contextlib.suppress(ChildSilentError), self._reading:
            while not self._over:
                self._take(self.child.read(_AFTER_STDOUT_S))
        self._finish(None)

    def _silent(self, method: str, limit_s: float) -> Exception:
        pending = self._buffer.pending
        self._hung = method
        self._finish(None)
        self.end()
        if pending:
            return AdapterError(
                f"{method}: the adapter wrote half a line, {quote(pending)}, and no more within "
                f"{limit_s:g} s; every answer ends with a line feed: write it, and flush{self.last_words()}"
            )
        return self._noted(TimeoutFault(f"{method} did not return within {limit_s:g} s"))

    def _ended(self, method: str) -> Exception:
        if self._broken is not None:
            self.end()
            error = AdapterError(f"{method}: {self._broken}{self.last_words()}")
            error.__cause__ = self._broken
            return error
        if self._hung is not None:
            return TimeoutFault(f"{method} was given up, because {self._hung} did not return in time")
        has_exited = self.child.exit_within(_AFTER_STDOUT_S)
        self.end()
        if not has_exited:
            return AdapterError(
                f"{method}: the adapter closed its stdout and went on running; it must answer on stdout "
                f"until stdin ends{self.last_words()}"
            )
        half = f" after half a line, {quote(self._buffer.pending)}" if self._buffer.pending else ""
        return self._noted(
            DiedFault(f"{method}: the process ended during the operation{half}: {self.child.exit_status()}")
        )

    def _noted(self, fault: BackendFault) -> BackendFault:
        words = self.last_words()
        if words:
            fault.add_note(words.strip())
        return fault

    def _take(self, data: bytes) -> None:
        if not data:
            self._finish(None)
            return
        try:
            for line in self._buffer.feed(data):
                self._take_line(line)
        except LineTooLongError as error:
            self._finish(AdapterError(f"the adapter writes without an end: {error}"))
        except AdapterError as error:
            self._finish(error)

    def _take_line(self, line: bytes) -> None:
        if self._broken is not None:
            return
        try:
            outcome = parse_answer(decode_object(line))
        except MessageError as error:
            raise not_json(line, str(error)) from error
        if outcome.id is None:
            raise AdapterError(
                f"the adapter could not read a request: {quote(line)}; requests are right JSON"
            )
        with self._lock:
            waiting = self._waiting.pop(outcome.id, None)
        if waiting is None:
            raise AdapterError(
                f"the adapter answered id {outcome.id}, which no request is waiting for: {quote(line)}; "
                f"an answer carries the id of its request, once"
            )
        waiting.outcome = outcome
        waiting.wake()

    def _finish(self, broken: AdapterError | None) -> None:
        with self._lock:
            if self._over:
                return
            self._over = True
            self._broken = broken
            left = list(self._waiting.values())
            self._waiting.clear()
        for waiting in left:
            waiting.wake()
