"""How an author presents a backend to the kit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from conformance.contract.backend import CypherSink, SchedulerPersistence
from conformance.contract.classes import (
    DEFAULT_CAPABILITIES,
    ConformanceClass,
    effective_capabilities,
)

Target: TypeAlias = Callable[[Path], SchedulerPersistence]
Factory: TypeAlias = Callable[[Path | None], tuple[SchedulerPersistence, CypherSink | None]]
Crash: TypeAlias = Callable[[], object]

_ATTRIBUTE = "__sidecar_target__"
_Opener = TypeVar("_Opener", bound=Callable[[Path], Any])


@dataclass(frozen=True, slots=True)
class Description:
    """What a target says of itself.

    `factory` maps a data path, or None, to (backend, sink or None). `crash` kills the server of a served
    backend and starts it again; it returns when the server can be reached.
    """

    name: str
    version: str
    language: str
    conformance_class: ConformanceClass
    capabilities: frozenset[str]
    factory: Factory | None = None
    crash: Crash | None = None


def target(
    *,
    name: str | None = None,
    version: str = "",
    conformance_class: str = "sidecar",
    capabilities: Iterable[str] | None = None,
    factory: Factory | None = None,
    crash: Crash | None = None,
) -> Callable[[_Opener], _Opener]:
    """Describe the decorated `open(data_path) -> backend`.

    Without `capabilities` those of the class are assumed: document, clock, threads, traceable for class
    sidecar. Raises ValueError for an unknown class or capability.
    """
    known_class = ConformanceClass(conformance_class)
    declared = DEFAULT_CAPABILITIES[known_class] if capabilities is None else frozenset(capabilities)
    if factory is not None:
        declared |= {"factory"}
    if crash is not None:
        declared |= {"served"}
    effective = effective_capabilities(known_class, declared)
    description = Description(name or "", version, "Python", known_class, effective, factory, crash)

    def decorate(opener: _Opener) -> _Opener:
        setattr(opener, _ATTRIBUTE, description)
        return opener

    return decorate


def describe(opener: Callable[..., Any], spelled: str) -> Description:
    """The description of a target; one without a decorator is of class sidecar.

    `spelled` is how the target was named on the command line and serves as name where none was given.
    """
    found = getattr(opener, _ATTRIBUTE, None)
    if isinstance(found, Description):
        description = found
    else:
        capabilities = effective_capabilities(
            ConformanceClass.SIDECAR, DEFAULT_CAPABILITIES[ConformanceClass.SIDECAR]
        )
        description = Description("", "", "Python", ConformanceClass.SIDECAR, capabilities)
    return description if description.name else replace(description, name=spelled)
