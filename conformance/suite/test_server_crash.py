"""CR-14: stores whose rows are on a server."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from conformance.contract.records import Schedule
from conformance.showing import Words, show
from conformance.testing.expect import expect
from conformance.testing.histories import stamp, told, unexplained
from conformance.testing.profiles import Dose
from conformance.testing.server_load import Load, Loss, losses
from conformance.testing.session import Backend, Session
from conformance.testing.verifies import verifies

SURVIVES = "what was acknowledged survives the sudden death of the server"
_KILLS = {"quick": 50, "default": 100, "thorough": 400}
_THREADS = 4
_PATIENCE = 6.0
_MOST_TOLD = 3


def _kills(dose: Dose) -> Iterator[dict[str, Any]]:
    yield {"kills": _KILLS[dose.profile], "seed": dose.seed}


@verifies("CR-14", cases=_kills, alone=True)
def test_CR_14_what_was_acknowledged_survives_the_death_of_the_server(
    backend: Backend, kills: int, seed: int
) -> None:
    """
    Kills at random moments, under load. What was in flight may have happened, or not.
    """
    chance = random.Random(seed)
    threads = _THREADS if backend.has("threads") else 1
    acknowledged = in_flight = counted = 0
    standing: dict[str, Schedule] = {}
    with backend.fresh() as store:
        for number in range(1, kills + 1):
            load = Load(f"kit.kill{number}", store.handle)
            begun = stamp()
            crash = partial(load.until_it_dies, threads, partial(backend.driver.crash), chance)
            with backend.patient(_PATIENCE):
                backend.observed("crash", crash)
            backend.note(f"{threads} threads work until kill {number}: {_counts(load)}")
            store.open_anew()
            _expect_nothing_lost(store, load, standing, begun)
            acknowledged += load.acknowledged()
            in_flight += load.in_flight()
            counted += load.acknowledged() > 0
    backend.tally.operations += acknowledged
    backend.came_up(counted)
    backend.found(
        f"{kills} kills under the load of {threads} threads: "
        f"{acknowledged} operations acknowledged, none lost; {in_flight} in flight"
    )


def _counts(load: Load) -> str:
    return f"{load.acknowledged()} operations acknowledged, {load.in_flight()} in flight"


def _expect_nothing_lost(store: Session, load: Load, standing: dict[str, Schedule], begun: int) -> None:
    looking = stamp()
    records = store.load_all()
    lost = losses(load, standing, (looking, stamp()), records)
    for loss in lost[:_MOST_TOLD]:
        _tell(store.backend, loss, begun)
    expect(
        not lost,
        SURVIVES,
        expected=Words("a state that some order of the acknowledged operations explains, for every job"),
        observed=Words(f"{len(lost)} of {len(load.histories) + len(standing)} jobs lost operations"),
    )
    standing.clear()
    standing.update({str(record.id): record.schedule for record in records})


def _tell(backend: Backend, loss: Loss, begun: int) -> None:
    backend.note(f"of {loss.id}, whatever else happened, no order explains")
    if loss.before is not None:
        backend.note(f"    after the crash before: a look saw {show(loss.before)}")
    for line in told(unexplained(loss.history, None) or loss.history, begun):
        backend.note(f"    {line}")
