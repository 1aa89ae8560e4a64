"""Real operations before a run: does the backend work at all, and has it all methods?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress

from conformance.contract.connection import (
    BackendFault,
    DiedFault,
    Driver,
    EscapedFault,
    Handle,
    NonsenseFault,
    TimeoutFault,
)
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Manual, QName, SystemTime
from conformance.errors import KitError, TargetUnreachableError
from conformance.results.verdict import BREACHES, CheckOutcome
from conformance.workspace import Workspace

_ID = QName("sidecar_conformance", "probe")
_AT = SystemTime(1_700_000_000, 0)
_OPERATIONS: Mapping[str, Callable[[Handle], object]] = {
    "load_all": lambda handle: handle.load_all(),
    "record_scheduled": lambda handle: handle.record_scheduled(_ID, Manual()),
    "record_started": lambda handle: handle.record_started(_ID, _AT),
    "record_finished": lambda handle: handle.record_finished(_ID, _AT, True),
    "cancel": lambda handle: handle.cancel(_ID),
}
_NO_METHOD = re.compile(r"has no method (\w+)")
_CHANGING = re.compile(r"0x[0-9a-f]+|\d+")
_ALIKE_BEFORE_A_DOUBT = 8


def probe(driver: Driver, workspace: Workspace, began: Callable[[str], None]) -> str:
    """Try each operation once on an empty data path; what all of them failed with, where all failed alike.

    `began` hears of each. One that dies or hangs is tried no further. Raises TargetUnreachableError for a
    backend that lacks methods, and what the driver raises where it cannot be opened.
    """
    faults: dict[str, Exception] = {}
    with workspace.lend() as data:
        handle = driver.open(data.path)
        for name, operation in _OPERATIONS.items():
            began(name)
            try:
                operation(handle)
            except (SchedulerPersistenceError, BackendFault) as error:
                faults[name] = error
                if isinstance(error, DiedFault | TimeoutFault):
                    break
        began("close")
        with suppress(SchedulerPersistenceError, BackendFault):
            handle.close()
    _refuse_what_lacks_methods(faults)
    return _outage(faults)


def _refuse_what_lacks_methods(faults: Mapping[str, Exception]) -> None:
    found = [_NO_METHOD.search(str(error)) for error in faults.values() if isinstance(error, NonsenseFault)]
    missing = [match[1] for match in found if match]
    if missing:
        raise TargetUnreachableError(
            f"the backend lacks {', '.join(missing)}: it is no SchedulerPersistence yet; "
            f"each method, with what it takes and returns, stands in conformance.contract.backend"
        )


def _outage(faults: Mapping[str, Exception]) -> str:
    """What every operation failed with, where all failed alike; empty where they did not.

    What differs by the operation's own name alone is alike.
    """
    if len(faults) < len(_OPERATIONS):
        return ""
    if not all(isinstance(error, SchedulerPersistenceError | EscapedFault) for error in faults.values()):
        return ""
    said = {_CHANGING.sub("", str(error).replace(name, "")) for name, error in faults.items()}
    return str(next(iter(faults.values()))) if len(said) == 1 else ""


def outage_words(target: object, outage: str) -> str:
    """What to say of a backend whose every operation fails alike."""
    return (
        f"{target}: every operation fails alike: {outage}; a service that the backend needs may be down: "
        f"start it, or mend how the backend reaches it. Nothing was judged"
    )


def unopened_words(what: str, error: Exception) -> str:
    """What to say of a backend that cannot be opened, or closed again."""
    return f"the backend cannot be {what} on an empty data path: {error}"


def refuse_what_does_not_work(driver: Driver, target: object) -> None:
    """Raise TargetUnreachableError where looking on would tell the same reason again and again.

    That is a backend that cannot be opened, lacks methods, or whose every operation fails alike. What it dies
    or hangs at, and how an adapter breaks the protocol, is for the one who looks to tell.
    """
    workspace = Workspace()
    try:
        outage = probe(driver, workspace, lambda name: None)
    except (SchedulerPersistenceError, EscapedFault) as error:
        raise TargetUnreachableError(unopened_words("opened", error)) from None
    except (BackendFault, KitError):
        return
    finally:
        workspace.close()
    if outage:
        raise TargetUnreachableError(outage_words(target, outage))


class Doubt:
    """Counts failures in a row that say the same: a service may have gone while the run went on."""

    def __init__(self) -> None:
        self._last, self._count = "", 0

    def arises(self, outcome: CheckOutcome) -> bool:
        """Whether it is time to probe again."""
        found = outcome.counterexample
        if outcome.verdict not in BREACHES or found is None:
            self._last, self._count = "", 0
            return False
        said = _CHANGING.sub("", found.observed)
        self._count = self._count + 1 if said == self._last else 1
        self._last = said
        return self._count % _ALIKE_BEFORE_A_DOUBT == 0
