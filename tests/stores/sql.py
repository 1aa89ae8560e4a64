"""Jobs in one table through SQLAlchemy Core: SQLite in the data path, or a PostgreSQL server."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from conformance import target

from .job_store import PENDING, JobRow, JobStore, digest
from .servers import address_of, crash_server

_PATIENCE_S = 20
_INSERT: dict[str, Callable[[sa.Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# Names as bytes: PostgreSQL's text holds no NUL, and a collation may take two names for one. Their digest is
# the key, because an index of PostgreSQL takes no entry of more than 2,704 bytes.
JOBS = sa.Table(
    "jobs",
    sa.MetaData(),
    sa.Column("home", sa.LargeBinary(32), primary_key=True),
    sa.Column("key", sa.LargeBinary(32), primary_key=True),
    sa.Column("qname", sa.LargeBinary, nullable=False),
    sa.Column("status", sa.LargeBinary, nullable=False),
    sa.Column("consecutive_failures", sa.BigInteger, nullable=False),
    sa.Column("schedule", sa.Text),
    sa.Column("next_fire_at", sa.Text),
)


class SqlStore(JobStore):
    """The jobs of one `home`. A mutation is one statement, hence atomic among threads and processes."""

    errors = (sa.exc.SQLAlchemyError,)

    def __init__(self, engine: sa.Engine, home: bytes, *, owns_engine: bool) -> None:
        self._engine = engine
        self._home = home
        self._owns_engine = owns_engine
        with self.own_errors():
            JOBS.create(engine, checkfirst=True)

    def put_schedule(self, qname: str, schedule: str, next_fire_at: str) -> None:
        row = JobRow(qname, PENDING, 0, schedule, next_fire_at)
        self._upsert(row, schedule=schedule, next_fire_at=next_fire_at)

    def put_status(self, qname: str, status: str) -> None:
        self._upsert(JobRow(qname, status), status=status.encode())

    def remove(self, qname: str) -> None:
        mine = (JOBS.c.home == self._home) & (JOBS.c.key == digest(qname))
        with self._engine.begin() as connection:
            connection.execute(sa.delete(JOBS).where(mine))

    def rows(self) -> list[JobRow]:
        columns = JOBS.c["qname", "status", "consecutive_failures", "schedule", "next_fire_at"]
        found = sa.select(*columns).where(JOBS.c.home == self._home).order_by(JOBS.c.key)
        with self._engine.connect() as connection:
            return [
                JobRow(qname.decode(), status.decode(), *rest)
                for qname, status, *rest in connection.execute(found)
            ]

    def plant(self, rows: Sequence[JobRow]) -> None:
        insert = _INSERT[self._engine.dialect.name](JOBS).on_conflict_do_nothing()
        with self._engine.begin() as connection:
            connection.execute(insert, [self._values(row) for row in rows])

    def close(self) -> None:
        if self._owns_engine:
            self._engine.dispose()

    def _upsert(self, row: JobRow, **changes: Any) -> None:
        insert = _INSERT[self._engine.dialect.name](JOBS).values(self._values(row))
        upsert = insert.on_conflict_do_update(index_elements=["home", "key"], set_=changes)
        with self._engine.begin() as connection:
            connection.execute(upsert)

    def _values(self, row: JobRow) -> dict[str, Any]:
        spelled = {"qname": row.qname.encode(), "status": row.status.encode()}
        return {"home": self._home, "key": digest(row.qname), **row._asdict(), **spelled}


def _sqlite_opener(journal_mode: str, synchronous: str) -> Callable[[Path], SqlStore]:
    @target(
        name=f"SQLAlchemy on SQLite, {journal_mode} {synchronous}",
        version=f"{sa.__version__}, SQLite {sqlite3.sqlite_version}",
        conformance_class="store",
        capabilities=("planted_rows", "clock", "threads", "processes", "traceable"),
    )
    def open_store(data_path: Path) -> SqlStore:
        url = sa.URL.create("sqlite", database=str(data_path / "jobs.db"))
        engine = sa.create_engine(url, connect_args={"timeout": _PATIENCE_S})

        @sa.event.listens_for(engine, "connect")
        def configure(connection: sqlite3.Connection, _: object) -> None:
            connection.execute(f"PRAGMA journal_mode={journal_mode}")
            connection.execute(f"PRAGMA synchronous={synchronous}")

        return SqlStore(engine, b"", owns_engine=True)

    return open_store


open_sqlite_extra = _sqlite_opener("DELETE", "EXTRA")
open_sqlite_wal = _sqlite_opener("WAL", "FULL")


@cache
def _engine(address: str) -> sa.Engine:
    """One for the process, as SQLAlchemy wants it. A connection that a crash broke is not used again."""
    url = sa.make_url(address).set(drivername="postgresql+psycopg")
    return sa.create_engine(url, pool_pre_ping=True, pool_size=16, max_overflow=16)


@target(
    name="SQLAlchemy on PostgreSQL",
    version=sa.__version__,
    conformance_class="store",
    capabilities=("planted_rows", "clock", "threads", "processes", "served"),
    crash=lambda: crash_server("postgresql"),
)
def open_postgresql(data_path: Path) -> SqlStore:
    """The jobs of `data_path` on the server that `address_of` knows; its settings are the server's affair."""
    home = digest(os.fsencode(data_path).hex())
    return SqlStore(_engine(address_of("postgresql")), home, owns_engine=False)
