"""How a target says how its server is killed: in process and over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance import target
from conformance.contract.connection import Driver, EscapedFault
from conformance.drivers.command import CommandDriver, serve_command, serve_environment
from conformance.errors import NotTestableError
from conformance.hosting.inprocess import InProcessDriver
from reference_impl import MemoryPersistence


def crash() -> None:
    raise RuntimeError("it was killed")


class WithCrash(MemoryPersistence):
    def crash(self) -> None:
        crash()


@target(conformance_class="store", capabilities=("threads",), crash=crash)
def told(data_path: Path) -> MemoryPersistence:
    return MemoryPersistence()


@target(conformance_class="store", capabilities=("served",))
def by_itself(data_path: Path) -> MemoryPersistence:
    return MemoryPersistence()


by_itself.crash = crash  # type: ignore[attr-defined]


@target(conformance_class="store", capabilities=("served",))
def by_its_backend(data_path: Path) -> WithCrash:
    return WithCrash()


@target(conformance_class="store", capabilities=("served",))
def nowhere(data_path: Path) -> MemoryPersistence:
    return MemoryPersistence()


@contextmanager
def reached(kind: str, name: str) -> Iterator[Driver]:
    spelled = f"{__file__}:{name}"
    driver: Driver = InProcessDriver(spelled)
    if kind == "over the wire":
        driver = CommandDriver(serve_command(spelled), environment=serve_environment())
    try:
        yield driver
    finally:
        driver.close()


@pytest.mark.parametrize("kind", ["in process", "over the wire"])
@pytest.mark.parametrize("name", ["told", "by_itself", "by_its_backend"])
def test_the_crash_that_a_target_offers_is_called(tmp_path: Path, kind: str, name: str) -> None:
    with reached(kind, name) as driver:
        driver.open(tmp_path)
        with pytest.raises(EscapedFault, match="it was killed"):
            driver.crash()


@pytest.mark.parametrize("kind", ["in process", "over the wire"])
def test_without_it_a_crash_is_not_testable(tmp_path: Path, kind: str) -> None:
    with reached(kind, "nowhere") as driver:
        driver.open(tmp_path)
        with pytest.raises(NotTestableError, match="the target offers no crash"):
            driver.crash()


def test_a_target_that_tells_how_it_crashes_is_served() -> None:
    assert {"threads", "served"} == InProcessDriver(f"{__file__}:told").description.capabilities
