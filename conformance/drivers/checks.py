"""Holds the messages of a conversation against the protocol, both ways.

The codec checks every message; the schemas check the first of each method too, so that the two cannot come to
say different things. Checking all by schema would cost more than most operations, and a quarter of a
millisecond for each record of a long answer.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from conformance.drivers.blame import AdapterError, error_of
from conformance.errors import KitError
from conformance.wire.codec import CodecError
from conformance.wire.messages import Answer, Failure, Request, encode_line, to_json
from conformance.wire.methods import Method
from conformance.wire.schemas import violation

_CHECKED_BY_SCHEMA = 20
_ITEMS_CHECKED = 50


class Checks:
    """Counts what was checked in one conversation."""

    def __init__(self) -> None:
        self._checked: Counter[tuple[str, str]] = Counter()

    def line_of(self, method: Method, request: Request) -> bytes:
        """The line of a request. Raises KitError for what the wire cannot carry."""
        try:
            line = encode_line(request)
        except (TypeError, ValueError) as error:
            raise KitError(f"{method.name} cannot be said over the wire: {error}") from error
        wrong = self._violation(method, "request", request)
        if wrong:
            raise KitError(f"the kit sends a {method.name} that breaks its schema: {wrong}")
        return line

    def value_of(self, method: Method, outcome: Answer | Failure) -> Any:
        """The value of an answer. Raises what a failure stands for, and AdapterError for a wrong shape."""
        if isinstance(outcome, Failure):
            raise error_of(outcome, method)
        try:
            value = method.decode_result(outcome.result)
        except CodecError as error:
            raise AdapterError(f"the adapter's answer to {method.name} has a wrong shape: {error}") from error
        wrong = self._violation(method, "answer", _beginning(outcome))
        if wrong:
            raise KitError(f"codec and schema do not agree on an answer to {method.name}: {wrong}")
        return value

    def _violation(self, method: Method, side: str, message: Request | Answer) -> str | None:
        if self._checked[method.name, side] >= _CHECKED_BY_SCHEMA:
            return None
        self._checked[method.name, side] += 1
        return violation(method.name, side, to_json(message))


def _beginning(answer: Answer) -> Answer:
    if isinstance(answer.result, list):
        return Answer(answer.id, answer.result[:_ITEMS_CHECKED])
    return answer
