"""cancel removes one row and calls itself for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row

BREAKS = {"SE-03"}
MESSAGE = "nothing but SchedulerPersistenceError comes out of cancel"


def without(rows: list[Row], qname: str) -> list[Row]:
    names = [row.qname for row in rows]
    if qname not in names:
        return rows
    place = names.index(qname)
    return without([*rows[:place], *rows[place + 1 :]], qname)


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def remove(rows: Sequence[Row], qname: str) -> list[Row]:
        return without(list(rows), qname)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
