"""What may go wrong at the interface, in process and over the wire."""

from __future__ import annotations

from dataclasses import dataclass


class SchedulerPersistenceError(Exception):
    """The one exception a backend may let out of an operation (ER-01).

    The message is for people; ER-05 asks that it names the document.
    """


@dataclass(frozen=True, slots=True)
class WireFault:
    """A row of the table of wire error codes.

    `definite` tells whether the operation certainly did not happen; when it is False the operation may
    have happened, wholly or not at all.
    """

    code: int
    name: str
    definite: bool
    meaning: str


WIRE_FAULTS = (
    WireFault(-32700, "parse-error", True, "the line is not one JSON object"),
    WireFault(-32600, "invalid-request", True, "the object is not a JSON-RPC 2.0 request"),
    WireFault(-32601, "method-not-found", True, "the adapter does not know the method"),
    WireFault(-32602, "invalid-params", True, "the parameters do not fit the method's schema"),
    WireFault(-32603, "internal-error", False, "the adapter failed, not the backend"),
    WireFault(1, "refused", True, "the backend raised its error type and changed nothing"),
    WireFault(2, "uncertain", False, "the backend raised its error type and may have stored the change"),
    WireFault(3, "unsupported", True, "the capability this call needs was not declared"),
    WireFault(4, "unknown-handle", True, "no open backend has this handle"),
    WireFault(5, "escaped", False, "something other than the backend's error type came out of the backend"),
    WireFault(
        6, "nonsense", False, "the backend returned what the interface does not allow, or lacks a method"
    ),
)
FAULT_BY_CODE = {fault.code: fault for fault in WIRE_FAULTS}
FAULT_BY_NAME = {fault.name: fault for fault in WIRE_FAULTS}
