"""Conformance classes and capabilities, one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class ConformanceClass(Enum):
    """What kind of backend it is: which requirements it owes."""

    SIDECAR = "sidecar"
    STORE = "store"
    MEMORY = "memory"


CLASS_MEANINGS = {
    ConformanceClass.SIDECAR: "keeps the JSON document <data_path>/_system/background_jobs.json",
    ConformanceClass.STORE: "durable, but keeps its rows elsewhere (a SQL table, Redis, an object store)",
    ConformanceClass.MEMORY: "the null backend: accepts everything, keeps nothing",
}


@dataclass(frozen=True, slots=True)
class Capability:
    """Something a backend declares.

    `optional` capabilities are features that a right backend may lack: undeclared, their requirements are
    not applicable. The others are what the kit needs in order to look: undeclared, a requirement that is
    owed is not testable, and that is no pass.
    """

    name: str
    optional: bool
    meaning: str


CAPABILITIES = {
    capability.name: capability
    for capability in (
        Capability("document", False, "keeps the JSON document, for the kit to read and to plant"),
        Capability("planted_rows", False, "offers plant_rows(rows), which puts raw rows into the storage"),
        Capability("clock", False, "lets the kit set now: freezegun in process, set_clock over the wire"),
        Capability("threads", True, "may be called from several threads at once"),
        Capability("processes", True, "two processes may work on one data path"),
        Capability("traceable", False, "may run as a child under the tracer"),
        Capability("served", True, "keeps its rows in a server, a process of its own that may die"),
        Capability("mirror", True, "mirrors status changes into a graph through cypher_sink"),
        Capability("factory", True, "comes with a factory that chooses between it and the null backend"),
    )
}

DEFAULT_CAPABILITIES = {
    ConformanceClass.SIDECAR: frozenset({"document", "clock", "threads", "traceable"}),
    ConformanceClass.STORE: frozenset({"clock", "threads", "traceable"}),
    ConformanceClass.MEMORY: frozenset({"clock", "threads"}),
}


def effective_capabilities(conformance_class: ConformanceClass, declared: frozenset[str]) -> frozenset[str]:
    """`declared`, with planted_rows for a class sidecar backend that shows its document.

    Raises ValueError for a name that is no capability.
    """
    unknown = sorted(declared - CAPABILITIES.keys())
    if unknown:
        raise ValueError(
            f"unknown capability {', '.join(unknown)}; there are {', '.join(sorted(CAPABILITIES))}"
        )
    if conformance_class is ConformanceClass.SIDECAR and "document" in declared:
        return declared | {"planted_rows"}
    return declared
