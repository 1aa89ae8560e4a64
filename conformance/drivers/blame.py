"""Who is at fault when a command fails: its adapter, its backend, or nobody but the way it was started."""

from __future__ import annotations

from conformance.contract.connection import EscapedFault, LackingFault, NonsenseFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.errors import KitError
from conformance.wire.messages import Failure
from conformance.wire.methods import Method


class AdapterError(KitError):
    """The adapter broke the protocol; nothing is said about the backend behind it."""


def error_of(failure: Failure, method: Method) -> Exception:
    """The exception that a failure of the wire stands for, to be raised by the caller of `method`."""
    text = f"{method.name}: {failure.message}"
    match failure.fault.name:
        case "refused" | "uncertain":
            return SchedulerPersistenceError(failure.message)
        case "escaped":
            return EscapedFault(failure.message)
        case "nonsense":
            return NonsenseFault(failure.message)
        case "unsupported" | "method-not-found" if method.needs:
            return LackingFault(
                f"the backend declares {method.needs} and answers {method.name} with "
                f"{failure.fault.name}: {failure.message}; offer it, or do not declare it"
            )
        case name:
            return AdapterError(
                f"the adapter answered {name} ({failure.fault.meaning}) to a request that is right: {text}"
            )


def not_json(line: bytes, reason: str) -> AdapterError:
    """What to say of a line on stdout that is no message."""
    return AdapterError(
        f"the adapter wrote a line on stdout that is no answer: {quote(line)} ({reason}). Each line on "
        f'stdout must be one JSON object, such as {{"jsonrpc": "2.0", "id": 1, "result": null}}; '
        f"logs and banners belong on stderr"
    )


def quote(line: bytes, longest: int = 160) -> str:
    """A line for people: the first `longest` bytes of it."""
    text = line[:longest].decode("utf-8", "backslashreplace")
    return repr(text) + ("..." if len(line) > longest else "")
